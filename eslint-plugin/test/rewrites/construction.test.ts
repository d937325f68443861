import { describe, expect, test } from "vitest";

import { expectNoRewrite, rewrite } from "../checks/check-code.js";
import { code } from "../checks/code.js";

describe("what an object under construction holds", () => {
  test("is released if the constructor fails behind the helper that acquires", () => {
    expect(
      rewrite(code`
        import { DatabaseSync } from "node:sqlite";
        const opened = new Set<Index>();
        export class Index {
          protected db!: DatabaseSync;
          constructor(folder: string) {
            // Read before anything else.
            this.openDatabase(folder);
            this.prepare(); // the first real read
            opened.add(this);
          }
          protected openDatabase(folder: string) {
            this.db = new DatabaseSync(folder + "/index.db");
            this.db.exec("PRAGMA busy_timeout=5000");
          }
          protected prepare() {
            this.db.prepare("SELECT 1");
          }
          close() {
            this.db.close();
          }
        }
      `),
    ).toEqual({
      kind: "suggestion",
      title: "Release `this.db` if the constructor fails",
      text: code`
        import { DatabaseSync } from "node:sqlite";
        const opened = new Set<Index>();
        export class Index {
          protected db!: DatabaseSync;
          constructor(folder: string) {
            try {
              // Read before anything else.
              this.openDatabase(folder);
              this.prepare(); // the first real read
            } catch (error) {
              this.db?.close();
              throw error;
            }
            opened.add(this);
          }
          protected openDatabase(folder: string) {
            this.db = new DatabaseSync(folder + "/index.db");
            this.db.exec("PRAGMA busy_timeout=5000");
          }
          protected prepare() {
            this.db.prepare("SELECT 1");
          }
          close() {
            this.db.close();
          }
        }
      `,
    });
  });

  test("is released if a factory fails before it gives the object away", () => {
    expect(
      rewrite(code`
        import { open, type FileHandle } from "node:fs/promises"
        export class Journal {
          handle?: FileHandle
          static async at(file: string) {
            const journal = new Journal()
            await journal.open(file)

            await publish("checking")
            return journal
          }
          async open(file: string) {
            this.handle = await open(file, "a+")
          }
          async close() {
            await this.handle?.close()
          }
        }
      `),
    ).toEqual({
      kind: "suggestion",
      title: "Release `journal.handle` if what follows fails",
      text: code`
        import { open, type FileHandle } from "node:fs/promises"
        export class Journal {
          handle?: FileHandle
          static async at(file: string) {
            const journal = new Journal()
            await journal.open(file)

            try {
              await publish("checking")
            } catch (error) {
              await journal.handle?.close()
              throw error
            }
            return journal
          }
          async open(file: string) {
            this.handle = await open(file, "a+")
          }
          async close() {
            await this.handle?.close()
          }
        }
      `,
    });
  });

  test.each([
    [
      "the field is not for a factory beside the class to read",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        class Journal {
          private handle?: FileHandle;
          async open(file: string) {
            this.handle = await open(file, "a+");
          }
          async close() {
            await this.handle?.close();
          }
        }
        export async function journalAt(file: string) {
          const journal = new Journal();
          await journal.open(file);
          await publish("checking");
          return journal;
        }
      `,
    ],
    [
      "what the factory makes on the way is used behind it",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          handle?: FileHandle;
          static async at(file: string) {
            const journal = new Journal();
            await journal.open(file);
            const checked = await publish("checking");
            return { journal, checked };
          }
          async open(file: string) {
            this.handle = await open(file, "a+");
          }
          async close() {
            await this.handle?.close();
          }
        }
      `,
    ],
  ])("is left alone where %s", (_title, text) => {
    expectNoRewrite(text);
  });
});

describe("a directory that an object keeps, and its class never removes", () => {
  test("is removed when the process ends", () => {
    expect(
      rewrite(code`
        import fs from "node:fs/promises";
        export class FileCache {
          readonly #folder: string;
          private constructor(folder: string) {
            this.#folder = folder;
          }
          static async create(folder?: string) {
            if (!folder) {
              folder = await fs.mkdtemp("cache-");
            } else {
              await fs.mkdir(folder, { recursive: true });
            }
            return new FileCache(folder);
          }
          async read(name: string) {
            return await fs.readFile(this.#folder + "/" + name, "utf8");
          }
        }
      `),
    ).toEqual({
      kind: "suggestion",
      title: "Remove `folder` when the process ends",
      text: code`
        import fs from "node:fs/promises";
        import { rmSync } from "node:fs";
        export class FileCache {
          readonly #folder: string;
          private constructor(folder: string) {
            this.#folder = folder;
          }
          static async create(folder?: string) {
            if (!folder) {
              folder = await fs.mkdtemp("cache-");
              const ownFolder = folder;
              process.once("exit", () => {
                rmSync(ownFolder, { recursive: true, force: true });
              });
            } else {
              await fs.mkdir(folder, { recursive: true });
            }
            return new FileCache(folder);
          }
          async read(name: string) {
            return await fs.readFile(this.#folder + "/" + name, "utf8");
          }
        }
      `,
    });
  });

  test("is left alone where it is made only if it is not given", () => {
    expectNoRewrite(code`
      import fs from "node:fs/promises";
      export class FileCache {
        readonly #folder: string;
        private constructor(folder: string) {
          this.#folder = folder;
        }
        static async create(folder?: string) {
          if (folder) folder = await fs.realpath(folder);
          folder ??= await fs.mkdtemp("cache-");
          return new FileCache(folder);
        }
        async read(name: string) {
          return await fs.readFile(this.#folder + "/" + name, "utf8");
        }
      }
    `);
  });
});
