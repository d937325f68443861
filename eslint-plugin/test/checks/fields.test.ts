import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("a field is the method's own where no other method releases it", () => {
  test.each([
    [
      "when something fails before its release",
      code`
        import { openSync, closeSync, writeSync } from "node:fs";
        export class PidFile {
          fd = -1;
          write(path: string) {
            this.fd = openSync(path, "w"); // leak: leaksOnThrow
            writeSync(this.fd, String(process.pid));
            closeSync(this.fd);
          }
        }
      `,
    ],
    [
      "when a row of several cannot be written",
      code`
        import type { Pool, PoolClient } from "pg";
        export class Importer {
          #client: PoolClient | undefined;
          constructor(private readonly pool: Pool) {}
          async run(rows: readonly string[]) {
            this.#client = await this.pool.connect(); // leak: leaksOnThrow
            for (const row of rows) await this.#client.query(row);
            this.#client.release();
          }
        }
      `,
    ],
    [
      "when each method releases only what it has opened itself",
      code`
        import { openSync, closeSync, writeSync } from "node:fs";
        export class Log {
          fd = -1;
          first(path: string) {
            this.fd = openSync(path, "w"); // leak: leaksOnThrow
            writeSync(this.fd, "first");
            closeSync(this.fd);
          }
          second(path: string) {
            this.fd = openSync(path, "a"); // leak: leaksOnThrow
            writeSync(this.fd, "second");
            closeSync(this.fd);
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test.each([
    [
      "released in `finally`",
      code`
        import { openSync, closeSync, writeSync } from "node:fs";
        export class PidFile {
          fd = -1;
          write(path: string) {
            this.fd = openSync(path, "w");
            try { //- {
              writeSync(this.fd, String(process.pid));
            } finally { //- }
              closeSync(this.fd);
            } //-
          }
        }
      `,
    ],
    [
      "released by another method, too",
      code`
        import { openSync, closeSync, writeSync } from "node:fs";
        export class PidFile {
          fd = -1;
          write(path: string) {
            this.fd = openSync(path, "w");
            writeSync(this.fd, String(process.pid));
            closeSync(this.fd);
          }
          close() {
            closeSync(this.fd); //-
          }
        }
      `,
    ],
    [
      "kept for the other methods, of which none has to release it here",
      code`
        import { openSync, closeSync, writeSync } from "node:fs";
        export class PidFile {
          fd = -1;
          write(path: string) {
            this.fd = openSync(path, "w");
            writeSync(this.fd, String(process.pid)); //- writeSync(this.fd, String(process.pid)); closeSync(this.fd);
          }
        }
        export { closeSync };
      `,
    ],
    [
      "left to the object by an early return",
      code`
        import { openSync, closeSync } from "node:fs";
        export class PidFile {
          fd = -1;
          write(path: string) {
            this.fd = openSync(path, "w");
            if (ready) return; //- if (ready) throw new Error(path);
            closeSync(this.fd);
          }
        }
      `,
    ],
    [
      "in another object's field",
      code`
        import { openSync, closeSync, writeSync } from "node:fs";
        export class PidFile {
          readonly state = { fd: -1 };
          fd = -1;
          write(path: string) {
            this.state.fd = openSync(path, "w"); //- this.fd = openSync(path, "w");
            writeSync(this.state.fd, String(process.pid));
            closeSync(this.fd);
          }
        }
      `,
    ],
  ])("sound: %s", (_title, text) => {
    expectSound(text);
  });
});

test("a method that empties a field releases what others have put there", () => {
  expectSound(code`
    import { watch, type FSWatcher } from "node:fs";
    export class View {
      watcher: FSWatcher | undefined;
      open: boolean = false;
      detached() {
        this.watcher?.close();
        this.watcher = undefined; //- this.watcher = watch(".");
      }
      updated(file: string) {
        if (this.open) {
          this.watcher ??= watch(file);
          JSON.parse(file);
        } else {
          this.watcher?.close();
        }
      }
    }
  `);
});

describe("a class that keeps a temporary directory", () => {
  test.each([
    [
      "by a parameter's default, and has no way to get rid of it",
      code`
        import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
        import { join } from "node:path";
        export class FileStore {
          constructor(readonly path: string = mkdtempSync("store-")) {} // leak: neverReleased
          read(name: string) {
            return readFileSync(join(this.path, name), "utf8");
          }
          write(name: string, text: string) {
            writeFileSync(join(this.path, name), text);
          }
        }
      `,
    ],
    [
      "in a field, and has no way to get rid of it",
      code`
        import { mkdtempSync, writeFileSync } from "node:fs";
        import { join } from "node:path";
        export class Spool {
          readonly folder: string;
          constructor() {
            this.folder = mkdtempSync("/tmp/spool-"); // leak: neverReleased
          }
          write(name: string, text: string) {
            writeFileSync(join(this.folder, name), text);
          }
        }
      `,
    ],
    [
      "that its factory has made, and has no way to get rid of it",
      code`
        import { mkdtemp, readFile } from "node:fs/promises";
        export class Cache {
          readonly #folder: string;
          constructor(folder: string) {
            this.#folder = folder;
          }
          static async create(given?: string) {
            return new Cache(given ?? (await mkdtemp("cache-")));
          }
          static async fresh() {
            const folder = await mkdtemp("cache-"); // leak: neverReleased
            return new Cache(folder);
          }
          read(name: string) {
            return readFile(this.#folder + "/" + name, "utf8");
          }
        }
      `,
    ],
    [
      "that a method makes when it is needed, and has no way to get rid of it",
      code`
        import { mkdtempSync, writeFileSync } from "node:fs";
        export class Recorder {
          folder: string | undefined;
          record(text: string) {
            this.folder = mkdtempSync("/tmp/record-"); // leak: neverReleased
            writeFileSync(this.folder + "/text", text);
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test.each([
    [
      "and removes it",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export class Spool {
          readonly folder: string;
          constructor() {
            this.folder = mkdtempSync("/tmp/spool-");
          }
          finish() {
            rmSync(this.folder, { recursive: true }); //-
          }
        }
        export { rmSync };
      `,
    ],
    [
      "and has a method that may remove it",
      code`
        import { mkdtempSync } from "node:fs";
        declare function sweep(): void;
        export class Spool {
          readonly folder: string;
          constructor() {
            this.folder = mkdtempSync("/tmp/spool-");
          }
          close() { sweep(); } //- size() { sweep(); }
        }
      `,
    ],
    [
      "and gives it to whoever asks",
      code`
        import { mkdtempSync } from "node:fs";
        export class Spool {
          readonly #folder: string;
          constructor() {
            this.#folder = mkdtempSync("/tmp/spool-");
          }
          get folder() {
            return this.#folder; //- return this.#folder.length;
          }
        }
      `,
    ],
    [
      "by a parameter's default, and removes it",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export class Spool {
          constructor(private readonly folder = mkdtempSync("/tmp/spool-")) {}
          finish() {
            rmSync(this.folder, { recursive: true }); //-
          }
        }
        export { rmSync };
      `,
    ],
    [
      "and extends one that removes it",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        class Folder {
          protected folder = "";
          finish() {
            rmSync(this.folder, { recursive: true }); //-
          }
        }
        export class Spool extends Folder {
          constructor() {
            super();
            this.folder = mkdtempSync("/tmp/spool-");
          }
        }
        export { rmSync };
      `,
    ],
  ])("sound: %s", (_title, text) => {
    expectSound(text);
  });
});
