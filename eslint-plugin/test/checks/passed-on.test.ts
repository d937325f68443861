import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";

describe("a path or descriptor is handed over with what tells of it", () => {
  test.each([
    [
      "to a callback that was given",
      code`
        import { mkdtempSync } from "node:fs";
        export function stage(callback: (error: Error | null, folder: string) => void) {
          const folder = mkdtempSync("/tmp/stage-");
          callback(null, folder); //- callback(null, "");
        }
      `,
    ],
    [
      "to a callback among the options",
      code`
        import { mkdtempSync } from "node:fs";
        interface Options {
          onReady(folder: string): void;
        }
        export function stage(options: Options) {
          const folder = mkdtempSync("/tmp/stage-");
          options.onReady(folder); //- options.onReady("");
        }
      `,
    ],
    [
      "by a promise's own `resolve`",
      code`
        import { openSync } from "node:fs";
        export const opened = (file: string) =>
          new Promise<number>((resolve) => {
            const fd = openSync(file, "r");
            resolve(fd); //- resolve(0);
          });
      `,
    ],
    [
      "by a promise's own `resolve`, as a part",
      code`
        import { mkdtempSync } from "node:fs";
        export const staged = () =>
          new Promise<{ folder: string }>((resolve) => {
            const folder = mkdtempSync("/tmp/stage-");
            resolve({ folder }); //- resolve({ folder: "" });
          });
      `,
    ],
    [
      "to an object of somebody else, by `Object.assign`",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function provide(context: { folder?: string }) {
          const folder = await mkdtemp("/tmp/stage-");
          Object.assign(context, { folder }); //- Object.assign(context, {});
        }
      `,
    ],
    [
      "to an object of somebody else, by `Object.defineProperty`",
      code`
        import { mkdtempSync } from "node:fs";
        export function provide(context: object) {
          const folder = mkdtempSync("/tmp/stage-");
          Object.defineProperty(context, "folder", { value: folder }); //-
        }
      `,
    ],
    [
      "with an event",
      code`
        import { EventEmitter } from "node:events";
        import { mkdtempSync } from "node:fs";
        export class Stage extends EventEmitter {
          start() {
            const folder = mkdtempSync("/tmp/stage-");
            this.emit("ready", folder); //- this.emit("ready");
          }
        }
      `,
    ],
    [
      "to the parent process",
      code`
        import { mkdtempSync } from "node:fs";
        export function start() {
          const folder = mkdtempSync("/tmp/stage-");
          process.send?.({ folder }); //- process.send?.({});
        }
      `,
    ],
    [
      "to the thread that started this one",
      code`
        import { mkdtempSync } from "node:fs";
        import { parentPort } from "node:worker_threads";
        export function start() {
          const folder = mkdtempSync("/tmp/stage-");
          parentPort?.postMessage(folder); //- parentPort?.postMessage("");
        }
      `,
    ],
    [
      "with a response",
      code`
        import { mkdtempSync } from "node:fs";
        export function create(response: { json(body: unknown): void }) {
          const folder = mkdtempSync("/tmp/upload-");
          response.json({ folder }); //- response.json({});
        }
      `,
    ],
    [
      "to a timer, with the function that removes it",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function lend() {
          const folder = mkdtempSync("/tmp/lent-");
          setTimeout(rmSync, 60_000, folder, { recursive: true }); //-
          logger.info("lent for a minute");
        }
      `,
    ],
    [
      "to a bound function that closes it",
      code`
        import { closeSync, openSync } from "node:fs";
        export function log(file: string) {
          const fd = openSync(file, "a");
          process.on("exit", closeSync.bind(null, fd)); //-
        }
      `,
    ],
    [
      "to a registry that should be there",
      code`
        import { mkdtempSync } from "node:fs";
        export function stage(registries: Map<string, Set<string>>) {
          const folder = mkdtempSync("/tmp/stage-");
          registries.get("folders")?.add(folder); //- registries.get("folders")?.clear();
        }
      `,
    ],
    [
      "by its new name, once it is moved",
      code`
        import { mkdtemp, rename } from "node:fs/promises";
        export async function install(target: string) {
          const folder = await mkdtemp("/tmp/install-");
          await rename(folder, target); //- await publish(target);
        }
      `,
    ],
    [
      "by its new name, with a function that the module imports",
      code`
        import { mkdtempSync } from "node:fs";
        declare const files: { moveSync(from: string, to: string): void };
        export function install(target: string) {
          const folder = mkdtempSync("/tmp/install-");
          files.moveSync(folder, target); //-
        }
      `,
    ],
  ])("%s", (_, text) => {
    expectSound(text);
  });
});

