import { describe, expect, test } from "vitest";

import { rewrite, rewritesOf } from "../checks/check-code.js";
import { code } from "../checks/code.js";
import type { Setting } from "../checks/workspace.js";

const setting: Setting = { rule: "require-outcome", runtime: true, node: ">=20.19" };

/** A function with a transaction: what is in it, and the end of its head. */
function saving(body: string): string {
  return `import { enterAsync } from "unwind";
import { transaction } from "unwind/sql";
declare const client: { query(text: string): Promise<number> };
const begin = () => transaction(client, { dialect: "postgres" });
void begin;
export async function save(valid: boolean) {
  await using tx = await enterAsync(transaction(client, { dialect: "postgres" }));
${body}}
`;
}

describe("calls `complete()`", () => {
  test.each([
    [
      "at the end",
      "  await tx.value.query('insert');\n",
      "  await tx.value.query('insert');\n  tx.complete();\n",
      "Call `tx.complete()` before the end of the block",
    ],
    [
      "at the end, behind a comment",
      "  await tx.value.query('insert'); // for good\n",
      "  await tx.value.query('insert'); // for good\n  tx.complete();\n",
      "Call `tx.complete()` before the end of the block",
    ],
    [
      "before a plain return",
      "  const rows = await tx.value.query('insert');\n  // How many.\n  return rows;\n",
      "  const rows = await tx.value.query('insert');\n  // How many.\n  tx.complete();\n  return rows;\n",
      "Call `tx.complete()` before each regular way out",
    ],
    [
      "after what a return waits for",
      "  return await tx.value.query('insert');\n",
      "  const result = await tx.value.query('insert');\n  tx.complete();\n  return result;\n",
      "Call `tx.complete()` before each regular way out",
    ],
    [
      "after what a return does not wait for, which it does then",
      "  return tx.value.query('insert');\n",
      "  const result = await tx.value.query('insert');\n  tx.complete();\n  return result;\n",
      "Call `tx.complete()` before each regular way out",
    ],
    [
      "after what a return computes",
      "  return [await tx.value.query('insert'), 1];\n",
      "  const result = [await tx.value.query('insert'), 1];\n  tx.complete();\n  return result;\n",
      "Call `tx.complete()` before each regular way out",
    ],
    [
      "before all of several returns, and the end",
      "  if (valid) return;\n  if (!valid) {\n    await publish('no');\n    return;\n  }\n  await tx.value.query('insert');\n",
      "  if (valid) {\n    tx.complete();\n    return;\n  }\n  if (!valid) {\n    await publish('no');\n    tx.complete();\n    return;\n  }\n  await tx.value.query('insert');\n  tx.complete();\n",
      "Call `tx.complete()` before each regular way out",
    ],
    [
      "after what a branch computes",
      "  if (valid) return await tx.value.query('a');\n  return 0;\n",
      "  if (valid) {\n    const result = await tx.value.query('a');\n    tx.complete();\n    return result;\n  }\n  tx.complete();\n  return 0;\n",
      "Call `tx.complete()` before each regular way out",
    ],
    [
      "not before an exception",
      "  if (!valid) throw new Error('invalid');\n  await tx.value.query('insert');\n",
      "  if (!valid) throw new Error('invalid');\n  await tx.value.query('insert');\n  tx.complete();\n",
      "Call `tx.complete()` before the end of the block",
    ],
    [
      "not in inner functions",
      "  const add = () => {\n    return tx.value.query('insert');\n  };\n  await add();\n",
      "  const add = () => {\n    return tx.value.query('insert');\n  };\n  await add();\n  tx.complete();\n",
      "Call `tx.complete()` before the end of the block",
    ],
    [
      "by a name that is free",
      "  const result = valid;\n  return await tx.value.query(String(result));\n",
      "  const result = valid;\n  const outcome = await tx.value.query(String(result));\n  tx.complete();\n  return outcome;\n",
      "Call `tx.complete()` before each regular way out",
    ],
  ])("%s", (_title, before, after, title) => {
    expect(rewrite(saving(before), setting)).toEqual({
      kind: "suggestion",
      title,
      text: saving(after),
    });
  });

  test("before a loop goes on or ends", () => {
    const before = code`
      import { contextManager, enter } from "unwind";
      const begun = contextManager(function* () {
        try {
          yield 1;
          await0();
        } catch (error) {
          logger.error("failed");
          throw error;
        }
      });
      function await0(): void {}
      export function save(texts: readonly string[]) {
        for (const text of texts) {
          using tx = enter(begun());
          if (text === "") continue;
          if (text === "end") break;
          void tx.value;
        }
      }
    `;
    expect(rewrite(before, setting).text).toContain(
      code`
      if (text === "") {
        tx.complete();
        continue;
      }
      if (text === "end") {
        tx.complete();
        break;
      }
      void tx.value;
      tx.complete();
    `
        .split("\n")
        .map((line) => (line === "" ? line : `    ${line}`))
        .join("\n"),
    );
  });

  test("on a stack", () => {
    const { text } = rewrite(
      code`
        import { AsyncExitStack } from "unwind";
        import { transaction } from "unwind/sql";
        declare const client: { query(text: string): Promise<number> };
        export async function save() {
          await using stack = new AsyncExitStack();
          const tx = await stack.enterContext(transaction(client, { dialect: "postgres" }));
          await tx.query("insert");
        }
      `,
      setting,
    );
    expect(text).toContain('  await tx.query("insert");\n  stack.complete();\n}\n');
  });

  test("before the `return` that is missed, and no other", () => {
    const { title, text } = rewrite(
      saving(
        "  if (valid) {\n    await tx.value.query('a');\n    return 'a';\n  }\n  if (!client) return;\n  tx.complete();\n  return 'b';\n",
      ),
      setting,
    );
    expect(title).toBe("Call `tx.complete()` before this `return`");
    expect(text).toBe(
      saving(
        "  if (valid) {\n    await tx.value.query('a');\n    tx.complete();\n    return 'a';\n  }\n  if (!client) return;\n  tx.complete();\n  return 'b';\n",
      ),
    );
  });

  test("in a module, in its style", () => {
    const { text } = rewrite(
      "import { enterAsync } from 'unwind'\r\nimport { transaction } from 'unwind/sql'\r\ndeclare const client: { query(text: string): Promise<number> }\r\nawait using tx = await enterAsync(transaction(client, { dialect: 'mysql' }))\r\nawait tx.value.query('insert')\r\n",
      setting,
    );
    expect(text).toMatch(/insert'\)\r\ntx\.complete\(\)\r\n$/);
  });
});

describe("calls nothing where", () => {
  test.each([
    [
      "a `finally` could still fail",
      "  try {\n    return 1;\n  } finally {\n    await publish('left');\n  }\n",
    ],
    ["the `return` shares its line", "  await tx.value.query('a'); return;\n"],
    ["a comment stands within the `return`", "  return /* rows */ await tx.value.query('a');\n"],
    [
      "a label is left",
      "  outer: {\n    if (valid) break outer;\n    await tx.value.query('a');\n  }\n",
    ],
  ])("%s", (_title, body) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      const titles = rewritesOf(saving(body), setting, knowledge).map((each) => each.title);
      expect(titles.filter((each) => each.startsWith("Call "))).toEqual([]);
    }
  });
});

