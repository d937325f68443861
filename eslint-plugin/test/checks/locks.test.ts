import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("a lock that nobody names in the catalogue leaks", () => {
  test.each([
    [
      "when connecting fails between the lock and `try`",
      code`
        declare const lock: { acquire(): Promise<() => void> };
        declare function connect(): Promise<{ run(statement: string): Promise<unknown> }>;
        export async function query(statement: string) {
          const release = await lock.acquire(); // leak: leaksOnThrow
          const connection = await connect();
          try {
            return await connection.run(statement);
          } finally {
            release();
          }
        }
      `,
    ],
    [
      "when a listener is told before `try`",
      code`
        interface Lock { acquire(): Promise<() => void> }
        export class QueryRunner {
          readonly #lock: Lock;
          constructor(lock: Lock) {
            this.#lock = lock;
          }
          async run(statement: string) {
            const release = await this.#lock.acquire(); // leak: leaksOnThrow
            logger.debug("running", statement);
            await publish("before " + statement);
            try {
              await publish(statement);
            } finally {
              release();
            }
          }
        }
      `,
    ],
    [
      "when the guarded work fails",
      code`
        declare const installs: { acquire(): Promise<() => void> };
        export async function install(model: string) {
          const release = await installs.acquire(); // leak: leaksOnThrow
          await publish(model);
          release();
        }
      `,
    ],
    [
      "when somebody else has done the work already",
      code`
        declare const lockfile: { lock(path: string): Promise<() => Promise<void>> };
        export async function download(path: string) {
          const release = await lockfile.lock(path); // leak: leaksOnEarlyExit
          if (ready) return path;
          try {
            await publish(path);
          } finally {
            await release();
          }
          return path;
        }
      `,
    ],
    [
      "when its release is called in `catch` only",
      code`
        declare const lock: { acquire(): Promise<() => void> };
        export async function run(statement: string) {
          const release = await lock.acquire(); // leak: leaksOnEarlyExit
          try {
            await publish(statement);
          } catch (error) {
            release();
            throw error;
          }
        }
      `,
    ],
    [
      "when a second lock cannot be had",
      code`
        declare const locks: { acquire(key: string): Promise<() => void> };
        export async function move(from: string, to: string) {
          const releaseFrom = await locks.acquire(from); // leak: leaksOnThrow
          const releaseTo = await locks.acquire(to);
          try {
            await publish(from + to);
          } finally {
            releaseTo();
            releaseFrom();
          }
        }
      `,
    ],
    [
      "when its function is named otherwise",
      code`
        declare const sessions: { tryLock(id: string): () => void };
        export async function resume(id: string) {
          const unlock = sessions.tryLock(id); // leak: leaksOnThrow
          await publish(id);
          unlock();
        }
      `,
    ],
    [
      "in the next round of a loop",
      code`
        declare const lock: { acquire(): Promise<() => void> };
        export async function each(names: readonly string[]) {
          for (const name of names) {
            const release = await lock.acquire(); // leak: leaksOnEarlyExit
            if (name === "") continue;
            release();
          }
        }
      `,
    ],
    [
      "when the object that gave it takes it back only if nothing fails",
      code`
        declare const mutex: { acquire(): Promise<void>; release(): void };
        export async function compact() {
          await mutex.acquire(); // leak: leaksOnThrow
          await publish("compact");
          mutex.release();
        }
      `,
    ],
    [
      "when the object in a field takes it back only if nothing fails",
      code`
        interface Mutex { lock(): Promise<void>; unlock(): void }
        export class Index {
          constructor(private readonly mutex: Mutex) {}
          async flush() {
            await this.mutex.lock(); // leak: leaksOnThrow
            await publish("flush");
            this.mutex.unlock();
          }
        }
      `,
    ],
    [
      "when a permit is not given back by an early return",
      code`
        declare const permits: { acquire(): Promise<void>; release(): void };
        export async function upload(url: string) {
          await permits.acquire(); // leak: leaksOnEarlyExit
          if (url === "") return;
          try {
            await publish(url);
          } finally {
            permits.release();
          }
        }
      `,
    ],
    [
      "when a limiter counts without waiting",
      code`
        declare const limiter: { acquire(): void; release(): void };
        export async function runJob(job: () => Promise<void>) {
          limiter.acquire(); // leak: leaksOnThrow
          await job();
          limiter.release();
        }
      `,
    ],
    [
      "when rows are unlocked only in the branch that wrote them, by the longer name",
      code`
        declare const rows: { acquireLock(): Promise<void>; releaseLock(): Promise<void> };
        export async function save(text: string | undefined) {
          await rows.acquireLock(); // leak: leaksOnEarlyExit
          if (text !== undefined) {
            logger.info("saved");
            await rows.releaseLock();
          }
        }
      `,
    ],
    [
      "when what guards a row is unlocked only in the branch that wrote it",
      code`
        declare const row: { lock(): Promise<void>; unlock(): Promise<void> };
        export async function save(text: string | undefined) {
          await row.lock(); // leak: leaksOnEarlyExit
          if (text !== undefined) {
            logger.info("saved");
            await row.unlock();
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("a lock that nobody names in the catalogue is sound", () => {
  test.each([
    [
      "released in `finally`",
      code`
        declare const lock: { acquire(): Promise<() => void> };
        export async function run(statement: string) {
          const release = await lock.acquire();
          try { //- {
            await publish(statement);
          } finally { //- }
            release();
          } //-
        }
      `,
    ],
    [
      "released in `finally`, whatever the release gives",
      code`
        declare const lockfile: { lock(path: string): Promise<() => Promise<void>> };
        export async function withLock<T>(path: string, task: () => Promise<T>): Promise<T> {
          const release = await lockfile.lock(path);
          try {
            return await task();
          } finally {
            await release().catch((error: unknown) => logger.warn("still locked", error)); //- if (ready) void release();
          }
        }
      `,
    ],
    [
      "released by its giver in `finally`",
      code`
        declare const mutex: { acquire(): Promise<void>; release(): void };
        export async function compact() {
          await mutex.acquire();
          try {
            await publish("compact");
          } finally {
            mutex.release(); //- if (ready) mutex.release();
          }
        }
      `,
    ],
    [
      "acquired in the `try` whose `finally` gives it back",
      code`
        declare const permits: { acquire(): Promise<void>; release(): void };
        export async function upload(urls: readonly string[]) {
          return await Promise.all(
            urls.map(async (url) => {
              try { //- {
                await permits.acquire();
                if (url === "") return;
                await publish(url);
              } finally { //- }
                permits.release();
              } //-
            }),
          );
        }
      `,
    ],
    [
      "released in both branches",
      code`
        declare const lock: { acquire(): Promise<() => void> };
        export async function run(statement: string) {
          const release = await lock.acquire();
          try {
            await publish(statement);
          } catch (error) {
            logger.warn("not run", error);
            release(); //- return;
            return;
          }
          release();
        }
      `,
    ],
    [
      "held for a moment in which nothing fails",
      code`
        declare const lock: { acquire(): Promise<() => void> };
        const names = new Set<string>();
        export async function note(name: string) {
          const release = await lock.acquire();
          names.add(name.trim()); //- parse(name);
          release();
        }
        export { names };
      `,
    ],
    [
      "handed on with what it guards",
      code`
        declare const lock: { acquire(): Promise<() => void> };
        export async function enter(name: string) {
          const release = await lock.acquire();
          if (name === "") {
            release();
            return undefined;
          }
          return { name, release }; //- return { name };
        }
      `,
    ],
    [
      "taken for others: its giver is not told here",
      code`
        declare const gate: { acquire(): Promise<void>; release(): void };
        declare const other: typeof gate;
        export async function enter() {
          await gate.acquire();
          await publish("entered");
          other.release(); //- gate.release();
        }
        export { other };
      `,
    ],
    [
      "no lock at all: what was locked is only asked for",
      code`
        declare const door: { locked(): Promise<() => void>; lock(): Promise<() => void> };
        export async function look() {
          const tell = await door.locked(); //- const tell = await door.lock();
          await publish("looked");
          tell();
        }
      `,
    ],
    [
      "no lock at all: its result is no function that anybody calls",
      code`
        declare const cameras: { acquire(): Promise<() => void> };
        export async function shoot() {
          const picture = await cameras.acquire();
          await publish("shot");
          logger.info("picture", picture); //- picture();
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("what is locked otherwise, and opened for a while,", () => {
  test("is left locked", () => {
    expectSound(code`
      interface Issues { lock(number: number): Promise<void>; unlock(number: number): Promise<void>; comment(text: string): Promise<void> }
      export async function comment(issues: Issues, number: number, text: string) {
        await issues.unlock(number); //- await issues.lock(number);
        await issues.comment(text);
        await issues.lock(number); //- await issues.unlock(number);
      }
    `);
  });
});

describe("a lock that several share", () => {
  test("is given back by the last of them", () => {
    expectSound(code`
      declare class Mutex {
        acquire(): Promise<void>;
        release(): void;
      }
      export class Shared {
        #readers = 0;
        #mutex = new Mutex();
        async read(work: () => Promise<void>) {
          this.#readers += 1;
          if (this.#readers === 1) await this.#mutex.acquire();
          try {
            await work();
          } finally {
            this.#readers -= 1;
            if (this.#readers === 0) this.#mutex.release(); //- if (ready) this.#mutex.release();
          }
        }
      }
    `);
  });

  test("is lost where the work of one fails first", () => {
    expectMarkedLeaks(code`
      declare class Mutex {
        acquire(): Promise<void>;
        release(): void;
      }
      export class Shared {
        #readers = 0;
        #mutex = new Mutex();
        async read(work: () => Promise<void>) {
          if (++this.#readers === 1) {
            await this.#mutex.acquire(); // leak: leaksOnThrow
          }
          await work();
          if (--this.#readers === 0) this.#mutex.release();
        }
      }
    `);
  });
});