describe("a path or descriptor stays where what is told of it is something else", () => {
  test.each([
    [
      "to a callback that it does not go to",
      code`
        import { mkdtempSync } from "node:fs";
        export function stage(callback: (length: number) => void) {
          const folder = mkdtempSync("/tmp/stage-"); // leak: neverReleased
          callback(folder.length);
        }
      `,
    ],
    [
      "by the `resolve` of paths",
      code`
        import { mkdtempSync } from "node:fs";
        import { resolve } from "node:path";
        export function stage() {
          const folder = mkdtempSync("/tmp/stage-"); // leak: neverReleased
          logger.info(resolve(folder, "one"));
        }
      `,
    ],
    [
      "on the path where the promise is rejected",
      code`
        import { openSync } from "node:fs";
        export const opened = (file: string) =>
          new Promise<number>((resolve, reject) => {
            const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
            if (fd > 1000) {
              reject(new Error("too many"));
              return;
            }
            resolve(fd);
          });
      `,
    ],
    [
      "as the target of `Object.assign`",
      code`
        import { mkdtempSync } from "node:fs";
        export function stage(given: object) {
          const folder = mkdtempSync("/tmp/stage-"); // leak: neverReleased
          logger.info(Object.assign(folder, given));
        }
      `,
    ],
    [
      "by a listener of the same event",
      code`
        import type { EventEmitter } from "node:events";
        import { mkdtempSync } from "node:fs";
        export function start(events: EventEmitter) {
          const folder = mkdtempSync("/tmp/stage-"); // leak: neverReleased
          events.emit("ready", folder.length);
        }
      `,
    ],
    [
      "to a timer, without a function that removes it",
      code`
        import { existsSync, mkdtempSync } from "node:fs";
        export function lend() {
          const folder = mkdtempSync("/tmp/lent-"); // leak: neverReleased
          setTimeout(existsSync, 60_000, folder);
        }
      `,
    ],
    [
      "as the place to which something else is moved",
      code`
        import { mkdtemp, rename } from "node:fs/promises";
        export async function stage(file: string) {
          const folder = await mkdtemp("/tmp/stage-"); // leak: neverReleased
          await rename(file, folder);
        }
      `,
    ],
    [
      "to a callback that the caller may leave out",
      code`
        import { openSync } from "node:fs";
        export function opened(file: string, done?: (fd: number) => void) {
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          done?.(fd);
        }
      `,
    ],
    [
      "to a registry that is looked at first",
      code`
        import { mkdtempSync } from "node:fs";
        export function stage(registry: Set<string> | undefined) {
          const folder = mkdtempSync("/tmp/stage-"); // leak: leaksOnEarlyExit
          if (!registry) return;
          registry.add(folder);
        }
      `,
    ],
    [
      "in a variable of the environment",
      code`
        import { mkdtempSync } from "node:fs";
        export function isolate() {
          const home = mkdtempSync("/tmp/home-"); // leak: neverReleased
          process.env["HOME"] = home;
        }
      `,
    ],
    [
      "in a variable of the environment, by a path below it",
      code`
        import { mkdtempSync } from "node:fs";
        import { join } from "node:path";
        export function isolate() {
          const home = mkdtempSync("/tmp/home-"); // leak: neverReleased
          process.env.XDG_CACHE_HOME = join(home, "cache");
        }
      `,
    ],
  ])("%s", (_, text) => {
    expectMarkedLeaks(text);
  });
});

