import { describe, expect, test } from "vitest";

import { rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

describe("a stack holds a resource that", () => {
  test.each([
    [
      "goes back broken on one path, which the end of a block cannot tell",
      "Manage `client` with an `ExitStack`",
      code`
        import type { Pool } from "pg";
        export async function run(pool: Pool, text: string) {
          const client = await pool.connect();
          await client.query("BEGIN");
          try {
            await client.query(text);
          } catch (error) {
            client.release(error as Error);
            throw error;
          }
          client.release();
        }
      `,
      code`
        import type { Pool } from "pg";
        import { ExitStack } from "unwind";
        export async function run(pool: Pool, text: string) {
          using stack = new ExitStack();
          const client = stack.adopt(await pool.connect(), (held) => held.release());
          await client.query("BEGIN");
          try {
            await client.query(text);
          } catch (error) {
            stack.move();
            client.release(error as Error);
            throw error;
          }
        }
      `,
    ],
    [
      "is ended here and destroyed there",
      "Manage `socket` with an `ExitStack`",
      code`
        import { connect } from "node:net";
        export async function send(port: number, text: string) {
          const socket = connect(port);
          await publish(text);
          if (text === "") {
            socket.destroy();
            return;
          }
          socket.end();
        }
      `,
      code`
        import { connect } from "node:net";
        import { ExitStack } from "unwind";
        export async function send(port: number, text: string) {
          using stack = new ExitStack();
          const socket = stack.adopt(connect(port), (held) => held.end());
          await publish(text);
          if (text === "") {
            stack.move();
            socket.destroy();
            return;
          }
        }
      `,
    ],
    [
      "is removed in two ways, with nothing behind either",
      "Manage `folder` with an `ExitStack`",
      code`
        import { mkdtempSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
        export function stage(text: string) {
          const folder = mkdtempSync("/tmp/stage-");
          writeFileSync("/tmp/text", text);
          if (ready) {
            rmdirSync(folder);
            return;
          }
          rmSync(folder, { recursive: true });
        }
      `,
      code`
        import { mkdtempSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function stage(text: string) {
          using stack = new ExitStack();
          const folder = stack.adopt(mkdtempSync("/tmp/stage-"), (path) => rmSync(path, { recursive: true, force: true }));
          writeFileSync("/tmp/text", text);
          if (ready) {
            stack.move();
            rmdirSync(folder);
            return;
          }
          stack.move();
          rmSync(folder, { recursive: true });
        }
      `,
    ],
    [
      "is handed over on one path",
      "Hold `handle` in an `AsyncExitStack` until it is handed on",
      code`
        import { open } from "node:fs/promises";
        export async function openLog(file: string) {
          const handle = await open(file, "a");
          await handle.write("opened\n");
          return handle;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function openLog(file: string) {
          await using stack = new AsyncExitStack();
          const handle = stack.use(await open(file, "a"));
          await handle.write("opened\n");
          stack.move();
          return handle;
        }
      `,
    ],
    [
      "is stored in the end",
      "Hold `socket` in an `ExitStack` until it is handed on",
      code`
        import { connect, type Socket } from "node:net";
        const all: Socket[] = [];
        export function dial(port: number) {
          const socket = connect(port);
          if (ready) return;
          all.push(socket);
        }
      `,
      code`
        import { connect, type Socket } from "node:net";
        import { ExitStack } from "unwind";
        const all: Socket[] = [];
        export function dial(port: number) {
          using stack = new ExitStack();
          const socket = stack.adopt(connect(port), (held) => held.end());
          if (ready) return;
          stack.move();
          all.push(socket);
        }
      `,
    ],
    [
      "is captured by a function that is kept",
      "Hold `client` in an `ExitStack` until it is handed on",
      code`
        import type { Pool } from "pg";
        export async function unitOfWork(pool: Pool) {
          const client = await pool.connect();
          await client.query("BEGIN");
          return async () => {
            await client.query("COMMIT");
            client.release();
          };
        }
      `,
      code`
        import type { Pool } from "pg";
        import { ExitStack } from "unwind";
        export async function unitOfWork(pool: Pool) {
          using stack = new ExitStack();
          const client = stack.adopt(await pool.connect(), (held) => held.release());
          await client.query("BEGIN");
          stack.move();
          return async () => {
            await client.query("COMMIT");
            client.release();
          };
        }
      `,
    ],
    [
      "goes by two names",
      "Manage `handle` with an `AsyncExitStack`",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          const same = handle;
          const { size } = await same.stat();
          await same.close();
          return size;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function size(file: string) {
          await using stack = new AsyncExitStack();
          const handle = stack.use(await open(file));
          const same = handle;
          const { size } = await same.stat();
          return size;
        }
      `,
    ],
    [
      "is declared with others",
      "Manage `handle` with an `AsyncExitStack`",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file), started = Date.now();
          logger.info("took", Date.now() - started);
          return (await handle.stat()).size;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function size(file: string) {
          await using stack = new AsyncExitStack();
          const handle = stack.use(await open(file)), started = Date.now();
          logger.info("took", Date.now() - started);
          return (await handle.stat()).size;
        }
      `,
    ],
    [
      "is declared with `var`",
      "Manage `handle` with an `AsyncExitStack`",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          var handle = await open(file);
          return (await handle.stat()).size;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function size(file: string) {
          await using stack = new AsyncExitStack();
          var handle = stack.use(await open(file));
          return (await handle.stat()).size;
        }
      `,
    ],
    [
      "is declared in a switch case",
      "Release `fd` in a `finally`",
      code`
        import { openSync, writeSync } from "node:fs";
        export function log(file: string, kind: string) {
          switch (kind) {
            case "file":
              const fd = openSync(file, "a");
              writeSync(fd, "x");
          }
        }
      `,
      code`
        import { openSync, writeSync, closeSync } from "node:fs";
        export function log(file: string, kind: string) {
          switch (kind) {
            case "file":
              const fd = openSync(file, "a");
              try {
                writeSync(fd, "x");
              } finally {
                closeSync(fd);
              }
          }
        }
      `,
    ],
    [
      "is acquired under a condition",
      "Manage `handle` with an `AsyncExitStack`",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string | undefined) {
          const handle = file === undefined ? undefined : await open(file, "a");
          await handle?.utimes(new Date(), new Date());
        }
      `,
      code`
        import { open } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function touch(file: string | undefined) {
          await using stack = new AsyncExitStack();
          const handle = file === undefined ? undefined : stack.use(await open(file, "a"));
          await handle?.utimes(new Date(), new Date());
        }
      `,
    ],
    [
      "is assigned apart from its declaration",
      "Manage `handle` with an `AsyncExitStack`",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function touch(file: string) {
          let handle: FileHandle;
          handle = await open(file, "a");
          await handle.utimes(new Date(), new Date());
        }
      `,
      code`
        import { open, type FileHandle } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function touch(file: string) {
          let handle: FileHandle;
          await using stack = new AsyncExitStack();
          handle = stack.use(await open(file, "a"));
          await handle.utimes(new Date(), new Date());
        }
      `,
    ],
    [
      "is released with an argument",
      "Manage `client` with an `ExitStack`",
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          await client.query("UPDATE t SET name = $1", [name]);
          client.release(true);
        }
      `,
      code`
        import type { Pool } from "pg";
        import { ExitStack } from "unwind";
        export async function rename(pool: Pool, name: string) {
          using stack = new ExitStack();
          const client = stack.adopt(await pool.connect(), (held) => held.release());
          await client.query("UPDATE t SET name = $1", [name]);
          stack.move();
          client.release(true);
        }
      `,
    ],
    [
      "must not be released twice, and is released in the middle",
      "Manage `client` with an `ExitStack`",
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          await client.query("UPDATE t SET name = $1", [name]);
          client.release();
          await publish(name);
        }
      `,
      code`
        import type { Pool } from "pg";
        import { ExitStack } from "unwind";
        export async function rename(pool: Pool, name: string) {
          using stack = new ExitStack();
          const client = stack.adopt(await pool.connect(), (held) => held.release());
          await client.query("UPDATE t SET name = $1", [name]);
          stack.dispose();
          await publish(name);
        }
      `,
    ],
    [
      "must not be released twice, and is released in two branches with work behind them",
      "Manage `fd` with an `ExitStack`",
      code`
        import { closeSync, openSync, readFileSync } from "node:fs";
        export function read(file: string) {
          const fd = openSync(file, "r");
          if (readFileSync(fd).length > 0) {
            closeSync(fd);
          } else {
            closeSync(fd);
          }
          parse(file);
        }
      `,
      code`
        import { closeSync, openSync, readFileSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function read(file: string) {
          using stack = new ExitStack();
          const fd = stack.adopt(openSync(file, "r"), closeSync);
          if (readFileSync(fd).length > 0) {
            stack.dispose();
          } else {
            stack.dispose();
          }
          parse(file);
        }
      `,
    ],
    [
      "is released by a function of its own",
      "Manage `client` with an `ExitStack`",
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          const done = () => client.release();
          await client.query("UPDATE t SET name = $1", [name]);
          done();
        }
      `,
      code`
        import type { Pool } from "pg";
        import { ExitStack } from "unwind";
        export async function rename(pool: Pool, name: string) {
          using stack = new ExitStack();
          const client = stack.adopt(await pool.connect(), (held) => held.release());
          const done = () => stack.dispose();
          await client.query("UPDATE t SET name = $1", [name]);
          done();
        }
      `,
    ],
  ])("%s", (_title, title, before, after) => {
    expect(rewrite(before, withRuntime)).toEqual({ kind: "suggestion", title, text: after });
  });
});

describe("a stack holds", () => {
  test("a lock that its giver takes back", () => {
    expect(
      rewrite(
        code`
          import { Mutex } from "async-mutex";
          const mutex = new Mutex();
          export async function exclusively() {
            await mutex.acquire();
            await publish("x");
            mutex.release();
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { Mutex } from "async-mutex";
      import { ExitStack } from "unwind";
      const mutex = new Mutex();
      export async function exclusively() {
        using stack = new ExitStack();
        stack.adopt(await mutex.acquire(), () => mutex.release());
        await publish("x");
      }
    `);
  });

  test("what a constructor has, until it is done", () => {
    expect(
      rewrite(
        code`
          import { closeSync, openSync, readFileSync } from "node:fs";
          export class Journal {
            readonly #fd: number;
            readonly header: string;
            constructor(path: string) {
              this.#fd = openSync(path, "r+");
              this.header = readFileSync(this.#fd, "utf8").slice(0, 16);
            }
            close(): void {
              closeSync(this.#fd);
            }
          }
        `,
        withRuntime,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Hold `this.#fd` in an `ExitStack` until it is handed on",
      text: code`
        import { closeSync, openSync, readFileSync } from "node:fs";
        import { ExitStack } from "unwind";
        export class Journal {
          readonly #fd: number;
          readonly header: string;
          constructor(path: string) {
            using stack = new ExitStack();
            this.#fd = stack.adopt(openSync(path, "r+"), closeSync);
            this.header = readFileSync(this.#fd, "utf8").slice(0, 16);
            stack.move();
          }
          close(): void {
            closeSync(this.#fd);
          }
        }
      `,
    });
  });

  test("what was begun for a while, whose release may fail unheard", () => {
    expect(
      rewrite(
        code`
          import { mkdtemp, rm, writeFile } from "node:fs/promises";
          export async function stage(text: string) {
            // eslint-disable-next-line no-await-in-loop
            const folder = await mkdtemp("/tmp/stage-");
            await writeFile(folder + "/input", text);
            try {
              await publish(folder);
            } finally {
              await rm(folder, { recursive: true }).catch(() => {});
            }
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { mkdtemp, rm, writeFile } from "node:fs/promises";
      import { AsyncExitStack } from "unwind";
      export async function stage(text: string) {
        await using stack = new AsyncExitStack();
        // eslint-disable-next-line no-await-in-loop
        const folder = stack.adopt(await mkdtemp("/tmp/stage-"), (path) => rm(path, { recursive: true }));
        await writeFile(folder + "/input", text);
        try {
          await publish(folder);
        } finally {
          await stack.disposeAsync().catch(() => {});
        }
      }
    `);
  });

  test("what is handed on from a branch without braces", () => {
    expect(
      rewrite(
        code`
          import { open, type FileHandle } from "node:fs/promises";
          export async function openLog(file: string): Promise<FileHandle | undefined> {
            const handle = await open(file, "a");
            await handle.write("opened\n");
            if (ready) return handle;
            await publish("not ready");
            return undefined;
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { open, type FileHandle } from "node:fs/promises";
      import { AsyncExitStack } from "unwind";
      export async function openLog(file: string): Promise<FileHandle | undefined> {
        await using stack = new AsyncExitStack();
        const handle = stack.use(await open(file, "a"));
        await handle.write("opened\n");
        if (ready) {
          stack.move();
          return handle;
        }
        await publish("not ready");
        return undefined;
      }
    `);
  });

  test("what another name has for longer than its own block", () => {
    expect(
      rewrite(
        code`
          import { openSync, readSync } from "node:fs";
          export function read(file: string, buffer: Buffer) {
            let source: number | undefined;
            if (ready) {
              const fd = openSync(file, "r");
              source = fd;
            }
            if (source !== undefined) readSync(source, buffer);
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { openSync, readSync, closeSync } from "node:fs";
      import { ExitStack } from "unwind";
      export function read(file: string, buffer: Buffer) {
        let source: number | undefined;
        using stack = new ExitStack();
        if (ready) {
          const fd = stack.adopt(openSync(file, "r"), closeSync);
          source = fd;
        }
        if (source !== undefined) readSync(source, buffer);
      }
    `);
  });
});

test("a directory that a module makes is removed when the process ends", () => {
  expect(
    rewrite(
      code`
        import { mkdtempSync, writeFileSync } from "node:fs";

        const folder = mkdtempSync("/tmp/report-");

        export function report(text: string) {
          writeFileSync(folder + "/report", text);
        }
      `,
      {},
    ),
  ).toEqual({
    kind: "suggestion",
    title: "Remove `folder` when the process ends",
    text: code`
      import { mkdtempSync, writeFileSync, rmSync } from "node:fs";

      const folder = mkdtempSync("/tmp/report-");
      process.once("exit", () => {
        rmSync(folder, { recursive: true, force: true });
      });

      export function report(text: string) {
        writeFileSync(folder + "/report", text);
      }
    `,
  });
});
