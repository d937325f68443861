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

describe("a constructor that throws loses what its object holds", () => {
  test.each([
    [
      "by the resource's own method",
      code`
        import Database from "better-sqlite3";
        export class StoreIndex {
          readonly #db: Database.Database;
          constructor(file: string) {
            this.#db = new Database(file); // lost
            this.#db.exec("CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY)"); // fails
          }
          close() {
            this.#db.close();
          }
        }
      `,
    ],
    [
      "by a settings call",
      code`
        import Database from "better-sqlite3";
        export class Queue {
          readonly db: Database.Database;
          constructor(file: string) {
            this.db = new Database(file); // lost
            this.db.pragma("journal_mode = WAL"); // fails
          }
          close() {
            this.db.close();
          }
        }
      `,
    ],
    [
      "by a helper that uses the resource",
      code`
        import Database from "better-sqlite3";
        export class Memory {
          readonly db: Database.Database;
          constructor(file: string) {
            this.db = new Database(file); // lost
            this.migrate(); // fails
          }
          migrate() {
            this.db.exec("CREATE TABLE IF NOT EXISTS memory (text TEXT)");
          }
          close() {
            this.db.close();
          }
        }
      `,
    ],
    [
      "by reading a file",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export class Journal {
          readonly #fd: number;
          readonly header: string;
          constructor(file: string) {
            this.#fd = openSync(file, "r+"); // lost
            this.header = readFileSync(this.#fd, "utf8").slice(0, 16); // fails
          }
          close() {
            closeSync(this.#fd);
          }
        }
      `,
    ],
    [
      "by a `throw` of its own",
      code`
        import { openSync, closeSync, fstatSync } from "node:fs";
        export class Image {
          readonly fd: number;
          constructor(file: string) {
            this.fd = openSync(file, "r"); // lost
            if (file.endsWith(".txt")) throw new TypeError("not an image"); // fails
          }
          close() {
            closeSync(this.fd);
          }
        }
        export { fstatSync };
      `,
    ],
    [
      "by opening a second one",
      code`
        import { openSync, closeSync } from "node:fs";
        export class Copy {
          readonly from: number;
          readonly to: number;
          constructor(from: string, to: string) {
            this.from = openSync(from, "r"); // lost
            this.to = openSync(to, "w"); // fails
          }
          close() {
            closeSync(this.from);
            closeSync(this.to);
          }
        }
      `,
    ],
    [
      "in the helper that opens",
      code`
        import Database from "better-sqlite3";
        export class Locks {
          db!: Database.Database;
          constructor(file: string) {
            this.open(file);
          }
          private open(file: string) {
            this.db = new Database(file); // lost
            this.db.exec("CREATE TABLE IF NOT EXISTS lock (name TEXT)"); // fails
          }
          close() {
            this.db.close();
          }
        }
      `,
    ],
    [
      "behind the helper that opens",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export class Locks {
          fd = -1;
          readonly names: string[];
          constructor(file: string) {
            this.open(file);
            this.names = readFileSync(file, "utf8").split("\n"); // fails
          }
          private open(file: string) {
            this.fd = openSync(file, "a"); // lost
          }
          close() {
            closeSync(this.fd);
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectLost(text);
  });
});

describe("a constructor at work is sound", () => {
  test.each([
    [
      "that releases when it fails",
      code`
        import Database from "better-sqlite3";
        export class StoreIndex {
          readonly db: Database.Database;
          constructor(file: string) {
            this.db = new Database(file);
            try {
              this.db.exec("CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY)");
            } catch (error) {
              this.db.close(); //-
              throw error;
            }
          }
          close() {
            this.db.close();
          }
        }
      `,
    ],
    [
      "that opens last",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export class Journal {
          readonly header: string;
          readonly fd: number;
          constructor(file: string) {
            this.header = readFileSync(file, "utf8").slice(0, 16); //- this.fd = openSync(file, "a");
            this.fd = openSync(file, "a"); //- this.header = readFileSync(file, "utf8").slice(0, 16);
          }
          close() {
            closeSync(this.fd);
          }
        }
      `,
    ],
    [
      "that is known to another before",
      code`
        import { openSync, closeSync, fsyncSync } from "node:fs";
        const all = new Set<Journal>();
        export class Journal {
          readonly fd: number;
          constructor(file: string) {
            this.fd = openSync(file, "a");
            all.add(this); //-
            fsyncSync(this.fd);
          }
          close() {
            closeSync(this.fd);
          }
        }
        export { all };
      `,
    ],
    [
      "whose object a listener has",
      code`
        import { openSync, closeSync, fsyncSync } from "node:fs";
        export class Journal {
          readonly fd: number;
          constructor(file: string) {
            this.fd = openSync(file, "a");
            process.once("exit", () => this.close()); //-
            fsyncSync(this.fd);
          }
          close() {
            closeSync(this.fd);
          }
        }
      `,
    ],
    [
      "in which nothing fails behind it",
      code`
        import { openSync, closeSync } from "node:fs";
        export class Journal {
          readonly fd: number;
          readonly names = new Map<string, number>();
          constructor(file: string) {
            this.fd = openSync(file, "a");
            this.names.set(file, this.fd); //- parse(file); if (ready) throw new Error(file);
          }
          close() {
            closeSync(this.fd);
          }
        }
      `,
    ],
    [
      "whose helper does not touch the resource",
      code`
        import Database from "better-sqlite3";
        export class Memory {
          readonly db: Database.Database;
          name = "";
          constructor(file: string) {
            this.db = new Database(file);
            this.label(file); //- this.prepare();
          }
          label(file: string) {
            this.name = file.trim();
          }
          prepare() {
            this.db.exec("SELECT 1");
          }
          close() {
            this.db.close();
          }
        }
      `,
    ],
    [
      "no constructor: its object is known to those who call the method",
      code`
        import Database from "better-sqlite3";
        export class Memory {
          db: Database.Database | undefined;
          constructor(file: string) { //-
            logger.debug("for", file); //-
          } //-
          open(file: string) { //- constructor(file: string) {
            this.db = new Database(file);
            this.db.exec("CREATE TABLE IF NOT EXISTS memory (text TEXT)");
          }
          close() {
            this.db?.close();
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});