describe("a path given back by name", () => {
  test("is the importer's, where a module exports it below", () => {
    expectSound(code`
      import { mkdtempSync } from "node:fs";
      const folder = mkdtempSync("/tmp/tests-");
      logger.info("testing in", folder);
      export { folder }; //-
    `);
  });

  test("is the importer's under another name, too", () => {
    expectSound(code`
      import { mkdtempSync } from "node:fs";
      const folder = mkdtempSync("/tmp/tests-");
      logger.info("testing in", folder);
      export { folder as root }; //-
    `);
  });

  test("is left behind where only a type of it is exported", () => {
    expectMarkedLeaks(code`
      import { mkdtempSync } from "node:fs";
      const folder = mkdtempSync("/tmp/tests-"); // leak: leftBehind
      logger.info("testing in", folder);
      export type Folder = typeof folder;
    `);
  });
});

describe("a directory is removed by a command", () => {
  const around = (statement: string): string => code`
    import { exec, execFileSync, execSync, spawnSync } from "node:child_process";
    import { mkdtempSync } from "node:fs";
    export function build(text: string) {
      const folder = mkdtempSync("/tmp/build-");
      try {
        parse(text);
      } finally {
        ${statement} //-
      }
    }
  `;
  test.each([
    ["execSync(`rm -rf ${folder}`);"],
    ['execSync("rm -rf " + folder);'],
    ['execSync(`sudo rm -rf "${folder}"`);'],
    ['execFileSync("rm", ["-rf", folder]);'],
    ['spawnSync("rm", ["-rf", folder]);'],
    ["exec(`rimraf ${folder}`);"],
  ])("%s", (statement) => {
    expectSound(around(statement));
  });

  test.each([
    ["execSync(`ls ${folder}`);"],
    ["execSync(`rmagic ${folder}`);"],
    ['spawnSync("chmod", ["-R", "u+w", folder]);'],
  ])("but not by %s", (statement) => {
    const text = around(statement).replace(" //-", "");
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(text, knowledge).map(({ messageId }) => messageId)).toEqual([
        "neverReleased",
      ]);
    }
  });
});

describe("what an asynchronous context has is lent for as long as its task runs", () => {
  test("it leaks where nobody releases it", () => {
    expectMarkedLeaks(code`
      import { AsyncLocalStorage } from "node:async_hooks";
      import type { Pool, PoolClient } from "pg";
      const storage = new AsyncLocalStorage<PoolClient>();
      export async function within(pool: Pool, task: () => Promise<void>) {
        const client = await pool.connect(); // leak: neverReleased
        await storage.run(client, task);
      }
    `);
  });

  test("it leaks where the task fails before it is released", () => {
    expectMarkedLeaks(code`
      import { AsyncLocalStorage } from "node:async_hooks";
      import type { Pool, PoolClient } from "pg";
      const storage = new AsyncLocalStorage<PoolClient>();
      export async function within(pool: Pool, task: () => Promise<void>) {
        const client = await pool.connect(); // leak: leaksOnThrow
        await storage.run(client, task);
        client.release();
      }
    `);
  });

  test("it is sound where it is released behind it", () => {
    expectSound(code`
      import { AsyncLocalStorage } from "node:async_hooks";
      import type { Pool, PoolClient } from "pg";
      const storage = new AsyncLocalStorage<PoolClient>();
      export async function within(pool: Pool, task: () => Promise<void>) {
        const client = await pool.connect();
        try {
          return await storage.run(client, task);
        } finally {
          client.release(); //-
        }
      }
    `);
  });

  test("it is sound where the task releases it", () => {
    expectSound(code`
      import { AsyncLocalStorage } from "node:async_hooks";
      import type { Pool, PoolClient } from "pg";
      const storage = new AsyncLocalStorage<PoolClient>();
      export async function within(pool: Pool, task: () => Promise<void>) {
        const client = await pool.connect();
        return await storage.run(client, () => task().finally(() => client.release())); //- return await storage.run(client, task);
      }
    `);
  });

  test("another object's method of the name may keep it", () => {
    expectSound(code`
      import { AsyncLocalStorage } from "node:async_hooks";
      import type { Pool, PoolClient } from "pg";
      declare const runner: { run(client: PoolClient, task: () => Promise<void>): Promise<void> };
      const storage = new AsyncLocalStorage<PoolClient>();
      export async function within(pool: Pool, task: () => Promise<void>) {
        const client = await pool.connect();
        return await runner.run(client, task); //- return await storage.run(client, task);
      }
      export { storage };
    `);
  });
});
