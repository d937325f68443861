import { describe, expect, test } from "vitest";

import { findingsIn, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const byTry: Setting = { rewrite: "try-finally", runtime: true, node: ">=24" };

describe("try/finally", () => {
  test.each([
    [
      "takes in all that follows, with its comments",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file); // opened
          // What it says of itself.
          const { size } = await handle.stat();

          logger.info("size", size);
          await handle.close();
          return size;
          // The end.
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file); // opened
          try {
            // What it says of itself.
            const { size } = await handle.stat();

            logger.info("size", size);
            return size;
            // The end.
          } finally {
            await handle.close();
          }
        }
      `,
    ],
    [
      "releases with the arguments that the code has",
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          await client.query("UPDATE t SET name = $1", [name]);
          client.release(true);
        }
      `,
      code`
        import type { Pool } from "pg";
        export async function rename(pool: Pool, name: string) {
          const client = await pool.connect();
          try {
            await client.query("UPDATE t SET name = $1", [name]);
          } finally {
            client.release(true);
          }
        }
      `,
    ],
    [
      "widens a `try` that begins too late",
      code`
        import type { Pool } from "pg";
        export async function count(pool: Pool) {
          const client = await pool.connect();
          await client.query("BEGIN");
          try {
            return await client.query("SELECT 1");
          } finally {
            client.release();
          }
        }
      `,
      code`
        import type { Pool } from "pg";
        export async function count(pool: Pool) {
          const client = await pool.connect();
          try {
            await client.query("BEGIN");
            return await client.query("SELECT 1");
          } finally {
            client.release();
          }
        }
      `,
    ],
    [
      "keeps the lines of a template as they are",
      code`
        import { closeSync, openSync, writeSync } from "node:fs";
        export function note(file: string, name: string) {
          const fd = openSync(file, "a");
          writeSync(fd, ${"`"}
        Dear ${"${name}"},
          no.
        ${"`"});
          closeSync(fd);
        }
      `,
      code`
        import { closeSync, openSync, writeSync } from "node:fs";
        export function note(file: string, name: string) {
          const fd = openSync(file, "a");
          try {
            writeSync(fd, ${"`"}
        Dear ${"${name}"},
          no.
        ${"`"});
          } finally {
            closeSync(fd);
          }
        }
      `,
    ],
    [
      "stands in a `switch` case, up to its `break`",
      code`
        import { openSync, writeSync } from "node:fs";
        export function log(file: string, kind: string) {
          switch (kind) {
            case "file":
              const fd = openSync(file, "a");
              writeSync(fd, "x");
              break;
            default:
          }
        }
      `,
      code`
        import { openSync, writeSync, closeSync } from "node:fs";
        export function log(file: string, kind: string) {
          switch (kind) {
            case "file":
              const fd = openSync(file, "a");
              try {
                writeSync(fd, "x");
                break;
              } finally {
                closeSync(fd);
              }
            default:
          }
        }
      `,
    ],
    [
      "serves a `var`",
      code`
        import { fstatSync, openSync } from "node:fs";
        export function size(file: string) {
          var fd = openSync(file, "r");
          return fstatSync(fd).size;
        }
      `,
      code`
        import { fstatSync, openSync, closeSync } from "node:fs";
        export function size(file: string) {
          var fd = openSync(file, "r");
          try {
            return fstatSync(fd).size;
          } finally {
            closeSync(fd);
          }
        }
      `,
    ],
    [
      "goes on with an outer loop by its label",
      code`
        import { closeSync, openSync, readSync } from "node:fs";
        export function some(files: readonly string[], buffer: Buffer) {
          files: for (const file of files) {
            for (const flag of ["r", "r+"]) {
              const fd = openSync(file, flag);
              if (readSync(fd, buffer) === 0) continue files;
              closeSync(fd);
            }
          }
        }
      `,
      code`
        import { closeSync, openSync, readSync } from "node:fs";
        export function some(files: readonly string[], buffer: Buffer) {
          files: for (const file of files) {
            for (const flag of ["r", "r+"]) {
              const fd = openSync(file, flag);
              try {
                if (readSync(fd, buffer) === 0) continue files;
              } finally {
                closeSync(fd);
              }
            }
          }
        }
      `,
    ],
  ])("%s", (_title, before, after) => {
    const { kind, title, text } = rewrite(before, byTry);
    expect({ kind, text }).toEqual({ kind: "suggestion", text: after });
    expect(title).toMatch(/^Release `\w+` in a `finally`$/);
  });

  test("a `catch` releases what only a failure loses", () => {
    expect(
      rewrite(
        code`
          import { open } from "node:fs/promises";
          export async function openLog(file: string) {
            const handle = await open(file, "a");
            await handle.write("opened\n");
            return handle;
          }
        `,
        byTry,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Release `handle` if what follows fails",
      text: code`
        import { open } from "node:fs/promises";
        export async function openLog(file: string) {
          const handle = await open(file, "a");
          try {
            await handle.write("opened\n");
            return handle;
          } catch (error) {
            await handle.close();
            throw error;
          }
        }
      `,
    });
  });

  test("a constructor's `catch` releases what its object would have held", () => {
    expect(
      rewrite(
        code`
          import { closeSync, openSync, readFileSync } from "node:fs";
          export class Journal {
            readonly #fd: number;
            readonly header: string;
            constructor(path: string) {
              this.#fd = openSync(path, "r+");
              this.header = readFileSync(this.#fd, "utf8").slice(0, 16);
            }
            close(): void {
              closeSync(this.#fd);
            }
          }
        `,
        byTry,
      ).text,
    ).toBe(code`
      import { closeSync, openSync, readFileSync } from "node:fs";
      export class Journal {
        readonly #fd: number;
        readonly header: string;
        constructor(path: string) {
          this.#fd = openSync(path, "r+");
          try {
            this.header = readFileSync(this.#fd, "utf8").slice(0, 16);
          } catch (error) {
            closeSync(this.#fd);
            throw error;
          }
        }
        close(): void {
          closeSync(this.#fd);
        }
      }
    `);
  });

  test("writes tabs, line ends and no semicolons as the file does", () => {
    const before = [
      "import { closeSync, openSync, readFileSync } from 'node:fs'",
      "export function read(file: string) {",
      "\tconst fd = openSync(file, 'r')",
      "\tif (ready) {",
      "\t\treturn readFileSync(fd, 'utf8')",
      "\t}",
      "\tcloseSync(fd)",
      "\treturn ''",
      "}",
      "",
    ].join("\r\n");
    expect(rewrite(before, byTry).text).toBe(
      [
        "import { closeSync, openSync, readFileSync } from 'node:fs'",
        "export function read(file: string) {",
        "\tconst fd = openSync(file, 'r')",
        "\ttry {",
        "\t\tif (ready) {",
        "\t\t\treturn readFileSync(fd, 'utf8')",
        "\t\t}",
        "\t\treturn ''",
        "\t} finally {",
        "\t\tcloseSync(fd)",
        "\t}",
        "}",
        "",
      ].join("\r\n"),
    );
  });
});

describe("try/finally is not offered", () => {
  test.each([
    [
      "for a transaction that commits: a failure would, too",
      code`
        import type { Sequelize } from "sequelize";
        export async function save(sequelize: Sequelize) {
          const transaction = await sequelize.transaction();
          if (ready) return;
          await publish("x");
          await transaction.commit();
        }
      `,
    ],
    [
      "where code of another case names what the case declares",
      code`
        import { openSync, writeSync } from "node:fs";
        export function log(file: string, kind: string) {
          switch (kind) {
            case "file":
              const fd = openSync(file, "a");
              const length = writeSync(fd, "x");
              break;
            default:
              length = 2;
          }
        }
      `,
    ],
    [
      "in code on one line, such as a tool writes",
      code`
        import { openSync, writeSync } from "node:fs";
        export function log(file: string) { const fd = openSync(file, "a"); writeSync(fd, "x"); }
      `,
    ],
  ])("%s", (_title, text) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      const [finding] = findingsIn(text, knowledge, byTry);
      expect(finding?.rewrites).toEqual([]);
    }
  });
});
