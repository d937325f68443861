import { describe, expect, test } from "vitest";

import { expectNoRewrite, findingsIn, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

describe("no rewrite is offered where the resource", () => {
  test.each([
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
      "is used by a promise that is returned from under another `using`",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string, other: string) {
          await using log = await open(other);
          await log.sync();
          const handle = await open(file);
          return handle.readFile();
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

  test.each([
    [
      "is used by a promise that a `try` around its `return` would come to see",
      code`
        import type { Pool } from "pg";
        export async function ask(pool: Pool) {
          const client = await pool.connect();
          try {
            return client.query("SELECT 1");
          } catch {
            return undefined;
          }
        }
      `,
    ],
    [
      "came after another one of the same name, which is released by that name, too",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function both(one: string, other: string) {
          let fd = openSync(one, "r");
          const first = readFileSync(fd, "utf8").length;
          closeSync(fd);
          fd = openSync(other, "r");
          return first + readFileSync(fd, "utf8").length;
        }
      `,
    ],
  ])("%s", (_title, text) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      const findings = findingsIn(text, knowledge, withRuntime);
      expect(findings).not.toEqual([]);
      for (const { rewrites } of findings) {
        expect(rewrites.filter(({ title }) => !title.startsWith("Release the earlier"))).toEqual(
          [],
        );
      }
    }
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
