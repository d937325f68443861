import { Linter } from "eslint";
import { describe, expect, test } from "vitest";

import plugin from "../../src/index.js";
import { InvalidResources } from "../../src/resources/shape.js";
import { rewriteModeOf, rewriteModes } from "../../src/rewrites/mode.js";
import { Session } from "../../src/session/index.js";
import { rewrite, rewritesOf } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const leaking = code`
  import { openSync, fstatSync } from "node:fs";
  export function size(file: string) {
    const fd = openSync(file, "r");
    return fstatSync(fd).size;
  }
`;

describe("settings.unwind.rewrite", () => {
  test.each([
    ["auto", undefined, "Manage `fd` with an `ExitStack`, and add `unwind`"],
    ["auto", true, "Manage `fd` with an `ExitStack`"],
    ["runtime", undefined, "Manage `fd` with an `ExitStack`, and add `unwind`"],
    ["native", undefined, "Manage `fd` with a `DisposableStack`"],
    ["native", true, "Manage `fd` with a `DisposableStack`"],
    ["try-finally", true, "Release `fd` in a `finally`"],
  ] as const)("%s, with the package: %s", (mode, runtime, title) => {
    const setting = { rewrite: mode, ...(runtime && { runtime }) };
    expect(rewritesOf(leaking, setting)[0]?.title).toBe(title);
  });

  test("`auto` offers a `finally`, too, where the first would need a package", () => {
    expect(rewritesOf(leaking, {}).map(({ title }) => title)).toEqual([
      "Manage `fd` with an `ExitStack`, and add `unwind`",
      "Release `fd` in a `finally`",
    ]);
  });

  test("`try-finally` writes no `using`, even where the resource has a symbol for it", () => {
    const text = code`
      import { open } from "node:fs/promises";
      export async function size(file: string) {
        const handle = await open(file);
        return (await handle.stat()).size;
      }
    `;
    expect(rewrite(text, { rewrite: "try-finally", node: ">=24" }).text).toBe(code`
      import { open } from "node:fs/promises";
      export async function size(file: string) {
        const handle = await open(file);
        try {
          return (await handle.stat()).size;
        } finally {
          await handle.close();
        }
      }
    `);
  });

  test("takes no other word, and says which there are", () => {
    expect(rewriteModes.map((mode) => rewriteModeOf(mode))).toEqual(rewriteModes);
    expect(rewriteModeOf(undefined)).toBe("auto");
    expect(() => rewriteModeOf("using")).toThrow(
      'settings.unwind.rewrite is "using"; give "auto" or "runtime" or "native" or "try-finally".',
    );
    expect(() => new Session({ rewrite: 1 })).toThrow(
      new InvalidResources('rewrite is 1; give "auto" or "runtime" or "native" or "try-finally".'),
    );
  });

  test("under ESLint is told of once a file where it is wrong", () => {
    const messages = new Linter({ configType: "flat" }).verify("export {};", {
      plugins: { unwind: plugin },
      rules: { "unwind/no-unmanaged-acquisition": "error", "unwind/prefer-using": "error" },
      settings: { unwind: { rewrite: "using" } },
    });
    expect(messages).toMatchObject([
      { line: 1, message: expect.stringContaining('settings.unwind.rewrite is "using"') as string },
    ]);
  });
});
