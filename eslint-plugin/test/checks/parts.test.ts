import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

const library = `
declare class LockedFile implements AsyncDisposable {
  constructor(file: string, lock: Lock, options?: { readonly keep: boolean });
  readonly missing: readonly string[];
  check(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
interface Lock { release(): Promise<void>; note(text: string): Promise<void>; [Symbol.asyncDispose](): Promise<void> }
declare function lockOf(file: string): Promise<Lock>;
`;

describe("what a resource was made of", () => {
  test.each([
    ["is released where something fails", "await lock.release();"],
    ["is disposed of where something fails", "await lock[Symbol.asyncDispose]();"],
    ["is released where something fails, if there is one", "await lock?.release();"],
  ])("%s", (_title, release) => {
    const text = code`
      export async function read(file: string) {
        const lock = await lockOf(file);
        try {
          const locked = new LockedFile(file, lock, { keep: true });
          if (locked.missing.length > 0) throw new Error(file);
          return locked;
        } catch (error) {
          ${release} //- logger.error(String(error));
          throw error;
        }
      }
    `;
    expectSound(text + library, {}, ["typed"]);
  });

  test("is used where something fails, and leaks", () => {
    const text = code`
      export async function read(file: string) {
        const lock = await lockOf(file);
        try {
          const locked = new LockedFile(file, lock); // leak: leaksOnThrow
          await locked.check();
          return locked;
        } catch (error) {
          await lock.note(file);
          throw error;
        }
      }
    `;
    expectMarkedLeaks(text + library, {}, ["typed"]);
  });

  test("is what a client was connected by", () => {
    expectSound(code`
      // @ts-expect-error: it is not installed.
      import { Client } from "@modelcontextprotocol/client";
      export async function list(transport: Transport) {
        const client = new Client();
        await client.connect(transport);
        logger.info("connected");
        await transport.close(); //-
      }
      interface Transport { close(): Promise<void> }
    `);
  });
});

describe("a transaction", () => {
  test("that an object begins of itself is its own", () => {
    expectSound(code`
      export class Session {
        async within(task: () => Promise<void>) {
          await this.beginTransaction(); //- await this.other.beginTransaction();
          await task();
          await this.commit(); //- await this.other.commit();
          logger.info("done"); //- if (ready) await this.other.rollback();
        }
        constructor(private readonly other: Session) {}
        beginTransaction(): Promise<void> { return Promise.resolve(); }
        commit(): Promise<void> { return this.other.commit(); }
        rollback(): Promise<void> { return this.other.rollback(); }
      }
    `);
  });
});

describe("an asynchronous function of the file that nobody waits for", () => {
  const pump = code`
    async function pump(reader: ReadableStreamDefaultReader<string>) {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        logger.info(value);
      }
    }
  `;

  test.each([["pump(reader);"], ["void pump(reader);"], ["pump(reader).catch(() => undefined);"]])(
    "goes on with a reader: %s",
    (call) => {
      const text = code`
        export function follow(stream: ReadableStream<string>) {
          const reader = stream.getReader();
          ${call} //- reader.closed.catch(() => undefined);
        }
      `;
      expectSound(text + pump);
    },
  );

  test("does not keep what it waits for, unless it reads that to its end", () => {
    const text = code`
      export async function follow(stream: ReadableStream<string>) {
        const reader = stream.getReader();
        await pump(reader); //- await watch(reader);
        parse("end");
        reader.releaseLock();
      }
      async function watch(reader: ReadableStreamDefaultReader<string>) {
        await reader.closed;
      }
      export { watch };
    `;
    expectSound(text + pump);
  });

  test("and a lock that nobody takes is meant to stay", () => {
    expectSound(code`
      export function lock(stream: ReadableStream<string>) {
        stream.getReader(); //- stream.getReader().read().catch(() => undefined);
      }
    `);
  });
});

describe("what is ended with the object that gave it", () => {
  const script = { file: "subject.mjs" };
  const counting = (end: string): string => code`
    import { DataSource } from "typeorm";
    export async function count(options) {
      const source = new DataSource(options);
      await source.initialize();
      const runner = source.createQueryRunner();
      try {
        const rows = await runner.query("SELECT 1");
        await runner.release();
        return rows;
      } finally {
        ${end}
      }
    }
  `;

  test("a query runner, by its data source", () => {
    expectSound(counting("await source.destroy(); //- void source.driver;"), script);
  });

  test("not by another", () => {
    expectMarkedLeaks(
      counting("await other.destroy();").replace("Runner();", "Runner(); // leak: leaksOnThrow"),
      script,
    );
  });
});
