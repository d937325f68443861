import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, rewrite } from "./check-code.js";
import { code } from "./code.js";

describe("@owns: the function takes what it is given over", () => {
  test("a function that is declared elsewhere, in documentation of several lines", () => {
    expectSound(code`
      import { openSync } from "node:fs";
      /**
       * Serves a file.
       *
       * @param port Where to.
       * @owns fd closed when the client is gone //-
       */
      declare function serve(port: number, fd: number): void;
      export function start(file: string) {
        const fd = openSync(file, "r");
        serve(80, fd);
      }
    `);
  });

  test.each([
    [
      "a function of the file whose body does not show it",
      code`
        import { mkdtempSync } from "node:fs";
        /** @owns folder */ //-
        export function schedule(folder: string) {
          logger.info("to be removed tonight", folder);
        }
        export function start() {
          const folder = mkdtempSync("/tmp/stage-");
          schedule(folder);
        }
      `,
    ],
    [
      "an arrow function in a constant",
      code`
        import { mkdtempSync } from "node:fs";
        /** @owns folder */ //-
        const schedule = (folder: string): void => logger.info("tonight", folder);
        export function start() {
          const folder = mkdtempSync("/tmp/stage-");
          schedule(folder);
        }
      `,
    ],
    [
      "a method of the same object",
      code`
        import { mkdtempSync } from "node:fs";
        export class Stage {
          /** @owns folder */ //-
          schedule(folder: string) {
            logger.info("tonight", folder);
          }
          start() {
            const folder = mkdtempSync("/tmp/stage-");
            this.schedule(folder);
          }
        }
      `,
    ],
    [
      "a constructor",
      code`
        import { openSync } from "node:fs";
        export class Journal {
          readonly name: string;
          /** @owns fd */ //-
          constructor(fd: number) {
            this.name = String(fd);
          }
        }
        export function start(file: string) {
          const fd = openSync(file, "r");
          new Journal(fd); //- logger.info("started", fd);
        }
      `,
    ],
    [
      "the rest of the arguments",
      code`
        import { openSync } from "node:fs";
        /** @owns descriptors */ //-
        declare function watchAll(name: string, ...descriptors: number[]): void;
        export function start(file: string) {
          const fd = openSync(file, "r");
          watchAll(file, 0, fd);
        }
      `,
    ],
    [
      "one property of the options",
      code`
        import { openSync } from "node:fs";
        /** @owns options.fd */ //-
        function watch(options: { name: string; fd: number }) {
          logger.info(options.name, options.fd);
        }
        export function start(file: string) {
          const fd = openSync(file, "r");
          watch({ name: file, fd }); //- logger.info("started", fd);
        }
      `,
    ],
    [
      "a comment between the documentation and the function",
      code`
        import { mkdtempSync } from "node:fs";
        /** @owns {string} folder - removed tonight */ //-
        // Known to the scheduler by its path.
        export function schedule(folder: string) {
          logger.info("tonight", folder);
        }
        export function start() {
          const folder = mkdtempSync("/tmp/stage-");
          schedule(folder);
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });

  test("a method of an interface, by types", () => {
    expectSound(
      code`
        import { openSync } from "node:fs";
        export interface Journal {
          /** @owns fd */ //-
          follow(fd: number): void;
        }
        export function start(journal: Journal, file: string) {
          const fd = openSync(file, "r");
          journal.follow(fd);
        }
      `,
      {},
      ["typed"],
    );
  });

  test.each([
    [
      "another parameter",
      code`
        import { openSync } from "node:fs";
        /** @owns other */
        declare function watch(fd: number, other: number): void;
        export function start(file: string) {
          const fd = openSync(file, "r"); // leak: neverReleased
          watch(fd, 0);
        }
      `,
    ],
    [
      "another function",
      code`
        import { openSync } from "node:fs";
        /** @owns fd */
        declare function follow(fd: number): void;

        declare function watch(fd: number): void;
        export function start(file: string) {
          const fd = openSync(file, "r"); // leak: neverReleased
          watch(fd);
        }
        export { follow };
      `,
    ],
    [
      "the paths on which it is not called",
      code`
        import { openSync } from "node:fs";
        /** @owns fd */
        declare function watch(fd: number): void;
        export function start(file: string) {
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          if (ready) watch(fd);
        }
      `,
    ],
  ])("but it says nothing of %s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("@borrows: the function only uses what it is given", () => {
  test.each([
    [
      "a function of which the file knows no more",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        /** @borrows handle */
        declare function digest(handle: FileHandle): Promise<string>;
        export async function hash(file: string) {
          const handle = await open(file); // leak: neverReleased
          return await digest(handle);
        }
      `,
    ],
    [
      "a function whose body seems to keep it",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        const seen = new Set<FileHandle>();
        /**
         * The digest of a file.
         * @borrows handle - until the promise is settled
         * @returns The digest.
         */
        async function digest(handle: FileHandle) {
          seen.add(handle);
          try {
            return await publish("digest");
          } finally {
            seen.delete(handle);
          }
        }
        export async function hash(file: string) {
          const handle = await open(file); // leak: leaksOnThrow
          await digest(handle);
          await handle.close();
        }
      `,
    ],
    [
      "a constructor that keeps it for its own time",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        class Lines {
          readonly #handle: FileHandle;
          /** @borrows handle */
          constructor(handle: FileHandle) {
            this.#handle = handle;
          }
          first() {
            return this.#handle.read();
          }
        }
        export async function line(file: string) {
          const handle = await open(file); // leak: neverReleased
          return await new Lines(handle).first();
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test("a method of an interface, by types", () => {
    expectMarkedLeaks(
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export interface Digest {
          /** @borrows handle */
          of(handle: FileHandle): Promise<string>;
        }
        export async function hash(digest: Digest, file: string) {
          const handle = await open(file); // leak: neverReleased
          return await digest.of(handle);
        }
      `,
      {},
      ["typed"],
    );
  });

  test("nothing is said of a function without the tag", () => {
    expectSound(code`
      import { open, type FileHandle } from "node:fs/promises";
      /** Takes a handle. */ //- /** @borrows handle */
      declare function digest(handle: FileHandle): Promise<string>;
      export async function hash(file: string) {
        const handle = await open(file);
        return await digest(handle);
      }
    `);
  });
});

