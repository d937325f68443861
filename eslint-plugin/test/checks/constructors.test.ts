import { describe, test } from "vitest";

import { expectSound } from "./check-code.js";
import { code } from "./code.js";

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
