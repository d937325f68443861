import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("released in `finally`, by each release of its kind", () => {
  test.each([
    "await handle.close();",
    "await handle?.close();",
    "await (handle as FileHandle).close();",
    "await handle!.close();",
    `await handle["close"]();`,
    "void handle.close();",
    "handle.close().catch(() => undefined);",
    "await handle.close().catch((error) => logger.warn('close failed', error));",
    "await Promise.all([handle.close(), publish('done')]);",
    "await handle[Symbol.asyncDispose]();",
    "if (handle) await handle.close();",
    "if (handle !== undefined) { await handle.close(); }",
    "if (handle != null) await handle.close();",
    "if (!handle) logger.warn('none'); else await handle.close();",
    "handle && (await handle.close());",
    "try { await handle.close(); } catch { logger.warn('close failed'); }",
    "try { await handle.sync(); } finally { await handle.close(); }",
    "ready ? await handle.close() : handle.close();",
  ])("a file handle: %s", (release) => {
    expectSound(code`
      import { open, type FileHandle } from "node:fs/promises";
      export async function size(file: string) {
        const handle = await open(file);
        try {
          return (await handle.stat()).size;
        } finally {
          ${release} //-
        }
      }
      export type { FileHandle };
    `);
  });

  test.each([
    [`import fs from "node:fs";`, "fs.closeSync(fd);"],
    [`import * as fs from "fs";`, "fs.closeSync(fd);"],
    [`import fs, { closeSync } from "node:fs";`, "closeSync(fd);"],
    [`import fs, { closeSync as shut } from "node:fs";`, "shut(fd);"],
    [`import fs from "node:fs"; const { closeSync } = fs;`, "closeSync(fd);"],
    [`import fs from "node:fs"; import * as more from "fs";`, "more.closeSync(fd);"],
    [`import fs from "node:fs";`, "fs.close(fd, () => undefined);"],
    [`import fs from "node:fs";`, "fs.close(fd);"],
    [`import fs from "node:fs";`, "if (fd !== undefined) fs.closeSync(fd);"],
    [`import fs from "node:fs";`, "if (fd >= 0) fs.closeSync(fd);"],
    [`import fs from "node:fs";`, "if (fd > -1) fs.closeSync(fd);"],
    [`import fs from "node:fs";`, "if (fd !== -1) fs.closeSync(fd);"],
    [`import fs from "node:fs";`, "if (fd === -1) logger.warn('none'); else fs.closeSync(fd);"],
    [`import fs from "node:fs";`, `if (typeof fd !== "undefined") fs.closeSync(fd);`],
    [`import fs from "node:fs";`, "process.nextTick(() => fs.closeSync(fd));"],
  ])("a file descriptor: %s %s", (imports, release) => {
    expectSound(code`
      ${imports}
      export function read(file: string) {
        const fd = fs.openSync(file, "r");
        try {
          return fs.readFileSync(fd, "utf8");
        } finally {
          ${release} //-
        }
      }
    `);
  });

  test.each(["client.release();", "client?.release();", "client.release(new Error('broken'));"])(
    "a pooled connection: %s",
    (release) => {
      expectSound(code`
        import type { Pool } from "pg";
        export async function pending(pool: Pool) {
          const client = await pool.connect();
          try {
            return (await client.query("SELECT 1")).rows;
          } finally {
            ${release} //-
          }
        }
      `);
    },
  );

  test.each([
    [`import { rm } from "node:fs/promises";`, "await rm(folder, { recursive: true });"],
    [`import { rmdir } from "node:fs/promises";`, "await rmdir(folder);"],
    [`import { rm as remove } from "fs/promises";`, "await remove(folder);"],
    [`import { rmSync } from "node:fs";`, "rmSync(folder, { recursive: true, force: true });"],
    [`import { rm } from "node:fs";`, "rm(folder, { recursive: true }, () => undefined);"],
    [`import fs from "node:fs";`, "await fs.promises.rm(folder, { recursive: true });"],
    [`import fs from "node:fs";`, "fs.rmdirSync(folder, { recursive: true });"],
    [`import { promises as fsp } from "fs";`, "await fsp.rm(folder, { recursive: true });"],
    [
      `import { rm } from "node:fs/promises";`,
      "await rm(folder, { recursive: true }).catch(() => undefined);",
    ],
    [
      `import { rm } from "node:fs/promises";`,
      "await Promise.allSettled([rm(folder, { recursive: true })]);",
    ],
    [
      `import { execFileSync } from "node:child_process"; import { rmSync } from "fs";`,
      "process.on('exit', () => rmSync(folder)); execFileSync('true');",
    ],
  ])("a temporary directory: %s %s", (imports, release) => {
    expectSound(code`
      ${imports}
      import { mkdtemp, writeFile } from "node:fs/promises";
      export async function stage(text: string) {
        const folder = await mkdtemp("/tmp/stage-");
        try {
          await writeFile(folder + "/input", text);
        } finally {
          ${release} //-
        }
      }
    `);
  });

  test.each([
    [`const { rimraf } = require("rimraf");`, "await rimraf(folder);"],
    [`const rimraf = require("rimraf");`, "await rimraf(folder);"],
    [`const rimraf = require("rimraf");`, "rimraf.sync(folder);"],
    [`const fse = require("fs-extra");`, "await fse.remove(folder);"],
    [`const { removeSync } = require("fs-extra");`, "removeSync(folder);"],
    [`const { deleteAsync } = require("del");`, "await deleteAsync(folder);"],
  ])("a temporary directory, by a package: %s %s", (requires, release) => {
    expectSound(
      code`
        ${requires}
        const { mkdtemp, writeFile } = require("node:fs/promises");
        exports.stage = async function stage(text) {
          const folder = await mkdtemp("/tmp/stage-");
          try {
            await writeFile(folder + "/input", text);
          } finally {
            ${release} //-
          }
        };
      `,
      { file: "subject.cjs" },
    );
  });

  test.each([
    "socket.end();",
    `socket.end("QUIT\\r\\n");`,
    "socket.destroy();",
    "socket.destroy(new Error('enough'));",
    "socket.destroySoon();",
    "socket.resetAndDestroy();",
    "socket?.destroy();",
    "socket.setTimeout(0).unref().destroy();",
    "if (!socket.destroyed) socket.destroy(); else socket.end();",
  ])("a socket: %s", (release) => {
    expectSound(code`
      import { once } from "node:events";
      import { connect } from "node:net";
      export async function ask(port: number) {
        const socket = connect(port);
        try {
          socket.write("PING\r\n");
          const [answer] = await once(socket, "data");
          return String(answer);
        } finally {
          ${release} //-
        }
      }
    `);
  });

  test("a socket that is read to its end", () => {
    expectSound(code`
      import { connect } from "node:net";
      export async function ask(port: number) {
        const socket = connect(port);
        let answer = "";
        for await (const piece of socket) { //- for await (const piece of []) {
          answer += String(piece);
          if (answer.endsWith("\n")) break;
        }
        return answer;
      }
    `);
  });
});

