import { describe, expect, test } from "vitest";

import { expectNoRewrite, findingsIn, rewrite } from "../checks/check-code.js";
import { code } from "../checks/code.js";
import type { Setting } from "../checks/workspace.js";

const setting: Setting = { rule: "require-yield-in-try", runtime: true, node: ">=20.19" };

describe("puts what stands behind the `yield` into a `finally`", () => {
  test("as a fix where that only releases", () => {
    expect(
      rewrite(
        code`
          import { closeSync, openSync } from "node:fs";
          import { contextManager } from "unwind";

          export const file = contextManager(function* (path: string) {
            const fd = openSync(path, "r");
            // The body reads it.
            yield fd; // a descriptor
            // Whatever happened.
            closeSync(fd);
          });
        `,
        setting,
      ),
    ).toEqual({
      kind: "fix",
      title: "Release in a `finally` around the `yield`",
      text: code`
        import { closeSync, openSync } from "node:fs";
        import { contextManager } from "unwind";

        export const file = contextManager(function* (path: string) {
          const fd = openSync(path, "r");
          // The body reads it.
          try {
            yield fd; // a descriptor
          } finally {
            // Whatever happened.
            closeSync(fd);
          }
        });
      `,
    });
  });

  test("as a fix where it waits for releases", () => {
    const { kind, text } = rewrite(
      code`
        import { open } from "node:fs/promises";
        import { asyncContextManager } from "unwind";
        export const copy = asyncContextManager(async function* (from: string, to: string) {
          const source = await open(from);
          const target = await open(to, "w");
          yield [source, target] as const;
          await target.close();
          await source.close();
        });
      `,
      setting,
    );
    expect(kind).toBe("fix");
    expect(text).toContain(
      "    try {\n      yield [source, target] as const;\n    } finally {\n      await target.close();\n      await source.close();\n    }\n".replaceAll(
        /^ {2}/gm,
        "",
      ),
    );
  });

  test("as a suggestion where it does more than release", () => {
    const { kind, title, text } = rewrite(
      code`
        import { contextManager } from "unwind";
        export const timed = contextManager(function* (name: string) {
          const start = Date.now();
          yield name;
          const elapsed = Date.now() - start;
          void publish(name + elapsed);
        });
      `,
      setting,
    );
    expect(kind).toBe("suggestion");
    expect(title).toBe(
      "Move what follows the `yield` into a `finally`, so that it runs after a failure, too",
    );
    expect(text).toBe(code`
      import { contextManager } from "unwind";
      export const timed = contextManager(function* (name: string) {
        const start = Date.now();
        try {
          yield name;
        } finally {
          const elapsed = Date.now() - start;
          void publish(name + elapsed);
        }
      });
    `);
  });

  test("keeps tabs, missing semicolons and line ends", () => {
    const text = [
      "import { closeSync, openSync } from 'node:fs'",
      "import { contextManager } from 'unwind'",
      "export const file = contextManager(function* (path: string) {",
      "\tconst fd = openSync(path, 'r')",
      "\tyield fd",
      "\tcloseSync(fd)",
      "})",
      "",
    ].join("\r\n");
    expect(rewrite(text, setting).text).toBe(
      text.replace(
        "\tyield fd\r\n\tcloseSync(fd)\r\n",
        "\ttry {\r\n\t\tyield fd\r\n\t} finally {\r\n\t\tcloseSync(fd)\r\n\t}\r\n",
      ),
    );
  });

  test("leaves the lines of a template as they are", () => {
    const { text } = rewrite(
      code`
        import { contextManager } from "unwind";
        export const note = contextManager(function* () {
          yield \`one
          two\`;
          void publish(\`three
          four\`);
        });
      `,
      setting,
    );
    expect(text).toContain("    yield `one\n  two`;\n");
    expect(text).toContain("    void publish(`three\n  four`);\n");
  });

  test("works without types", () => {
    const text = code`
      import { contextManager } from "unwind";
      export const managed = contextManager(function* (watcher: { close(): void }) {
        yield watcher;
        watcher.close();
      });
    `;
    expect(rewrite(text, setting, 0, "untyped").kind).toBe("fix");
  });
});

describe("offers nothing where", () => {
  test.each([
    [
      "a commit would come after a failure",
      "declare const client: { query(text: string): void; commit(): void };\nexport const managed = contextManager(function* () {\n  yield client;\n  client.commit();\n});",
    ],
    [
      "a statement that commits would",
      "declare const client: { query(text: string): void };\nexport const managed = contextManager(function* () {\n  yield client;\n  client.query('COMMIT');\n});",
    ],
    [
      "a return in the `finally` would lose the failure",
      "declare function restore(): void;\nexport const managed = contextManager(function* () {\n  yield 1;\n  restore();\n  return 2;\n});",
    ],
    [
      "the `yield` stands in a branch",
      "declare function restore(): void;\nexport const managed = contextManager(function* () {\n  {\n    yield 1;\n  }\n  restore();\n});",
    ],
    [
      "the value of the `yield` has a name",
      "declare function restore(): void;\nexport const managed = contextManager(function* () {\n  const nothing = yield 1;\n  void nothing;\n  restore();\n});",
    ],
    [
      "all stands on one line",
      "declare function restore(): void;\nexport const managed = contextManager(function* () { yield 1; restore(); });",
    ],
    [
      "something is declared there that is released at the end",
      "declare function restore(): Disposable;\nexport const managed = contextManager(function* () {\n  yield 1;\n  using held = restore();\n  void held;\n});",
    ],
    [
      "a second `yield` follows in a condition",
      "export const managed = contextManager(function* () {\n  yield 1;\n  if (ready) yield 2;\n  void publish('done');\n});",
    ],
  ])("%s", (_title, body) => {
    const text = `import { contextManager } from "unwind";\n${body}\n`;
    if (text.includes("Disposable")) {
      for (const each of findingsIn(text, "untyped", setting)) expect(each.rewrites).toEqual([]);
    } else expectNoRewrite(text, setting);
  });
});
