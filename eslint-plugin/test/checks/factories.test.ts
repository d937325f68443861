import { describe, expect, test } from "vitest";

import { expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";

/** Expects that the resource of the line `// lost` is lost where the line `// fails` fails. */
function expectLost(text: string): void {
  const lineOf = (mark: string): number =>
    text.split("\n").findIndex((line) => line.endsWith(mark)) + 1;
  for (const knowledge of ["typed", "untyped"] as const) {
    const found = findingsIn(text, knowledge).map(({ messageId, place, path }) => ({
      messageId,
      lost: place.loc.start.line,
      fails: path.findLast(({ message }) => message.includes("throw"))?.place.loc.start.line,
    }));
    const lost = { lost: lineOf("// lost"), fails: lineOf("// fails") };
    expect(found, knowledge).toEqual([{ messageId: "leaksOnThrow", ...lost }]);
  }
}

describe("a factory that fails loses what its object has acquired", () => {
  test.each([
    [
      "a static method that makes and prepares the object",
      code`
        import { Pool, type PoolClient } from "pg";
        export class Store {
          #client: PoolClient | undefined;
          readonly #pool: Pool;
          private constructor(url: string) {
            this.#pool = new Pool({ connectionString: url });
          }
          static async open(url: string) {
            const store = new Store(url);
            await store.connect();
            await publish("checking"); // fails
            return store;
          }
          protected async connect() {
            this.#client = await this.#pool.connect(); // lost
          }
          close() {
            this.#client?.release();
          }
        }
      `,
    ],
    [
      "by `new this()`",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          handle: FileHandle | undefined;
          static async at(file: string) {
            const journal = new this();
            await journal.open(file);
            await journal.check(); // fails
            return journal;
          }
          async open(file: string) {
            this.handle = await open(file, "a+"); // lost
          }
          async check() {
            await this.handle?.stat();
          }
          async close() {
            await this.handle?.close();
          }
        }
      `,
    ],
    [
      "a function beside the class",
      code`
        import { mkdtemp, rm } from "node:fs/promises";
        class Stage {
          folder = "";
          async start(prefix: string) {
            this.folder = await mkdtemp(prefix); // lost
          }
          async stop() {
            await rm(this.folder, { recursive: true });
          }
        }
        export async function stageFor(prefix: string) {
          const stage = new Stage();
          await stage.start(prefix);
          await publish(stage.folder); // fails
          return stage;
        }
      `,
    ],
    [
      "in the rest of the method, which only the factory calls",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          handle: FileHandle | undefined;
          static async at(file: string) {
            const journal = new Journal();
            await journal._open(file);
            return journal;
          }
          async _open(file: string) {
            this.handle = await open(file, "a+"); // lost
            await publish(file); // fails
          }
          async close() {
            await this.handle?.close();
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectLost(text);
  });
});

describe("a factory is sound", () => {
  const journal = (factory: string): string => code`
    import { open, type FileHandle } from "node:fs/promises";
    export class Journal {
      handle: FileHandle | undefined;
      async open(file: string) {
        this.handle = await open(file, "a+");
      }
      async check() {
        await this.handle?.stat();
      }
      async close() {
        await this.handle?.close();
      }
    }
    const known: Journal[] = [];
    ${factory}
    export { known };
  `;
  test.each([
    [
      "that closes the object when it fails",
      `export async function journalAt(file: string) {
         const journal = new Journal();
         try {
           await journal.open(file);
           await journal.check();
         } catch (error) {
           await journal.close(); //-
           throw error;
         }
         return journal;
       }`,
    ],
    [
      "that releases the object's part when it fails",
      `export async function journalAt(file: string) {
         const journal = new Journal();
         try {
           await journal.open(file);
           await journal.check();
         } catch (error) {
           await journal.handle?.close(); //-
           throw error;
         }
         return journal;
       }`,
    ],
    [
      "that tells others of the object first",
      `export async function journalAt(file: string) {
         const journal = new Journal();
         known.push(journal); //-
         await journal.open(file);
         await journal.check();
         return journal;
       }`,
    ],
    [
      "that has nothing to do that could fail",
      `export async function journalAt(file: string) {
         const journal = new Journal();
         await journal.open(file);
         logger.info("opened", file); //- await journal.check();
         return journal;
       }`,
    ],
    [
      "of an object whose method others call, too",
      `export async function journalAt(file: string) {
         const journal = new Journal();
         await journal.open(file);
         await journal.check();
         return journal;
       }
       export const reopen = (journal: Journal, file: string) => journal.open(file); //-`,
    ],
    [
      "of an object that it was given",
      `export async function reopened(file: string, given: Journal) {
         const journal = given; //- const journal = new Journal();
         await journal.open(file);
         await journal.check();
         return journal;
       }`,
    ],
  ])("%s", (_title, factory) => {
    expectSound(journal(factory));
  });
});