describe("released on every path", () => {
  test.each([
    [
      "in both branches",
      code`
        import { openSync, closeSync } from "node:fs";
        export function lock(file: string, pid: string) {
          const fd = openSync(file, "wx");
          if (pid === "") {
            closeSync(fd); //-
            return false;
          }
          closeSync(fd); //-
          return true;
        }
      `,
    ],
    [
      "in `catch`, which throws again, and behind it",
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          try {
            await client.query("UPDATE t SET name = $1", [name]);
          } catch (error) {
            client.release(error as Error); //-
            throw error;
          }
          client.release(); //-
        }
      `,
    ],
    [
      "in `catch`, and in `try` as the last that happens",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function tryRead(file: string) {
          const fd = openSync(file, "r");
          try {
            const text = readFileSync(fd, "utf8");
            closeSync(fd); //-
            return text;
          } catch {
            closeSync(fd); //-
            return undefined;
          }
        }
      `,
    ],
    [
      "behind a `catch` that swallows",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string) {
          const handle = await open(file, "a");
          try {
            await handle.utimes(new Date(), new Date());
          } catch (error) {
            logger.warn("cannot touch", error);
          }
          await handle.close(); //-
        }
      `,
    ],
    [
      "in the `finally` around",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function copy(from: string) {
          let handle: FileHandle | undefined;
          try {
            handle = await open(from);
            await publish(await handle.readFile("utf8"));
          } finally {
            await handle?.close(); //-
          }
        }
      `,
    ],
    [
      "in the `finally` around, with a check for null",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(file: string) {
          let fd = null;
          try {
            fd = openSync(file, "r");
            return readFileSync(fd, "utf8");
          } finally {
            if (fd !== null) closeSync(fd); //-
          }
        }
        export { closeSync };
      `,
    ],
    [
      "in the `finally` around, with the descriptor -1 for none",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(file: string) {
          let fd = -1;
          try {
            fd = openSync(file, "r");
            return readFileSync(fd, "utf8");
          } finally {
            if (fd >= 0) closeSync(fd); //-
          }
        }
        export { closeSync };
      `,
    ],
    [
      "in each round of a loop",
      code`
        import { open } from "node:fs/promises";
        export async function total(files: readonly string[]) {
          let bytes = 0;
          for (const file of files) {
            const handle = await open(file);
            try {
              const { size } = await handle.stat();
              if (size === 0) continue;
              bytes += size;
              if (bytes > 1e9) break;
            } finally {
              await handle.close(); //-
            }
          }
          return bytes;
        }
      `,
    ],
    [
      "before the only jump out of the loop",
      code`
        import { openSync, closeSync } from "node:fs";
        export function firstFree(files: readonly string[]) {
          for (const file of files) {
            const fd = openSync(file, "a");
            if (fd > 2) {
              closeSync(fd); //-
              return file;
            }
            closeSync(fd);
          }
          return undefined;
        }
      `,
    ],
    [
      "in nested `finally` blocks",
      code`
        import { open } from "node:fs/promises";
        export async function copy(from: string, to: string) {
          const source = await open(from);
          try {
            const target = await open(to, "w");
            try {
              await target.writeFile(await source.readFile());
            } finally {
              await target.close(); //-
            }
          } finally {
            await source.close(); //-
          }
        }
      `,
    ],
    [
      "in `finally`, behind something that cannot fail",
      code`
        import type { Pool } from "pg";
        export async function pending(pool: Pool) {
          const started = Date.now();
          const client = await pool.connect();
          logger.debug("waited", Date.now() - started);
          try {
            return (await client.query("SELECT 1")).rows;
          } finally {
            logger.debug("done", Date.now() - started);
            client.release(); //-
          }
        }
      `,
    ],
    [
      "by each case of a switch",
      code`
        import { openSync, closeSync } from "node:fs";
        export function mode(file: string, kind: "a" | "b" | "c") {
          const fd = openSync(file, "r");
          switch (kind) {
            case "a":
              closeSync(fd); //-
              return 1;
            case "b":
              logger.debug("b");
            default:
              closeSync(fd); //-
          }
          return 2;
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("not released by", () => {
  test.each([
    [
      "the release of another resource",
      code`
        import { open } from "node:fs/promises";
        export async function copy(from: string, to: string) {
          const source = await open(from); // leak: neverReleased
          const target = await open(to, "w");
          try {
            await target.writeFile(await source.readFile());
          } finally {
            await target.close();
            await target.close();
          }
        }
      `,
    ],
    [
      "the removal of what lies below the directory",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        import { join } from "node:path";
        export function stage(text: string) {
          const folder = mkdtempSync("/tmp/stage-"); // leak: neverReleased
          const input = join(folder, "input");
          try {
            writeFileSync(input, text);
          } finally {
            rmSync(input);
          }
        }
      `,
    ],
    [
      "the removal of a template below the directory",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        export function stage(text: string) {
          const folder = mkdtempSync("/tmp/stage-"); // leak: neverReleased
          try {
            writeFileSync(folder + "/input", text);
          } finally {
            rmSync(folder + "/input");
          }
        }
      `,
    ],
    [
      "a method of the name of another kind's release",
      code`
        import { connect } from "node:net";
        export function ask(port: number) {
          const socket = connect(port); // leak: neverReleased
          socket.pause();
          socket.cork();
          socket.uncork();
        }
      `,
    ],
    [
      "the shutdown of the whole pool",
      code`
        import { Pool } from "pg";
        export async function main(url: string) {
          const pool = new Pool({ connectionString: url });
          try {
            const client = await pool.connect(); // leak: neverReleased
            await client.query("VACUUM");
          } finally {
            await pool.end();
          }
        }
      `,
    ],
    [
      "a function that nobody calls",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(file: string) {
          const fd = openSync(file, "r"); // leak: neverReleased
          const close = () => closeSync(fd);
          logger.debug("reading", file);
          return readFileSync(fd, "utf8");
        }
      `,
    ],
    [
      "a condition on something else",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(file: string, keep: boolean) {
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          try {
            return readFileSync(fd, "utf8");
          } finally {
            if (!keep) closeSync(fd);
          }
        }
      `,
    ],
    [
      "a check that is the wrong way round",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(file: string) {
          const fd: number | undefined = openSync(file, "r"); // leak: leaksOnEarlyExit
          try {
            return readFileSync(fd, "utf8");
          } finally {
            if (fd === undefined) closeSync(fd);
          }
        }
      `,
    ],
    [
      "a `finally` in which something fails first",
      code`
        import type { Pool } from "pg";
        export async function pending(pool: Pool) {
          const client = await pool.connect(); // leak: leaksOnThrow
          try {
            return (await client.query("SELECT 1")).rows;
          } finally {
            await client.query("RESET ALL");
            client.release();
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("a child process is over", () => {
  const run = (wait: string): string => code`
    import { spawn } from "node:child_process";
    import { once } from "node:events";
    import { readFile } from "node:fs/promises";
    export async function edit(file: string) {
      const child = spawn("vi", [file]);
      try {
        ${wait}
        return await readFile(file, "utf8");
      } catch (error) {
        child.kill();
        throw error;
      }
    }
  `;

  test.each([
    ["once its exit was waited for", 'await once(child, "exit"); //- await once(child, "spawn");'],
    ["once its end was waited for", 'await once(child, "close"); //- await once(child, "spawn");'],
    [
      "once the wait gave its code",
      'const [exit] = await once(child, "exit"); //- const [exit] = await once(child, "message");',
    ],
  ])("%s", (_title, wait) => {
    expectSound(run(wait));
  });

  test("not where nobody waits for it", () => {
    expectMarkedLeaks(
      run('void once(child, "exit");').replace("[file]);", "[file]); // leak: leaksOnEarlyExit"),
    );
  });
});