describe("@acquires: what the function gives has to be released", () => {
  test.each([
    [
      "by the method that it names",
      code`
        interface Lease {
          readonly until: number;
          giveBack(): void;
        }
        /** @acquires giveBack */
        declare function lease(name: string): Lease;
        export async function use(name: string) {
          const held = lease(name); // leak: leaksOnThrow
          await publish(String(held.until));
          held.giveBack();
        }
      `,
    ],
    [
      "by one of the methods that it names",
      code`
        interface Lease {
          readonly until: number;
          giveBack(): Promise<void>;
          forget(): void;
        }
        /** @acquires giveBack, forget - a lease of the name */
        declare function lease(name: string): Promise<Lease>;
        export async function use(name: string) {
          const held = await lease(name); // leak: leaksOnEarlyExit
          if (held.until === 0) held.forget();
          else if (ready) await held.giveBack();
        }
      `,
    ],
    [
      "by the function that it names",
      code`
        /** @acquires endProbe */
        declare function startProbe(name: string): string;
        declare function endProbe(probe: string): void;
        export async function use(name: string) {
          const probe = startProbe(name); // leak: leaksOnThrow
          await publish("probing");
          endProbe(probe);
        }
      `,
    ],
    [
      "by its giver, which takes it back",
      code`
        interface Slots {
          put(slot: number): void;
        }
        declare const slots: Slots;
        /** @acquires put */
        declare function slotOf(name: string): number;
        export async function use(name: string) {
          const slot = slotOf(name); // leak: leaksOnThrow
          await publish("taken");
          slots.put(slot);
        }
      `,
    ],
    [
      "by its dispose symbol, where it names nothing",
      code`
        /** @acquires */
        declare function lease(name: string): Disposable & { readonly until: number };
        export async function use(name: string) {
          const held = lease(name); // leak: neverReleased
          await publish(String(held.until));
        }
      `,
    ],
    [
      "even where nobody keeps it",
      code`
        interface Lease {
          giveBack(): void;
        }
        /** @acquires giveBack */
        function lease(name: string): Lease {
          logger.info(name);
          return { giveBack: () => undefined };
        }
        export function use(name: string) {
          lease(name); // leak: discarded
        }
      `,
    ],
    [
      "where a method of the same object gives it",
      code`
        export class Leases {
          /** @acquires giveBack */
          #lease(name: string): { giveBack(): void } {
            return { giveBack: () => logger.info(name) };
          }
          async use(name: string) {
            const held = this.#lease(name); // leak: leaksOnThrow
            await publish(name);
            held.giveBack();
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test.each([
    [
      "it is sound where it is released in `finally`",
      code`
        interface Lease {
          giveBack(): void;
        }
        /** @acquires giveBack */
        declare function lease(name: string): Lease;
        export async function use(name: string) {
          const held = lease(name);
          try {
            await publish(name);
          } finally {
            held.giveBack(); //-
          }
        }
      `,
    ],
    [
      "it is sound where `using` has it",
      code`
        /** @acquires */
        declare function lease(name: string): Disposable;
        export async function use(name: string) {
          using held = lease(name); //- const held = lease(name);
          await publish(name + String(held));
        }
      `,
    ],
    [
      "it is sound where it is returned",
      code`
        /** @acquires */
        declare function lease(name: string): Disposable;
        export function use(name: string) {
          const held = lease(name);
          logger.info("held", held);
          return held; //-
        }
      `,
    ],
    [
      "prose behind the tag names no method",
      code`
        interface Lease extends Disposable {
          close(): void;
        }
        /** @acquires a lease of the name */
        declare function lease(name: string): Lease;
        export async function use(name: string) {
          const held = lease(name);
          try {
            await publish(name);
          } finally {
            held.close(); //-
          }
        }
      `,
    ],
    [
      "a word that names no method may be prose",
      code`
        interface Lease {
          readonly until: number;
          close(): void;
        }
        /** @acquires lease */
        declare function lease(name: string): Lease;
        export async function use(name: string) {
          const held = lease(name);
          try {
            await publish(String(held.until));
          } finally {
            held.close(); //-
          }
        }
      `,
    ],
    [
      "nothing is acquired by a function without the tag",
      code`
        interface Lease {
          giveBack(): void;
        }
        /** Of a name. */ //- /** @acquires giveBack */
        declare function lease(name: string): Lease;
        export async function use(name: string) {
          const held = lease(name);
          await publish(name);
          held.giveBack();
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });

  test("a method of an interface, by types", () => {
    expectMarkedLeaks(
      code`
        interface Lease {
          giveBack(): Promise<void>;
        }
        export interface Leases {
          /** @acquires giveBack */
          of(name: string): Promise<Lease>;
        }
        export async function use(leases: Leases, name: string) {
          const held = await leases.of(name); // leak: leaksOnThrow
          await publish(name);
          await held.giveBack();
        }
      `,
      {},
      ["typed"],
    );
  });

  test("a rewrite releases it as the tag says", () => {
    const { text } = rewrite(
      code`
        interface Lease {
          giveBack(): void;
        }
        /** @acquires giveBack */
        declare function lease(name: string): Lease;
        export async function use(name: string) {
          const held = lease(name);
          await publish(name);
          held.giveBack();
        }
      `,
      { runtime: true },
    );
    expect(text).toMatch(/using held = closing\(lease\(name\), \((\w+)\) => \1\.giveBack\(\)\);/);
  });
});
