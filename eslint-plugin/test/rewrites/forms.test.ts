import { describe, expect, test } from "vitest";

import { rewrite, rewritesOf, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

describe("`await using`, by the handle's own symbol", () => {
  const leaking = code`
    import { open } from "node:fs/promises";

    export async function size(file: string) {
      const handle = await open(file);
      const { size } = await handle.stat();
      await handle.close();
      return size;
    }
  `;
  const managed = code`
    import { open } from "node:fs/promises";

    export async function size(file: string) {
      await using handle = await open(file);
      const { size } = await handle.stat();
      return size;
    }
  `;

  test.each([
    [">=20.4", "fix"],
    [">=20.19", "fix"],
    ["^20.11 || ^22.3", "fix"],
    [">=18.18", "fix"],
    [">=24", "fix"],
    ["^22", "fix"],
    [undefined, "suggestion"],
    ["*", "suggestion"],
    ["not a range", "suggestion"],
  ])("with engines.node %s is a %s", (node, kind) => {
    const setting = node === undefined ? {} : { node };
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(rewrite(leaking, setting, 0, knowledge)).toEqual({
        kind,
        title: "Manage `handle` with `await using`",
        text: managed,
      });
    }
  });

  test.each([">=16", ">=18", ">=20.0", "^18.17 || >=20"])(
    "with engines.node %s, which lacks the symbol, is not offered",
    (node) => {
      expect(rewrite(leaking, { node })).toEqual({
        kind: "suggestion",
        title: "Manage `handle` with `await using` and `closing`, and add `unwind`",
        text: code`
          import { open } from "node:fs/promises";
          import { closing } from "unwind";

          export async function size(file: string) {
            await using handle = closing(await open(file), (held) => held.close());
            const { size } = await handle.stat();
            return size;
          }
        `,
      });
    },
  );

  test("a handle that is never released is managed, too", () => {
    expect(
      rewrite(
        code`
          import fs from "node:fs";
          export async function isEmpty(file: string) {
            const handle = await fs.promises.open(file, "r");
            return (await handle.stat()).size === 0;
          }
        `,
        { node: ">=22" },
      ),
    ).toEqual({
      kind: "fix",
      title: "Manage `handle` with `await using`",
      text: code`
        import fs from "node:fs";
        export async function isEmpty(file: string) {
          await using handle = await fs.promises.open(file, "r");
          return (await handle.stat()).size === 0;
        }
      `,
    });
  });

  test("a `let` that is never assigned again becomes `await using`", () => {
    expect(
      rewrite(code`
        import { open } from "node:fs/promises";
        export async function isEmpty(file: string) {
          let handle = await open(file, "r");
          return (await handle.stat()).size === 0;
        }
      `).text,
    ).toBe(code`
      import { open } from "node:fs/promises";
      export async function isEmpty(file: string) {
        await using handle = await open(file, "r");
        return (await handle.stat()).size === 0;
      }
    `);
  });

  test("a declaration with a type keeps it", () => {
    expect(
      rewrite(code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function isEmpty(file: string) {
          const handle: FileHandle = await open(file, "r");
          return (await handle.stat()).size === 0;
        }
      `).text,
    ).toBe(code`
      import { open, type FileHandle } from "node:fs/promises";
      export async function isEmpty(file: string) {
        await using handle: FileHandle = await open(file, "r");
        return (await handle.stat()).size === 0;
      }
    `);
  });

  test("each of two handles has its rewrite", () => {
    const text = code`
      import { open } from "node:fs/promises";
      export async function copy(from: string, to: string) {
        await using source = await open(from);
        const target = await open(to, "w");
        await target.writeFile(await source.readFile());
        await target.close();
      }
    `;
    expect(rewrite(text).text).toBe(code`
      import { open } from "node:fs/promises";
      export async function copy(from: string, to: string) {
        await using source = await open(from);
        await using target = await open(to, "w");
        await target.writeFile(await source.readFile());
      }
    `);
  });
});

describe("`closing`, for objects without a symbol that would do", () => {
  const leaking = code`
    import type { Pool } from "pg";

    export async function names(pool: Pool) {
      const client = await pool.connect();
      const { rows } = await client.query("SELECT name FROM users");
      client.release();
      return rows;
    }
  `;
  const managed = code`
    import type { Pool } from "pg";
    import { closing } from "unwind";

    export async function names(pool: Pool) {
      using client = closing(await pool.connect(), (held) => held.release());
      const { rows } = await client.query("SELECT name FROM users");
      return rows;
    }
  `;

  test.each([
    [withRuntime, "fix", ""],
    [{ runtime: true, node: ">=18.18" }, "fix", ""],
    [{ runtime: true, node: ">=16" }, "suggestion", ""],
    [{ runtime: true }, "suggestion", ""],
    [{ node: ">=20.19" }, "suggestion", ", and add `unwind`"],
    [{}, "suggestion", ", and add `unwind`"],
  ])("with the package %j is a %s", (setting, kind, addition) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(rewrite(leaking, setting, 0, knowledge)).toEqual({
        kind,
        title: "Manage `client` with `using` and `closing`" + addition,
        text: managed,
      });
    }
  });

  test("a connection that no path releases is for a person to judge", () => {
    expect(
      rewrite(
        code`
          import type { Pool } from "pg";
          export async function names(pool: Pool) {
            const client = await pool.connect();
            return (await client.query("SELECT name FROM users")).rows;
          }
        `,
        withRuntime,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Manage `client` with `using` and `closing`",
      text: code`
        import type { Pool } from "pg";
        import { closing } from "unwind";
        export async function names(pool: Pool) {
          using client = closing(await pool.connect(), (held) => held.release());
          return (await client.query("SELECT name FROM users")).rows;
        }
      `,
    });
  });

  test.each([
    ["socket.end();", "end"],
    ["socket.destroy();", "destroy"],
    ["socket.destroySoon();", "destroySoon"],
  ])("a socket is released as the code does it: %s", (release, method) => {
    expect(
      rewrite(
        code`
          import { connect } from "node:net";
          export async function greeting(port: number) {
            const socket = connect(port);
            await publish("hello");
            ${release}
            return port;
          }
        `,
        withRuntime,
      ),
    ).toEqual({
      kind: "fix",
      title: "Manage `socket` with `using` and `closing`",
      text: code`
        import { connect } from "node:net";
        import { closing } from "unwind";
        export async function greeting(port: number) {
          using socket = closing(connect(port), (held) => held.${method}());
          await publish("hello");
          return port;
        }
      `,
    });
  });

  test("a socket that nobody ends is ended", () => {
    expect(
      rewrite(code`
        import * as net from "node:net";
        export function notify(port: number, text: string): void {
          const socket = net.connect({ port, host: "localhost" });
          socket.write(text);
        }
      `).text,
    ).toBe(code`
      import * as net from "node:net";
      import { closing } from "unwind";
      export function notify(port: number, text: string): void {
        using socket = closing(net.connect({ port, host: "localhost" }), (held) => held.end());
        socket.write(text);
      }
    `);
  });
});

describe("an exit stack, for descriptors and directories", () => {
  test.each([
    [withRuntime, "fix", ""],
    [{ runtime: true }, "suggestion", ""],
    [{}, "suggestion", ", and add `unwind`"],
  ])("with the package %j is a %s", (setting, kind, addition) => {
    expect(
      rewrite(
        code`
          import { closeSync, openSync, readFileSync } from "node:fs";

          export function readConfig(file: string) {
            const fd = openSync(file, "r");
            const settings = parse(readFileSync(fd, "utf8"));
            closeSync(fd);
            return settings;
          }
        `,
        setting,
      ),
    ).toEqual({
      kind,
      title: "Manage `fd` with an `ExitStack`" + addition,
      text: code`
        import { closeSync, openSync, readFileSync } from "node:fs";
        import { ExitStack } from "unwind";

        export function readConfig(file: string) {
          using stack = new ExitStack();
          const fd = stack.adopt(openSync(file, "r"), closeSync);
          const settings = parse(readFileSync(fd, "utf8"));
          return settings;
        }
      `,
    });
  });

  test("asynchronous, with what the release needs", () => {
    expect(
      rewrite(
        code`
          import { mkdtemp, rm, writeFile } from "node:fs/promises";
          import { join } from "node:path";

          export async function stage(text: string) {
            const folder = await mkdtemp("/tmp/stage-");
            await writeFile(join(folder, "input"), text);
            await rm(folder, { recursive: true });
          }
        `,
        withRuntime,
      ),
    ).toEqual({
      kind: "fix",
      title: "Manage `folder` with an `AsyncExitStack`",
      text: code`
        import { mkdtemp, rm, writeFile } from "node:fs/promises";
        import { join } from "node:path";
        import { AsyncExitStack } from "unwind";

        export async function stage(text: string) {
          await using stack = new AsyncExitStack();
          const folder = stack.adopt(await mkdtemp("/tmp/stage-"), (path) => rm(path, { recursive: true }));
          await writeFile(join(folder, "input"), text);
        }
      `,
    });
  });

  test.each([
    [
      "the object that acquires also releases",
      code`
        import * as fs from "node:fs";
        export function size(file: string) {
          const fd = fs.openSync(file, "r");
          return fs.fstatSync(fd).size;
        }
      `,
      code`
        import * as fs from "node:fs";
        import { ExitStack } from "unwind";
        export function size(file: string) {
          using stack = new ExitStack();
          const fd = stack.adopt(fs.openSync(file, "r"), fs.closeSync);
          return fs.fstatSync(fd).size;
        }
      `,
    ],
    [
      "through a nested object",
      code`
        import fs from "node:fs";
        export async function stage() {
          const folder = await fs.promises.mkdtemp("/tmp/stage-");
          await fs.promises.writeFile(folder + "/stamp", "");
        }
      `,
      code`
        import fs from "node:fs";
        import { AsyncExitStack } from "unwind";
        export async function stage() {
          await using stack = new AsyncExitStack();
          const folder = stack.adopt(await fs.promises.mkdtemp("/tmp/stage-"), (path) => fs.promises.rm(path, { recursive: true, force: true }));
          await fs.promises.writeFile(folder + "/stamp", "");
        }
      `,
    ],
    [
      "the release function is imported where it was not",
      code`
        import { mkdtempSync, readdirSync } from "node:fs";
        export function list() {
          const folder = mkdtempSync("/tmp/list-");
          logger.info("files", readdirSync(folder).length);
        }
      `,
      code`
        import { mkdtempSync, readdirSync, rmSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function list() {
          using stack = new ExitStack();
          const folder = stack.adopt(mkdtempSync("/tmp/list-"), (path) => rmSync(path, { recursive: true, force: true }));
          logger.info("files", readdirSync(folder).length);
        }
      `,
    ],
    [
      "the release function goes by its local name",
      code`
        import { closeSync as shut, fstatSync, openSync as openFile } from "node:fs";
        export function size(file: string) {
          const fd = openFile(file, "r");
          const { size } = fstatSync(fd);
          shut(fd);
          return size;
        }
      `,
      code`
        import { closeSync as shut, fstatSync, openSync as openFile } from "node:fs";
        import { ExitStack } from "unwind";
        export function size(file: string) {
          using stack = new ExitStack();
          const fd = stack.adopt(openFile(file, "r"), shut);
          const { size } = fstatSync(fd);
          return size;
        }
      `,
    ],
    [
      "a synchronous directory in an asynchronous function stays synchronous",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        import { writeFile } from "node:fs/promises";
        export async function stage(text: string) {
          const folder = mkdtempSync("/tmp/stage-");
          await writeFile(folder + "/input", text);
          rmSync(folder, { recursive: true });
        }
      `,
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        import { writeFile } from "node:fs/promises";
        import { ExitStack } from "unwind";
        export async function stage(text: string) {
          using stack = new ExitStack();
          const folder = stack.adopt(mkdtempSync("/tmp/stage-"), (path) => rmSync(path, { recursive: true }));
          await writeFile(folder + "/input", text);
        }
      `,
    ],
  ])("%s", (_title, before, after) => {
    expect(rewrite(before, withRuntime).text).toBe(after);
  });
});

describe("a release before the variable is assigned again", () => {
  test("in a loop", () => {
    expect(
      rewrite(
        code`
          import { connect, type Socket } from "node:net";
          export function last(ports: readonly number[]) {
            let socket: Socket | undefined;
            for (const port of ports) {
              socket = connect(port);
              socket.setNoDelay(true);
            }
            socket?.end();
          }
        `,
        withRuntime,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Release the earlier `socket` before another is acquired",
      text: code`
        import { connect, type Socket } from "node:net";
        export function last(ports: readonly number[]) {
          let socket: Socket | undefined;
          for (const port of ports) {
            socket?.end();
            socket = connect(port);
            socket.setNoDelay(true);
          }
          socket?.end();
        }
      `,
    });
  });

  test("asynchronous", () => {
    expect(
      rewrite(code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function last(files: readonly string[]) {
          let handle: FileHandle | undefined;
          try {
            for (const file of files) {
              handle = await open(file);
              await handle.stat();
            }
          } finally {
            await handle?.close();
          }
        }
      `).text,
    ).toBe(code`
      import { open, type FileHandle } from "node:fs/promises";
      export async function last(files: readonly string[]) {
        let handle: FileHandle | undefined;
        try {
          for (const file of files) {
            await handle?.close();
            handle = await open(file);
            await handle.stat();
          }
        } finally {
          await handle?.close();
        }
      }
    `);
  });

  test("forgotten at once, where a second release would do harm", () => {
    expect(
      rewrite(code`
        import type { Pool, PoolClient } from "pg";
        export async function retry(pool: Pool) {
          let client: PoolClient | undefined;
          try {
            for (let attempt = 0; attempt < 3; attempt++) {
              client = await pool.connect();
              try {
                return await client.query("SELECT 1");
              } catch (error) {
                logger.warn("retrying", error);
              }
            }
            return undefined;
          } finally {
            client?.release();
          }
        }
      `).text,
    ).toBe(code`
      import type { Pool, PoolClient } from "pg";
      export async function retry(pool: Pool) {
        let client: PoolClient | undefined;
        try {
          for (let attempt = 0; attempt < 3; attempt++) {
            client?.release();
            client = undefined;
            client = await pool.connect();
            try {
              return await client.query("SELECT 1");
            } catch (error) {
              logger.warn("retrying", error);
            }
          }
          return undefined;
        } finally {
          client?.release();
        }
      }
    `);
  });

  test("but in a `finally` where the variable's type has no place for undefined", () => {
    const text = code`
      import type { Pool, PoolClient } from "pg";
      export async function retry(pool: Pool) {
        let client: PoolClient;
        for (let attempt = 0; attempt < 3; attempt++) {
          client = await pool.connect();
          if (ready) {
            client.release();
            return;
          }
        }
      }
    `;
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(rewrite(text, {}, 0, knowledge)).toEqual({
        kind: "suggestion",
        title: "Release `client` in a `finally`",
        text: code`
          import type { Pool, PoolClient } from "pg";
          export async function retry(pool: Pool) {
            let client: PoolClient;
            for (let attempt = 0; attempt < 3; attempt++) {
              client = await pool.connect();
              try {
                if (ready) {
                  return;
                }
              } finally {
                client.release();
              }
            }
          }
        `,
      });
    }
  });
});