describe("does what follows in a callback", () => {
  const title =
    "Do what follows in a callback of `withAsyncContext`, which succeeds when it returns";
  const inCallback = (body: string): string =>
    saving("")
      .replace("{ enterAsync }", "{ withAsyncContext }")
      .replace(/ {2}await using .*\n\}\n$/, `${body}}\n`);
  const entered = 'withAsyncContext(transaction(client, { dialect: "postgres" }), async';

  test.each([
    [
      "that returns nothing",
      "  await tx.value.query('insert');\n",
      `  await ${entered} (tx) => {\n    await tx.query('insert');\n  });\n`,
    ],
    [
      "whose result the function returns",
      "  await tx.value.query('insert');\n  // How many.\n  return tx.value.query('select');\n",
      `  return await ${entered} (tx) => {\n    await tx.query('insert');\n    // How many.\n    return tx.query('select');\n  });\n`,
    ],
    [
      "that may return early",
      "  if (!valid) return 0;\n  return tx.value.query('insert');\n",
      `  return await ${entered} (tx) => {\n    if (!valid) return 0;\n    return tx.query('insert');\n  });\n`,
    ],
    [
      "without a parameter, where nothing needs the value",
      "  await client.query('insert');\n",
      `  await ${entered} () => {\n    await client.query('insert');\n  });\n`,
    ],
    [
      "with loops that stay within it",
      "  for (const each of ['a', 'b']) {\n    if (!valid) continue;\n    await tx.value.query(each);\n  }\n",
      `  await ${entered} (tx) => {\n    for (const each of ['a', 'b']) {\n      if (!valid) continue;\n      await tx.query(each);\n    }\n  });\n`,
    ],
    [
      "whose lines within a template stay as they are",
      "  await tx.value.query(`insert\n    one`);\n",
      `  await ${entered} (tx) => {\n    await tx.query(\`insert\n    one\`);\n  });\n`,
    ],
  ])("%s", (_title, before, after) => {
    const rewritten = rewrite(saving(before), setting, title);
    expect(rewritten.kind).toBe("suggestion");
    expect(rewritten.text).toBe(inCallback(after));
  });

  test("without waiting, in a function that does not", () => {
    const manager = code`
      import { contextManager, enter } from "unwind";
      declare const journal: string[];
      const transaction = contextManager(function* () {
        try {
          yield journal;
          journal.push("commit");
        } catch (error) {
          journal.push("rollback");
          throw error;
        }
      });
    `;
    expect(
      rewrite(
        `${manager}export function save(rows: string[]) {\n\tusing tx = enter(transaction())\n\ttx.value.push(...rows)\n}\n`,
        setting,
        "Do what follows in a callback of `withContext`, which succeeds when it returns",
      ).text,
    ).toBe(
      `${manager.replace("contextManager, enter", "contextManager, withContext")}export function save(rows: string[]) {\n\twithContext(transaction(), (tx) => {\n\t\ttx.push(...rows)\n\t});\n}\n`,
    );
  });

  test("and imports no name twice", () => {
    const before = saving("  await tx.value.query('insert');\n").replace(
      "{ enterAsync }",
      "{ enterAsync, withAsyncContext }",
    );
    const text = `${before}void withAsyncContext;\n`;
    expect(rewrite(text, setting, title).text).toContain(
      'import { withAsyncContext } from "unwind";',
    );
    const two = `${text}export const other = enterAsync;\n`;
    expect(rewrite(two, setting, title).text).toContain(
      'import { enterAsync, withAsyncContext } from "unwind";',
    );
  });

  test.each([
    ["it leaves a loop around it", "  await tx.value.query('insert');\n  break;\n", true],
    [
      "it goes to a label",
      "  outer: {\n    if (valid) break outer;\n    await tx.value.query('a');\n  }\n",
      false,
    ],
    ["it returns from within a block", "  return tx.value.query('insert');\n", true],
    ["a variable changes on whose type it relies", "  await tx.value.query(name);\n", false],
    ["a comment would be lost", "  await tx.value.query('insert');\n", false],
  ])("not where %s", (why, body, inLoop) => {
    let text = saving(body);
    if (inLoop) {
      text = text
        .replace("save(valid: boolean) {", "save(valid: boolean) {\n  while (valid) {")
        .replace(/\}\n$/, "  }\n  return 0;\n}\n");
    }
    if (why.startsWith("a variable")) {
      text = text.replace(
        "  await using",
        "  let name: string | undefined;\n  name = valid ? 'a' : 'b';\n  await using",
      );
    }
    if (why.startsWith("a comment"))
      text = text.replace("await enterAsync", "await /* now */ enterAsync");
    const titles = rewritesOf(text, setting).map((each) => each.title);
    expect(titles).not.toContain(title);
  });
});
