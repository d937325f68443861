import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";

/** A library of which the catalogue knows nothing, and whose types say what can be disposed of. */
const library = `
  interface Session extends AsyncDisposable { send(text: string): Promise<void>; close(): Promise<void> }
  declare class Recorder implements Disposable {
    constructor(name: string);
    note(text: string): void;
    stop(): void;
    [Symbol.dispose](): void;
  }
  declare class Builder implements Disposable {
    open(): this;
    build(): Builder;
    [Symbol.dispose](): void;
  }
  declare const service: {
    readonly current: Session;
    createSession(): Promise<Session>;
    openSession(): Session;
    findSession(): Promise<Session>;
    opened(): Session;
    createNames(): Iterator<string> & Disposable;
    createStream(): { pipe(to: unknown): void } & AsyncDisposable;
    createPlain(): { close(): void };
    builder: Builder;
  };
`;

const withLibrary = (text: string): string => text + library.trimStart();

describe("types are evidence where something disposable is created", () => {
  test.each([
    [
      "by `create…`, and never released",
      code`
        export async function greet() {
          const session = await service.createSession(); // leak: neverReleased
          await session.send("hello");
        }
      `,
    ],
    [
      "by `create…`, and not released when something fails",
      code`
        export async function greet() {
          const session = await service.createSession(); // leak: leaksOnThrow
          await session.send("hello");
          await session.close();
        }
      `,
    ],
    [
      "by `open…`, and not released by an early exit",
      code`
        export async function greet(name: string) {
          const session = service.openSession(); // leak: leaksOnEarlyExit
          if (name === "") return;
          await session.close();
        }
      `,
    ],
    [
      "by `new`, and never released",
      code`
        export function record(text: string) {
          const recorder = new Recorder("talk"); // leak: neverReleased
          recorder.note(text);
        }
      `,
    ],
    [
      "by `new`, and discarded",
      code`
        export function record(text: string) {
          new Recorder("talk").note(text); // leak: discarded
        }
      `,
    ],
    [
      "and discarded for one message",
      code`
        export async function greet() {
          await (await service.createSession()).send("hello"); // leak: discarded
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(withLibrary(text), {}, ["typed"]);
    expect(findingsIn(withLibrary(text), "untyped"), "without types nobody can know").toEqual([]);
  });

  test.each([
    [
      "released by its symbol",
      code`
        export async function greet() {
          const session = await service.createSession();
          try {
            await session.send("hello");
          } finally {
            await session[Symbol.asyncDispose](); //-
          }
        }
      `,
    ],
    [
      "released by its method",
      code`
        export function record(text: string) {
          const recorder = new Recorder("talk");
          recorder.note(text);
          recorder.stop(); //-
        }
      `,
    ],
    [
      "handed to a class that can release it by its symbol only",
      code`
        declare class Lease implements AsyncDisposable {
          renew(): Promise<void>;
          [Symbol.asyncDispose](): Promise<void>;
        }
        export class Host {
          readonly #lease: Lease;
          constructor(lease: Lease) {
            this.#lease = lease;
          }
          static async start() {
            const lease = new Lease();
            return new Host(lease); //- await lease.renew();
          }
          async close() {
            await this.#lease[Symbol.asyncDispose]();
          }
        }
      `,
    ],
    [
      "declared by `await using`",
      code`
        export async function greet() {
          await using session = await service.createSession(); //- const session = await service.createSession();
          await session.send("hello");
        }
      `,
    ],
    [
      "found, not created",
      code`
        export async function greet() {
          const session = await service.findSession(); //- const session = await service.createSession();
          await session.send("hello");
        }
      `,
    ],
    [
      "the library's own, by a field",
      code`
        export async function greet() {
          const session = service.current; //- const session = service.openSession();
          await session.send("hello");
        }
      `,
    ],
    [
      "by a name that only looks like it",
      code`
        export async function greet() {
          const session = service.opened(); //- const session = service.openSession();
          await session.send("hello");
        }
      `,
    ],
    [
      "the receiver itself",
      code`
        export function build() {
          const builder = service.builder.open(); //- const builder = new Builder();
          logger.info("built", builder);
        }
      `,
    ],
    [
      "of the receiver's own type",
      code`
        export function build() {
          const builder = service.builder.build(); //- const builder = new Builder();
          logger.info("built", builder);
        }
      `,
    ],
    [
      "an iterator",
      code`
        export function first() {
          const names = service.createNames(); //- const names = new Recorder("names");
          logger.info("first", names);
        }
      `,
    ],
    [
      "a stream",
      code`
        export function show() {
          const stream = service.createStream(); //- const stream = new Recorder("stream");
          logger.info("made", stream);
        }
      `,
    ],
    [
      "nothing that has a dispose symbol",
      code`
        export function show() {
          const plain = service.createPlain(); //- const plain = service.openSession();
          logger.info("made", plain);
        }
      `,
    ],
    [
      "what Node makes, and the catalogue does not list",
      code`
        import { createHash } from "node:crypto";
        export function digest(text: string) {
          const hash = createHash("sha256"); //- const hash = new Recorder("hash");
          logger.info("made", hash, text);
        }
        export { createHash };
      `,
    ],
  ])("sound: %s", (_title, text) => {
    expectSound(withLibrary(text), {}, ["typed"]);
  });
});

describe("what only says that one may undo it", () => {
  test("need not be taken", () => {
    const text = code`
      export async function debug(tools: Tools) {
        tools.open(); //- tools.openSession();
        await publish("debugging");
      }
      interface Session extends Disposable { readonly name: string }
      interface Tools { open(): Disposable; openSession(): Session }
    `;
    expectSound(text, {}, ["typed"]);
  });
});

describe("a page of a browser", () => {
  test("is the browser's, unless the function closes it on some path", () => {
    const text = code`
      export async function show(application: Application) {
        const page = await application.launchApp();
        await page.say("shown");
        logger.info("until the browser is closed"); //- await page.close();
      }
      interface Page extends AsyncDisposable { say(text: string): Promise<void>; close(): Promise<void> }
      interface Application { launchApp(): Promise<Page> }
    `;
    expectSound(text, {}, ["typed"]);
  });
});

describe("a method whose name alone says what it gives", () => {
  test("counts on an object of unknown type", () => {
    expectMarkedLeaks(code`
      export async function migrate(source: any) {
        const runner = source.createQueryRunner(); // leak: leaksOnThrow
        await runner.query("SELECT 1");
        await runner.release();
      }
    `);
  });

  test("does not where the project's own method of that name gives something else", () => {
    expectSound(
      code`
        declare const source: { createQueryRunner(): { run(text: string): Promise<void> } }; //- declare const source: any;
        export async function migrate() {
          const runner = source.createQueryRunner();
          await runner.run("SELECT 1");
        }
      `,
      {},
      ["typed"],
    );
  });
});

describe("what a function of the project gives, of a type of Node's", () => {
  test("is acquired where the type has to be closed", () => {
    expectMarkedLeaks(
      code`
        import type { FileHandle } from "node:fs/promises";
        declare function openJournal(name: string): Promise<FileHandle>;
        export async function size(name: string) {
          const journal = await openJournal(name); // leak: leaksOnThrow
          const { size } = await journal.stat();
          await journal.close();
          return size;
        }
      `,
      {},
      ["typed"],
    );
  });

  test("is not where it ends by itself", () => {
    expectSound(
      code`
        import type { FileHandle } from "node:fs/promises";
        import type { Server } from "node:net";
        declare function createGate(port: number): Server; //- declare function createGate(port: number): FileHandle;
        export function guard(port: number) {
          const gate = createGate(port);
          logger.info("guarded", gate);
        }
        export type { FileHandle, Server };
      `,
      {},
      ["typed"],
    );
  });
});

describe("a disposable stack of a library", () => {
  const stack = `
    declare class CleanupStack implements Disposable {
      adopt<T>(value: T, release: (value: T) => void): T;
      defer(release: () => void): void;
      move(): CleanupStack;
      dispose(): void;
      [Symbol.dispose](): void;
    }
  `;

  test.each([
    [
      "holds nothing before it is given something",
      code`
        export function run(text: string) {
          const stack = new CleanupStack();
          parse(text); //- stack.defer(() => logger.info("done")); parse(text);
          stack.dispose();
        }
      `,
    ],
    [
      "passes on what it holds by `move`",
      code`
        export function run() {
          const stack = new CleanupStack();
          stack.defer(() => logger.info("done"));
          return stack.move(); //- return stack.adopt.length;
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text + stack, {}, ["typed"]);
  });

  test("leaks what it holds when something fails", () => {
    expectMarkedLeaks(
      code`
        export function run(text: string) {
          const stack = new CleanupStack(); // leak: leaksOnThrow
          stack.defer(() => logger.info("done"));
          parse(text);
          stack.dispose();
        }
      ` + stack,
      {},
      ["typed"],
    );
  });
});
