import { describe, expect, test } from "vitest";

import { rewrite, rewritesOf } from "../checks/check-code.js";
import { code } from "../checks/code.js";
import type { Setting } from "../checks/workspace.js";

const setting: Setting = {
  rule: "no-broad-suppression",
  node: ">=20.19",
  options: { report: "losses" },
};
const withRuntime: Setting = { ...setting, runtime: true };
const all: Setting = { ...setting, options: { report: "all", requireReason: true } };

const narrow = (value: string) =>
  `Ignore only errors with the code \`${value}\`, and throw every other error`;

describe("narrows what is ignored to the error that is expected", () => {
  test("in an empty `catch`", () => {
    expect(
      rewrite(
        code`
          import { renameSync } from "node:fs";
          export function rotate(path: string) {
            try {
              renameSync(path, path + ".1");
            } catch {}
          }
        `,
        setting,
      ),
    ).toEqual({
      kind: "suggestion",
      title: narrow("ENOENT"),
      text: code`
        import { renameSync } from "node:fs";
        export function rotate(path: string) {
          try {
            renameSync(path, path + ".1");
          } catch (error) {
            if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
          }
        }
      `,
    });
  });

  test("in a `catch` that has a name already, and returns", () => {
    const { text } = rewrite(
      code`
        import { copyFile } from 'node:fs/promises'
        export async function keep(path: string) {
          try {
            await copyFile(path, path + '~')
          } catch (failure) {
            return undefined
          }
        }
      `,
      setting,
    );
    expect(text).toContain(
      "  } catch (failure) {\n    if (!(failure instanceof Error && 'code' in failure && failure.code === 'ENOENT')) throw failure\n    return undefined\n  }\n",
    );
  });

  test("by a name that is free", () => {
    const { text } = rewrite(
      code`
        import { renameSync } from "node:fs";
        export function rotate(path: string, error: string) {
          try {
            renameSync(path, error);
          } catch {}
        }
      `,
      setting,
    );
    expect(text).toContain("catch (failure) {");
  });

  test("in a handler of a promise", () => {
    const { title, text } = rewrite(
      code`
        import { writeFile } from "node:fs/promises";
        export async function create(path: string) {
          await writeFile(path, "", { flag: "wx" }).catch(() => {});
        }
      `,
      setting,
    );
    expect(title).toBe(narrow("EEXIST"));
    expect(text).toBe(code`
      import { writeFile } from "node:fs/promises";
      export async function create(path: string) {
        await writeFile(path, "", { flag: "wx" }).catch((error) => {
          if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
        });
      }
    `);
  });

  test("in a handler that gives a value", () => {
    const { text } = rewrite(
      code`
        import { rename } from "node:fs/promises";
        export async function rotate(path: string) {
          await rename(path, path + ".1").catch(() => null);
        }
      `,
      setting,
    );
    expect(text).toContain(
      '.catch((error) => {\n    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;\n    return null;\n  });\n',
    );
  });

  test("in a handler with an unused name", () => {
    const { text } = rewrite(
      code`
        import { rename } from "node:fs/promises";
        export async function rotate(path: string) {
          await rename(path, path + ".1").catch((e) => {});
        }
      `,
      setting,
    );
    expect(text).toContain(".catch((e) => {\n    if (!(e instanceof Error && ");
  });

  test.each([
    ["JSON.parse(path)", "a `SyntaxError`", "error instanceof SyntaxError"],
    ["decodeURIComponent(path)", "a `URIError`", "error instanceof URIError"],
    ["new URL(path)", "a `TypeError`", "error instanceof TypeError"],
    ["process.kill(path.length)", "errors with the code `ESRCH`", 'error.code === "ESRCH")'],
    ["readFileSync(path)", "errors with the code `ENOENT`", 'error.code === "ENOENT")'],
    ["mkdirSync(path)", "errors with the code `EEXIST`", 'error.code === "EEXIST")'],
    ["unlinkSync(path)", "errors with the code `ENOENT`", 'error.code === "ENOENT")'],
  ])("by what is known of `%s`", (call, name, condition) => {
    const { title, text } = rewrite(
      code`
        import { mkdirSync, readFileSync, unlinkSync } from "node:fs";
        export function ask(path: string) {
          try {
            ${call};
          } catch {}
        }
        void [mkdirSync, readFileSync, unlinkSync];
      `,
      all,
    );
    expect(title).toBe(`Ignore only ${name}, and throw every other error`);
    expect(text).toContain(condition);
  });

  test("without types, and with CRLF and tabs", () => {
    const text =
      "import { renameSync } from 'node:fs';\r\nexport function rotate(path: string) {\r\n\ttry {\r\n\t\trenameSync(path, 'x');\r\n\t} catch {\r\n\t}\r\n}\r\n";
    expect(rewrite(text, setting, 0, "untyped").text).toBe(
      text.replace(
        "catch {\r\n\t}",
        "catch (error) {\r\n\t\tif (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;\r\n\t}",
      ),
    );
  });
});

