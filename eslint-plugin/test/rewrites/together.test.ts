import { expect, test } from "vitest";

import { applyEdits, type Edit, type Finding } from "../../src/session/index.js";
import { findingsIn, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";
import { errorsIn } from "../checks/workspace.js";

const setting: Setting = { runtime: true, node: ">=20.19" };

/** The fixes that keep out of each other's way, as ESLint and the command choose them. */
function compatible(findings: readonly Finding[]): Edit[] {
  const chosen: Edit[] = [];
  for (const { rewrites } of findings) {
    const edits = rewrites.find(({ kind }) => kind === "fix")?.edits ?? [];
    const [first] = edits;
    const end = chosen.at(-1)?.range[1] ?? -1;
    if (first && first.range[0] > end) chosen.push(...edits);
  }
  return chosen;
}

/** Applies fixes pass by pass until nothing is found, and gives the text after each pass. */
function passes(text: string): string[] {
  const texts: string[] = [];
  for (let current = text; texts.length < 10;) {
    const edits = compatible(findingsIn(current, "typed", setting));
    if (edits.length === 0) return texts;
    current = applyEdits(current, edits);
    expect(errorsIn(current, setting), current).toEqual([]);
    texts.push(current);
  }
  throw new Error("the fixes do not come to an end");
}

test("two descriptors, one after the other, do not get stacks of one name", () => {
  const text = code`
    import { closeSync, openSync, readFileSync } from "node:fs";
    import { ExitStack } from "unwind";

    export function both(one: string, other: string) {
      const first = openSync(one, "r");
      const head = readFileSync(first, "utf8");
      closeSync(first);
      const second = openSync(other, "r");
      const tail = readFileSync(second, "utf8");
      closeSync(second);
      logger.debug("read", head.length + tail.length);
      return new ExitStack();
    }
  `;
  // The descriptors are closed in the middle, which only a person may give over to a stack.
  const kinds = findingsIn(text, "typed", setting).map(({ rewrites }) =>
    rewrites.map(({ kind }) => kind),
  );
  expect(kinds).toEqual([["suggestion"], ["suggestion"]]);
  const [first] = findingsIn(text, "typed", setting);
  const once = applyEdits(text, first?.rewrites[0]?.edits ?? []);
  expect(rewrite(once, setting).text).toBe(code`
    import { closeSync, openSync, readFileSync } from "node:fs";
    import { ExitStack } from "unwind";

    export function both(one: string, other: string) {
      using stack = new ExitStack();
      const first = stack.adopt(openSync(one, "r"), closeSync);
      const head = readFileSync(first, "utf8");
      stack.dispose();
      using exitStack = new ExitStack();
      const second = exitStack.adopt(openSync(other, "r"), closeSync);
      const tail = readFileSync(second, "utf8");
      exitStack.dispose();
      logger.debug("read", head.length + tail.length);
      return new ExitStack();
    }
  `);
});

test("two directories, one after the other, do not get stacks of one name", () => {
  const text = code`
    import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
    import { ExitStack } from "unwind";

    export function both() {
      const first = mkdtempSync("/tmp/first-");
      writeFileSync(first + "/a", "");
      rmSync(first, { recursive: true });
      const second = mkdtempSync("/tmp/second-");
      writeFileSync(second + "/b", "");
      rmSync(second, { recursive: true });
      return new ExitStack();
    }
    export { readdirSync };
  `;
  expect(passes(text).at(-1)).toBe(code`
    import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
    import { ExitStack } from "unwind";

    export function both() {
      using stack = new ExitStack();
      const first = stack.adopt(mkdtempSync("/tmp/first-"), (path) => rmSync(path, { recursive: true, force: true }));
      writeFileSync(first + "/a", "");
      rmSync(first, { recursive: true });
      using exitStack = new ExitStack();
      const second = exitStack.adopt(mkdtempSync("/tmp/second-"), (held) => rmSync(held, { recursive: true, force: true }));
      writeFileSync(second + "/b", "");
      rmSync(second, { recursive: true });
      return new ExitStack();
    }
    export { readdirSync };
  `);
});

test("two handles of one function are both managed, whatever the number of passes", () => {
  const text = code`
    import { open } from "node:fs/promises";

    export async function copy(from: string, to: string) {
      const source = await open(from);
      const target = await open(to, "w");
      await target.writeFile(await source.readFile());
      await target.close();
      await source.close();
    }
  `;
  expect(passes(text).at(-1)).toBe(code`
    import { open } from "node:fs/promises";

    export async function copy(from: string, to: string) {
      await using source = await open(from);
      await using target = await open(to, "w");
      await target.writeFile(await source.readFile());
    }
  `);
});

test("handles of several functions are managed in one pass", () => {
  const text = code`
    import { open } from "node:fs/promises";

    export async function size(file: string) {
      const handle = await open(file);
      return (await handle.stat()).size;
    }

    export async function isEmpty(file: string) {
      const handle = await open(file);
      const { size } = await handle.stat();
      await handle.close();
      return size === 0;
    }
  `;
  expect(passes(text)).toEqual([
    code`
      import { open } from "node:fs/promises";

      export async function size(file: string) {
        await using handle = await open(file);
        return (await handle.stat()).size;
      }

      export async function isEmpty(file: string) {
        await using handle = await open(file);
        const { size } = await handle.stat();
        return size === 0;
      }
    `,
  ]);
});

test("an import that two rewrites need is added once", () => {
  const text = code`
    import type { Pool } from "pg";

    export async function first(pool: Pool) {
      const client = await pool.connect();
      await client.query("SELECT 1");
      client.release();
    }

    export async function second(pool: Pool) {
      const client = await pool.connect();
      await client.query("SELECT 2");
      client.release();
    }
  `;
  expect(passes(text).at(-1)).toBe(code`
    import type { Pool } from "pg";
    import { closing } from "unwind";

    export async function first(pool: Pool) {
      using client = closing(await pool.connect(), (held) => held.release());
      await client.query("SELECT 1");
    }

    export async function second(pool: Pool) {
      using client = closing(await pool.connect(), (held) => held.release());
      await client.query("SELECT 2");
    }
  `);
});
