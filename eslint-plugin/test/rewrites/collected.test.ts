import { describe, expect, test } from "vitest";

import { applyEdits } from "../../src/session/index.js";
import {
  expectNoRewrite,
  findingsIn,
  type Knowledge,
  rewrite,
  type Setting,
} from "../checks/check-code.js";
import { code } from "../checks/code.js";
import { errorsIn } from "../checks/workspace.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

describe("what `Promise.all` acquires", () => {
  test("is acquired one after the other, and released with a stack", () => {
    expect(
      rewrite(
        code`
          import { open } from "node:fs/promises";
          export async function sizes(files: readonly string[]) {
            const handles = await Promise.all(files.map((file) => open(file)));
            for (const handle of handles) logger.info("size", (await handle.stat()).size);
            for (const handle of handles) await handle.close();
          }
        `,
        withRuntime,
      ),
    ).toEqual({
      kind: "suggestion",
      title:
        "Acquire `handles` one after the other, into an `AsyncExitStack`, which releases the last one first",
      text: code`
        import { open } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function sizes(files: readonly string[]) {
          await using stack = new AsyncExitStack();
          const handles = [];
          for (const file of files) handles.push(stack.adopt(await open(file), async (held) => { await held.close(); }));
          for (const handle of handles) logger.info("size", (await handle.stat()).size);
        }
      `,
    });
  });

  test.each([
    [
      "is handed on",
      code`
        import { open } from "node:fs/promises";
        export async function openAll(files: readonly string[]) {
          const handles = await Promise.all(files.map((file) => open(file)));
          return handles;
        }
      `,
    ],
    [
      "is used by what may still be running",
      code`
        import { open } from "node:fs/promises";
        export async function touch(files: readonly string[]) {
          const handles = await Promise.all(files.map((file) => open(file)));
          for (const handle of handles) void handle.sync();
        }
      `,
    ],
  ])("is left alone where it %s", (_title, text) => {
    expectNoRewrite(text, withRuntime);
  });
});

describe("a list of what `Promise.all` acquires", () => {
  /** Each of the findings offers the same; the first one's rewrite. */
  const first = (text: string, setting: Setting = {}, knowledge: Knowledge = "typed") => {
    const rewrites = findingsIn(text, knowledge, setting).map((finding) => finding.rewrites);
    expect(rewrites.length).toBeGreaterThan(1);
    expect(new Set(rewrites.map((each) => JSON.stringify(each))).size).toBe(1);
    const [rewrite] = rewrites[0] ?? [];
    if (!rewrite) return undefined;
    const result = applyEdits(text, rewrite.edits);
    expect(errorsIn(text, setting)).toEqual([]);
    expect(errorsIn(result, setting), result).toEqual([]);
    for (const each of ["typed", "untyped"] as const) {
      expect(findingsIn(result, each, setting), result).toEqual([]);
    }
    return { kind: rewrite.kind, title: rewrite.title, text: result };
  };

  test.each(["typed", "untyped"] as const)("is acquired by `await using`, %s", (knowledge) => {
    expect(
      first(
        code`
          import { open } from "node:fs/promises";
          export async function larger(one: string, other: string) {
            const [left, right] = await Promise.all([open(one), open(other)]);
            const sizes = await Promise.all([left.stat(), right.stat()]);
            await Promise.all([left.close(), right.close()]);
          }
        `,
        { node: ">=20.19" },
        knowledge,
      ),
    ).toEqual({
      kind: "suggestion",
      title:
        "Acquire `left` and `right` one after the other, with `await using`, which releases the last one first",
      text: code`
        import { open } from "node:fs/promises";
        export async function larger(one: string, other: string) {
          await using left = await open(one);
          await using right = await open(other);
          const sizes = await Promise.all([left.stat(), right.stat()]);
        }
      `,
    });
  });

  test.each(["typed", "untyped"] as const)(
    "is held by a stack where it has no symbol, %s",
    (knowledge) => {
      expect(
        first(
          code`
            import { mkdtemp, readdir, rm } from "node:fs/promises"
            export async function folders() {
              const [left, right] = await Promise.all([mkdtemp("a-"), mkdtemp("b-")])
              const names = [...await readdir(left), ...await readdir(right)]
              await rm(right, { recursive: true, force: true })
              await rm(left, { recursive: true, force: true })
              return names
            }
          `,
          withRuntime,
          knowledge,
        ),
      ).toEqual({
        kind: "suggestion",
        title: "Acquire `left` and `right` one after the other, into an `AsyncExitStack`",
        text: code`
          import { mkdtemp, readdir, rm } from "node:fs/promises"
          import { AsyncExitStack } from "unwind"
          export async function folders() {
            await using stack = new AsyncExitStack()
            const left = stack.adopt(await mkdtemp("a-"), (held) => rm(held, { recursive: true, force: true }))
            const right = stack.adopt(await mkdtemp("b-"), (held) => rm(held, { recursive: true, force: true }))
            const names = [...await readdir(left), ...await readdir(right)]
            await rm(right, { recursive: true, force: true })
            return names
          }
        `,
      });
    },
  );

  test("is released by what bears being the second, where a release stays", () => {
    expect(
      first(
        code`
          import { mkdtemp, open, rm } from "node:fs/promises";
          export async function both(one: string, other: { stop(): Promise<void> }) {
            const [left, right] = await Promise.all([open(one), mkdtemp("b-")]);
            await Promise.all([left.close(), rm(right, { recursive: true }), other.stop()]);
            logger.info("done");
          }
        `,
        withRuntime,
      )?.text,
    ).toBe(code`
      import { mkdtemp, open, rm } from "node:fs/promises";
      import { AsyncExitStack } from "unwind";
      export async function both(one: string, other: { stop(): Promise<void> }) {
        await using stack = new AsyncExitStack();
        const left = stack.adopt(await open(one), async (held) => { await held.close(); });
        const right = stack.adopt(await mkdtemp("b-"), (held) => rm(held, { recursive: true, force: true }));
        await Promise.all([left.close(), rm(right, { recursive: true }), other.stop()]);
        logger.info("done");
      }
    `);
  });

  test.each([
    [
      "one of them is handed on",
      code`
        import { open } from "node:fs/promises";
        export async function both(one: string, other: string) {
          const [left, right] = await Promise.all([open(one), open(other)]);
          await right.close();
          return left;
        }
      `,
    ],
    [
      "names and acquisitions are not as many",
      code`
        import { open } from "node:fs/promises";
        export async function both(one: string, other: string) {
          const [left] = await Promise.all([open(one), open(other)]);
          await left.close();
        }
      `,
    ],
    [
      "another of the list may have to go on at the same time",
      code`
        import { open } from "node:fs/promises";
        export async function both(one: string, other: string) {
          const [left, right] = await Promise.all([open(one), open(other), publish(one)]);
          await Promise.all([left.close(), right.close()]);
        }
      `,
    ],
  ])("is left alone where %s", (_title, text) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(first(text, { node: ">=20.19" }, knowledge), knowledge).toBeUndefined();
    }
  });
});