describe("suppresses by a context", () => {
  const title = "Suppress only `ENOENT`, by `withContext` and `suppress`";

  test("what is synchronous", () => {
    expect(
      rewrite(
        code`
          import { renameSync } from "node:fs";
          export function rotate(path: string) {
            try {
              // The day's file.
              renameSync(path, path + ".1");
            } catch {}
          }
        `,
        withRuntime,
        title,
      ).text,
    ).toBe(code`
      import { renameSync } from "node:fs";
      import { withContext, suppress } from "unwind";
      export function rotate(path: string) {
        withContext(suppress({ code: "ENOENT" }), () => {
          // The day's file.
          renameSync(path, path + ".1");
        });
      }
    `);
  });

  test("what is waited for", () => {
    const { text } = rewrite(
      code`
        import { rename } from "node:fs/promises";
        export async function rotate(path: string) {
          try {
            await rename(path, path + ".1");
          } catch {
          }
        }
      `,
      withRuntime,
      "Suppress only `ENOENT`, by `withAsyncContext` and `suppress`",
    );
    expect(text).toContain(
      '  await withAsyncContext(suppress({ code: "ENOENT" }), async () => {\n    await rename(path, path + ".1");\n  });\n',
    );
  });

  test.each([
    ["the project has not the runtime", setting, "renameSync(path, 'x');", "{}"],
    ["the body returns", withRuntime, "if (path === '') return;\n    renameSync(path, 'x');", "{}"],
    [
      "the body assigns a variable",
      withRuntime,
      "path = path + '~';\n    renameSync(path, 'x');",
      "{}",
    ],
    ["the `catch` returns", withRuntime, "renameSync(path, 'x');", "{\n    return;\n  }"],
    [
      "there is a `finally`",
      withRuntime,
      "renameSync(path, 'x');",
      "{} finally {\n    void publish(path);\n  }",
    ],
  ])("but not where %s", (_title, given, body, handler) => {
    const text = `import { renameSync } from "node:fs";\nexport function rotate(path: string) {\n  try {\n    ${body}\n  } catch ${handler}\n}\n`;
    const titles = rewritesOf(text, given).map((each) => each.title);
    expect(titles).toContain(narrow("ENOENT"));
    expect(titles.filter((each) => each.includes("withContext"))).toEqual([]);
  });
});