describe("what is discarded is released at once", () => {
  test.each([
    [
      "a descriptor",
      code`
        import { openSync } from "node:fs";
        export function touch(file: string) {
          openSync(file, "a");
        }
      `,
      code`
        import { openSync, closeSync } from "node:fs";
        export function touch(file: string) {
          closeSync(openSync(file, "a"));
        }
      `,
      "Release the file descriptor at once",
    ],
    [
      "a file handle",
      code`
        import { open } from "node:fs/promises";
        export async function exists(file: string) {
          try {
            await open(file); // throws where there is none
            return true;
          } catch {
            return false;
          }
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function exists(file: string) {
          try {
            await (await open(file)).close(); // throws where there is none
            return true;
          } catch {
            return false;
          }
        }
      `,
      "Release the file handle at once",
    ],
    [
      "a pooled connection",
      code`
        import type { Pool } from "pg";
        export async function warmUp(pool: Pool) {
          await pool.connect();
        }
      `,
      code`
        import type { Pool } from "pg";
        export async function warmUp(pool: Pool) {
          (await pool.connect()).release();
        }
      `,
      "Release the pooled connection at once",
    ],
    [
      "a socket",
      code`
        import net from "node:net";
        export function knock(port: number) {
          net.connect(port);
        }
      `,
      code`
        import net from "node:net";
        export function knock(port: number) {
          net.connect(port).end();
        }
      `,
      "Release the socket at once",
    ],
    [
      "a temporary directory",
      code`
        import fs from "node:fs/promises";
        export async function writable() {
          await fs.mkdtemp("/tmp/probe-");
        }
      `,
      code`
        import fs from "node:fs/promises";
        export async function writable() {
          await fs.rm(await fs.mkdtemp("/tmp/probe-"), { recursive: true, force: true });
        }
      `,
      "Release the temporary directory at once",
    ],
  ])("%s", (_title, before, after, title) => {
    expect(rewrite(before, withRuntime)).toEqual({ kind: "suggestion", title, text: after });
  });

  test.each([
    [
      "whose promise nobody awaits",
      code`
        import { open } from "node:fs/promises";
        export function touch(file: string) {
          void open(file, "a");
        }
      `,
    ],
    [
      "for what a method gives",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          return (await (await open(file)).stat()).size;
        }
      `,
    ],
  ])("but not what is discarded %s", (_title, text) => {
    expect(rewritesOf(text, withRuntime)).toEqual([]);
  });

  test("without a semicolon, a parenthesis does not call the line before it", () => {
    const { text } = rewrite(code`
      import { Pool } from 'pg'
      const pool = new Pool()
      export async function warmUp(size: number) {
        const started = Date.now() + size
        await pool.connect()
        return started
      }
    `);
    expect(text).toBe(code`
      import { Pool } from 'pg'
      const pool = new Pool()
      export async function warmUp(size: number) {
        const started = Date.now() + size
        ;(await pool.connect()).release()
        return started
      }
    `);
  });
});
