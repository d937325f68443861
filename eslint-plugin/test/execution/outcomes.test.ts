import { createRequire } from "node:module";
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import * as runtime from "unwind";
import * as sql from "unwind/sql";
import { describe, expect, test } from "vitest";

import { rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";
import { compile } from "./run.js";

const given: Setting = { runtime: true, node: ">=20.19" };

const node = createRequire(import.meta.url);
const modules = new Map<string, unknown>([
  ["unwind", runtime],
  ["unwind/sql", sql],
]);

/** What a program exports as `program`, run with the real runtime and the real modules of Node. */
function exported(source: string): unknown {
  const require = (name: string): unknown => modules.get(name) ?? node(name);
  return compile(source)({ require, process, Math });
}

/** The program as it stands, and as its first rewrite makes it. */
function beforeAndAfter<Value>(
  source: string,
  rule: string,
  which: string | number = 0,
): readonly [Value, Value] {
  // Of swallowed errors, those that lose something without a word, too.
  const options = rule === "no-broad-suppression" ? { report: "losses" } : {};
  const { text } = rewrite(source, { ...given, rule, options }, which);
  return [exported(source) as Value, exported(text) as Value] as const;
}

/** A connection to a database of rows: what was inserted lasts once it is committed. */
class Connection {
  readonly rows: string[] = [];
  #open: string[] = [];
  query(text: string): Promise<{ rows: string[] }> {
    if (text.startsWith("INSERT ")) this.#open.push(text.slice("INSERT ".length));
    if (text === "COMMIT") this.rows.push(...this.#open);
    if (text === "COMMIT" || text === "ROLLBACK") this.#open = [];
    return text === "FAIL"
      ? Promise.reject(new Error("constraint"))
      : Promise.resolve({ rows: this.#open });
  }
}

describe("require-outcome", () => {
  type Save = (client: Connection, rows: readonly string[]) => Promise<unknown>;

  test("a transaction rolls back before the rewrite, and commits after it, unless it fails", async () => {
    const [before, after] = beforeAndAfter<Save>(
      code`
        import { enterAsync } from "unwind";
        import { transaction } from "unwind/sql";
        interface Client {
          query(text: string): Promise<{ rows: string[] }>;
        }
        export async function program(client: Client, rows: readonly string[]) {
          await using tx = await enterAsync(transaction(client, { dialect: "postgres" }));
          if (rows.length === 1) return await tx.value.query("INSERT " + String(rows[0]));
          for (const row of rows) {
            await tx.value.query(row === "bad" ? "FAIL" : "INSERT " + row);
          }
          return rows.length;
        }
      `,
      "require-outcome",
    );
    const lost = new Connection();
    expect(await before(lost, ["a", "b"])).toBe(2);
    expect(lost.rows).toEqual([]);

    const kept = new Connection();
    expect(await after(kept, ["a", "b"])).toBe(2);
    await after(kept, ["c"]);
    expect(kept.rows).toEqual(["a", "b", "c"]);

    await expect(after(kept, ["d", "bad"])).rejects.toThrow("constraint");
    expect(kept.rows).toEqual(["a", "b", "c"]);
  });

  test("a stack tells its managers", async () => {
    const [before, after] = beforeAndAfter<Save>(
      code`
        import { AsyncExitStack } from "unwind";
        import { transaction } from "unwind/sql";
        interface Client {
          query(text: string): Promise<{ rows: string[] }>;
        }
        export async function program(client: Client, rows: readonly string[]) {
          await using stack = new AsyncExitStack();
          const tx = await stack.enterContext(transaction(client, { dialect: "postgres" }));
          for (const row of rows) await tx.query("INSERT " + row);
        }
      `,
      "require-outcome",
    );
    const [lost, kept] = [new Connection(), new Connection()];
    await before(lost, ["a"]);
    await after(kept, ["a"]);
    expect([lost.rows, kept.rows]).toEqual([[], ["a"]]);
  });
});

describe("require-yield-in-try", () => {
  type Open = (file: string) => runtime.ContextManager<number>;

  test("a descriptor stays open before the rewrite when the body fails, and is closed after it", () => {
    const managers = beforeAndAfter<Open>(
      code`
        import { closeSync, openSync } from "node:fs";
        import { contextManager } from "unwind";
        export const program = contextManager(function* (file: string) {
          const fd = openSync(file, "r");
          yield fd;
          closeSync(fd);
        });
      `,
      "require-yield-in-try",
    );
    const isOpenAfter = (manager: Open, body: () => void): boolean => {
      let fd = -1;
      try {
        runtime.withContext(manager(import.meta.filename), (opened) => {
          fd = opened;
          body();
        });
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
      try {
        fs.closeSync(fd);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: "EBADF" });
        return false;
      }
    };
    const fail = (): void => {
      throw new RangeError("the body");
    };
    expect(managers.map((manager) => isOpenAfter(manager, () => {}))).toEqual([false, false]);
    expect(managers.map((manager) => isOpenAfter(manager, fail))).toEqual([true, false]);
  });
});

describe("no-broad-suppression", () => {
  const source = code`
    import { renameSync } from "node:fs";
    export function program(from: string, to: string) {
      try {
        renameSync(from, to);
      } catch {}
    }
  `;
  type Rename = (from: string, to: string) => void;

  test.each([
    "Ignore only errors with the code `ENOENT`, and throw every other error",
    "Suppress only `ENOENT`, by `withContext` and `suppress`",
  ])("%s", (title) => {
    const [before, after] = beforeAndAfter<Rename>(source, "no-broad-suppression", title);
    using folder = runtime.closing(
      { name: fs.mkdtempSync(path.join(tmpdir(), "unwind-rename-")) },
      ({ name }) => {
        fs.rmSync(name, { recursive: true });
      },
    );
    const missing = path.join(folder.name, "missing");
    const file = path.join(folder.name, "file");
    const full = path.join(folder.name, "full");
    fs.writeFileSync(file, "");
    fs.mkdirSync(path.join(full, "inner"), { recursive: true });
    // What is not there is ignored, before and after.
    before(missing, file);
    after(missing, file);
    // Any other failure is a loss.
    before(file, full);
    expect(() => {
      after(file, full);
    }).toThrow(/EISDIR|ENOTDIR|EEXIST|ENOTEMPTY/);
  });
});
