import { describe, expect, test } from "vitest";

import { expectNoRewrite, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

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
      title: "Acquire `handles` one after the other, into an `AsyncExitStack`",
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
