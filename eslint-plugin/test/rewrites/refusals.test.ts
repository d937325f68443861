import { describe, expect, test } from "vitest";

import { expectNoRewrite, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

describe("no rewrite is offered where the resource", () => {
  test.each([
    [
      "goes back broken on one path, which the end of a block cannot tell",
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
    ],
    [
      "is ended here and destroyed there",
      code`
        import { once } from "node:events";
        import { connect } from "node:net";
        export async function send(port: number, text: string) {
          const socket = connect(port);
          await once(socket, "connect");
          if (text === "") {
            socket.destroy();
            return;
          }
          socket.end();
        }
      `,
    ],
    [
      "is removed in two ways, with nothing behind either",
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
    ],
    [
      "is handed over on one path",
      code`
        import { open } from "node:fs/promises";
        export async function openLog(file: string) {
          const handle = await open(file, "a");
          await handle.write("opened\n");
          return handle;
        }
      `,
    ],
    [
      "is stored in the end",
      code`
        import { connect, type Socket } from "node:net";
        const all: Socket[] = [];
        export function dial(port: number) {
          const socket = connect(port);
          if (ready) return;
          all.push(socket);
        }
      `,
    ],
    [
      "is captured by a function that is kept",
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
    ],
    [
      "goes by two names",
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
    ],
    [
      "is declared with others",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file), started = Date.now();
          logger.info("took", Date.now() - started);
          return (await handle.stat()).size;
        }
      `,
    ],
    [
      "is declared with `var`",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          var handle = await open(file);
          return (await handle.stat()).size;
        }
      `,
    ],
    [
      "is declared in a switch case",
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
    ],
    [
      "is acquired under a condition",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string | undefined) {
          const handle = file === undefined ? undefined : await open(file, "a");
          await handle?.utimes(new Date(), new Date());
        }
      `,
    ],
    [
      "is assigned apart from its declaration",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function touch(file: string) {
          let handle: FileHandle;
          handle = await open(file, "a");
          await handle.utimes(new Date(), new Date());
        }
      `,
    ],
    [
      "is still a promise when it is declared",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const opening = open(file);
          return (await (await opening).stat()).size;
        }
      `,
    ],
    [
      "is released with an argument",
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          await client.query("UPDATE t SET name = $1", [name]);
          client.release(true);
        }
      `,
    ],
    [
      "must not be released twice, and is released in the middle",
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          await client.query("UPDATE t SET name = $1", [name]);
          client.release();
          await publish(name);
        }
      `,
    ],
    [
      "must not be released twice, and is released in two branches with work behind them",
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
    ],
    [
      "is released by a function of its own",
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          const done = () => client.release();
          await client.query("UPDATE t SET name = $1", [name]);
          done();
        }
      `,
    ],
    [
      "is used by a call that nobody awaits",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string) {
          const handle = await open(file, "a");
          void handle.utimes(new Date(), new Date());
        }
      `,
    ],
    [
      "is used by a promise that is kept for later",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string) {
          const handle = await open(file, "a");
          const pending = handle.sync();
          await publish(file);
          return { pending };
        }
      `,
    ],
    [
      "is used by a chain of promises that nobody awaits",
      code`
        import type { Pool } from "pg";
        export async function count(pool: Pool, report: (rows: number) => void) {
          const client = await pool.connect();
          client.query("SELECT 1").then(({ rowCount }) => report(rowCount ?? 0), report.bind(null, 0));
        }
      `,
    ],
    [
      "is awaited in a function that is not asynchronous",
      code`
        import type { Pool } from "pg";
        import { mkdtempSync } from "node:fs";
        import { writeFile } from "node:fs/promises";
        export function stage(text: string, pool: Pool) {
          const folder = mkdtempSync("/tmp/stage-");
          logger.info("staging", pool.totalCount);
          return writeFile(folder + "/input", text);
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectNoRewrite(text, withRuntime);
  });

  test("is released in an asynchronous way by a function that is not", () => {
    const text = code`
      import { mkdtemp } from "node:fs/promises";
      export function stage() {
        const folder = mkdtemp("/tmp/stage-");
        logger.info("made");
        void folder;
      }
    `;
    expectNoRewrite(text, withRuntime);
  });

  test("is used by a helper of which nobody knows whether it is asynchronous", () => {
    const text = code`
      import { mkdtempSync } from "node:fs";
      export function stage(work) {
        const folder = mkdtempSync("/tmp/stage-");
        work(folder + "/input");
      }
    `;
    const setting: Setting = { file: "subject.js", node: ">=24", runtime: true };
    expectNoRewrite(text, setting);
  });
});

describe("a promise that is returned is awaited first", () => {
  test.each([
    [
      "a call of the resource",
      code`
        import type { Pool } from "pg";
        export async function ask(pool: Pool) {
          const client = await pool.connect();
          return client.query("SELECT 1");
        }
      `,
      code`
        import type { Pool } from "pg";
        import { closing } from "unwind";
        export async function ask(pool: Pool) {
          using client = closing(await pool.connect(), (held) => held.release());
          return await client.query("SELECT 1");
        }
      `,
    ],
    [
      "a call that is given the resource",
      code`
        import { mkdtemp, writeFile } from "node:fs/promises";
        export async function stage(text: string) {
          const folder = await mkdtemp("/tmp/stage-");
          return writeFile(folder + "/input", text);
        }
      `,
      code`
        import { mkdtemp, writeFile, rm } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function stage(text: string) {
          await using stack = new AsyncExitStack();
          const folder = stack.adopt(await mkdtemp("/tmp/stage-"), (path) => rm(path, { recursive: true, force: true }));
          return await writeFile(folder + "/input", text);
        }
      `,
    ],
    [
      "several calls at once",
      code`
        import { open } from "node:fs/promises";
        export async function both(file: string) {
          const handle = await open(file);
          return Promise.all([handle.stat(), handle.readFile()]);
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function both(file: string) {
          await using handle = await open(file);
          return await Promise.all([handle.stat(), handle.readFile()]);
        }
      `,
    ],
    [
      "in one branch",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          if (ready) return handle.readFile("utf8");
          const { size } = await handle.stat();
          return String(size);
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          await using handle = await open(file);
          if (ready) return await handle.readFile("utf8");
          const { size } = await handle.stat();
          return String(size);
        }
      `,
    ],
  ])("%s", (_title, before, after) => {
    expect(rewrite(before, withRuntime).text).toBe(after);
  });

  test.each([
    [
      "by an arrow function",
      code`
        import { open } from "node:fs/promises";
        export async function lines(files: readonly string[]) {
          return await Promise.all(
            files.map(async (file) => {
              const handle = await open(file);
              return await handle.readFile("utf8");
            }),
          );
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function lines(files: readonly string[]) {
          return await Promise.all(
            files.map(async (file) => {
              await using handle = await open(file);
              return await handle.readFile("utf8");
            }),
          );
        }
      `,
    ],
    [
      "inside callbacks that are awaited together",
      code`
        import { open } from "node:fs/promises";
        export async function write(file: string, parts: readonly string[]) {
          const handle = await open(file, "w");
          await Promise.all(parts.map((part) => handle.write(part)));
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function write(file: string, parts: readonly string[]) {
          await using handle = await open(file, "w");
          await Promise.all(parts.map((part) => handle.write(part)));
        }
      `,
    ],
  ])("but nothing is added where it is awaited already: %s", (_title, before, after) => {
    expect(rewrite(before, withRuntime).text).toBe(after);
  });
});