describe("lets the failure reach the caller", () => {
  test("out of a `try`", () => {
    expect(
      rewrite(
        code`
          import { writeFile } from "node:fs/promises";
          export async function save(path: string, text: string) {
            try {
              // All of it.
              await writeFile(path, text);
            } catch {}
          }
        `,
        setting,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Let a failure of `writeFile()` reach the caller",
      text: code`
        import { writeFile } from "node:fs/promises";
        export async function save(path: string, text: string) {
          // All of it.
          await writeFile(path, text);
        }
      `,
    });
  });

  test("out of a `try` with a `finally`, which stays", () => {
    const { text } = rewrite(
      code`
        import { writeFile } from "node:fs/promises";
        export async function save(path: string, text: string) {
          try {
            await writeFile(path, text);
          } catch {
          } finally {
            await publish(path);
          }
        }
      `,
      setting,
    );
    expect(text).toContain("  try {\n    await writeFile(path, text);\n  } finally {\n");
  });

  test("of a promise that is waited for", () => {
    const { text } = rewrite(
      code`
        import { writeFile } from "node:fs/promises";
        export async function save(path: string, text: string) {
          await writeFile(path, text).catch(() => {});
        }
      `,
      setting,
    );
    expect(text).toContain("  await writeFile(path, text);\n");
  });

  test("of a promise that is returned", () => {
    const { text } = rewrite(
      code`
        import { writeFile } from "node:fs/promises";
        export function save(path: string, text: string) {
          return writeFile(path, text).catch(() => undefined);
        }
      `,
      setting,
    );
    expect(text).toContain("  return writeFile(path, text);\n");
  });

  test.each([
    ["nobody waits for the promise", "  void writeFile(path, text).catch(() => {});\n"],
    ["all stands on one line", "  try { await writeFile(path, text); } catch {}\n"],
    [
      "a name would meet another",
      "  try {\n    const text = path;\n    await writeFile(path, text);\n  } catch {}\n  return text;\n",
    ],
    [
      "a comment for the linter would go",
      "  try {\n    await writeFile(path, text);\n  } catch {\n    // eslint-disable-next-line no-empty\n  }\n",
    ],
  ])("but not where %s", (_title, body) => {
    const text = `import { writeFile } from "node:fs/promises";\nexport async function save(path: string, text: string) {\n${body}}\n`;
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(rewritesOf(text, setting, knowledge)).toEqual([]);
    }
  });
});

describe("lets out what managers need not suppress", () => {
  test("by a narrower filter", () => {
    const { title, text } = rewrite(
      code`
        import { unlinkSync } from "node:fs";
        import { suppress, withContext } from "unwind";
        export const forget = (path: string) => withContext(suppress(Error), () => unlinkSync(path));
      `,
      withRuntime,
    );
    expect(title).toBe('Suppress only `{ code: "ENOENT" }`');
    expect(text).toContain('withContext(suppress({ code: "ENOENT" }), () => unlinkSync(path));');
  });

  test("by another answer", () => {
    const { title, text } = rewrite(
      code`
        import type { Failure } from "unwind";
        export class Lenient {
          enter() {}
          exit(failure?: Failure) {
            if (!failure) return false;
            if (ready) return true;
            return true;
          }
        }
      `,
      withRuntime,
    );
    expect(title).toBe("Let every failure out: answer `false`");
    expect(text).toContain("    if (ready) return false;\n    return false;\n");
  });

  test("but not where the type says what it answers, or nothing is known of the body", () => {
    expect(
      rewritesOf(
        code`
          import type { Failure } from "unwind";
          export class Lenient {
            enter() {}
            exit(_failure?: Failure): true {
              return true;
            }
          }
        `,
        withRuntime,
      ),
    ).toEqual([]);
    expect(
      rewritesOf(
        code`
          import { suppress, withContext } from "unwind";
          export const forget = () => withContext(suppress(Error), () => void publish("x"));
        `,
        withRuntime,
      ),
    ).toEqual([]);
  });

  test("by `Promise.all`", () => {
    const { title, text } = rewrite(
      code`
        import { writeFile } from "node:fs/promises";
        export async function save(paths: string[]) {
          await Promise.allSettled(paths.map((path) => writeFile(path, "")));
        }
      `,
      setting,
    );
    expect(title).toBe("Wait by `Promise.all`, which rejects as soon as one fails");
    expect(text).toContain("await Promise.all(paths.map(");
  });
});
