import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, findingsIn } from "./check-code.js";
import { code } from "./code.js";
import { errorsIn, type Setting } from "./workspace.js";

const setting: Setting = { rule: "require-yield-in-try", runtime: true, node: ">=20.19" };

/** A generator's body in a manager of a file descriptor, with all that a body may use. */
function manager(body: string, head = "function* (path: string)"): string {
  return code`
    import { closeSync, openSync, writeSync } from "node:fs";
    import { contextManager } from "unwind";
    declare function restore(): void;
    declare let current: number;
    export const managed = contextManager(${head} {
      ${body.trim()}
    });
  `;
}

function asyncManager(body: string): string {
  return code`
    import { open } from "node:fs/promises";
    import { asyncContextManager } from "unwind";
    export const managed = asyncContextManager(async function* (path: string) {
      ${body.trim()}
    });
  `;
}

describe("what stands behind a `yield` is skipped when the body fails", () => {
  test.each([
    ["a release", "const fd = openSync(path, 'r');\nyield fd; // leak: skipped\ncloseSync(fd);"],
    ["an own function", "yield path; // leak: skipped\nrestore();"],
    ["an assignment", "const before = current;\nyield path; // leak: skipped\ncurrent = before;"],
    [
      "what a condition guards",
      "yield path; // leak: skipped\nif (current > 0) {\n  restore();\n}",
    ],
    [
      "what a loop does",
      "yield path; // leak: skipped\nfor (let left = current; left > 0; left -= 1) restore();",
    ],
    ["what comes after logging", "yield path; // leak: skipped\nconsole.log(path);\nrestore();"],
    [
      "the value of the `yield` makes no difference",
      "const nothing = yield path; // leak: skipped\nvoid nothing;\nrestore();",
    ],
    [
      "a `try` that has ended before",
      "try {\n  restore();\n} finally {\n  restore();\n}\nyield path; // leak: skipped\nrestore();",
    ],
    [
      "a `yield` in the `finally` of another",
      "try {\n  restore();\n} finally {\n  yield path; // leak: skipped\n  restore();\n}",
    ],
    ["a `yield` in a branch", "{\n  yield path; // leak: skipped\n}\nrestore();"],
    [
      "a `yield` in a `catch`",
      "try {\n  restore();\n} catch {\n  yield path; // leak: skipped\n  restore();\n  return;\n}\nyield path;",
    ],
  ])("%s", (_title, body) => {
    expectMarkedLeaks(manager(body), setting);
  });

  test.each([
    [
      "an awaited release",
      "const handle = await open(path);\nyield handle; // leak: skipped\nawait handle.close();",
    ],
    [
      "a promise that is waited for",
      "const done = publish(path);\nyield path; // leak: skipped\nawait done;",
    ],
    ["a release that nobody waits for", "yield path; // leak: skipped\nvoid publish(path);"],
  ])("in an async generator: %s", (_title, body) => {
    expectMarkedLeaks(asyncManager(body), setting);
  });

  test("also in a generator function that has a name", () => {
    expectMarkedLeaks(
      code`
        import { contextManager } from "unwind";
        function* lowered() {
          yield 1; // leak: skipped
          publish("done");
        }
        export const managed = contextManager(lowered);
      `,
      setting,
    );
  });

  test("also under another name, and by the namespace", () => {
    expectMarkedLeaks(
      code`
        import * as unwind from "unwind";
        import { contextManager as manager } from "unwind";
        export const one = manager(function* () {
          yield 1; // leak: skipped
          publish("done");
        });
        export const other = unwind.contextManager(function* () {
          yield 1; // leak: skipped
          publish("done");
        });
      `,
      setting,
    );
  });

  test("the message names the call, and the path leads to it", () => {
    const [finding] = findingsIn(manager("yield path;\nrestore();"), "typed", setting);
    expect(finding?.message).toBe(
      "`restore()` is skipped when the body fails: its failure is thrown at this `yield`.",
    );
    expect(finding?.path.map(({ message }) => message)).toEqual([
      "the body's failure is thrown here",
      "this is skipped",
    ]);
  });

  test("the message speaks of what follows where that has no name", () => {
    const [finding] = findingsIn(manager("yield path;\ncurrent = 1;"), "untyped", setting);
    expect(finding?.message).toMatch(/^What follows is skipped/);
  });
});

describe("a generator that does not yield", () => {
  test.each([["at all", "function* (path: string)", "restore();\nvoid path;"]])(
    "%s",
    (_title, head, body) => {
      const text = manager(body, head);
      for (const knowledge of ["typed", "untyped"] as const) {
        const found = findingsIn(text, knowledge, setting);
        expect(found.map(({ messageId }) => messageId)).toEqual(["missing"]);
        expect(text.slice(...(found[0]?.place.range ?? [0, 0]))).toBe("function*");
      }
    },
  );

  test.each([
    [
      "on an early return",
      "if (path === '') return; // leak: missing\ntry {\n  yield path;\n} finally {\n  restore();\n}",
    ],
    [
      "on a return after an attempt",
      "const fd = openSync(path, 'r');\nif (fd < 3) {\n  closeSync(fd);\n  return; // leak: missing\n}\ntry {\n  yield fd;\n} finally {\n  closeSync(fd);\n}",
    ],
    [
      "on a return in a `switch`",
      "switch (path) {\n  case '':\n    return; // leak: missing\n}\nyield path;",
    ],
  ])("%s", (_title, body) => {
    expectMarkedLeaks(manager(body), setting);
  });

  test("when a condition does not hold", () => {
    const text = manager("if (current > 0) {\n  yield path;\n}");
    expect(findingsIn(text, "untyped", setting).map(({ messageId }) => messageId)).toEqual([
      "missing",
    ]);
  });
});

describe("a generator that yields again", () => {
  test.each([
    ["one after the other", "yield path;\nyield path; // leak: again"],
    ["for each of a list", "for (const part of path) {\n  yield part; // leak: again\n}"],
    ["for ever", "for (;;) yield path; // leak: again"],
    ["in the `finally`", "try {\n  yield path;\n} finally {\n  yield path; // leak: again\n}"],
    [
      "in the `catch`",
      "try {\n  yield path;\n} catch {\n  yield path; // leak: againAfterFailure\n}",
    ],
    ["as arguments of one call", "writeSync(yield path, yield path); // leak: again"],
    ["after a branch", "if (current > 0) restore();\nyield path;\nyield path; // leak: again"],
  ])("%s", (_title, body) => {
    const text = manager(
      body.replace("writeSync(yield path, yield path)", "void [yield path, yield path]"),
    );
    expectMarkedLeaks(text, setting);
  });
});

describe("is silent about", () => {
  const sound: [string, string][] = [
    [
      "a release in `finally`",
      "const fd = openSync(path, 'r');\ntry {\n  yield fd;\n} finally {\n  closeSync(fd);\n}",
    ],
    [
      "a decision in `catch`",
      "try {\n  yield path;\n  restore();\n} catch (error) {\n  current = 0;\n  throw error;\n}",
    ],
    [
      "success that a `finally` surrounds",
      "try {\n  yield path;\n  restore();\n} finally {\n  current = 0;\n}",
    ],
    ["success after a `try`", "try {\n  yield path;\n} finally {\n  current = 0;\n}\nrestore();"],
    ["nothing behind it", "openSync(path, 'r');\nyield path;"],
    ["logging behind it", "yield path;\nconsole.log('left', path);"],
    ["a logger behind it", "yield path;\nlogger.info('left', path);"],
    ["a bare return behind it", "yield path;\nreturn;"],
    ["a name that is computed behind it", "yield path;\nconst left = path.length;\nvoid left;"],
    [
      "a `yield` in each branch",
      "if (current > 0) {\n  yield path;\n} else {\n  yield 'nothing';\n}",
    ],
    [
      "a `yield` and a return in one branch",
      "if (current > 0) {\n  yield path;\n  return;\n}\nyield 'nothing';",
    ],
    [
      "a `yield` in each case",
      "switch (path) {\n  case 'a':\n    yield 1;\n    break;\n  default:\n    yield 2;\n}",
    ],
    [
      "cases of which only types know that they are all",
      "switch (path) {\n  case 'a':\n    yield 1;\n    break;\n  case 'b':\n    yield 2;\n    break;\n}",
    ],
    ["conditions of which one holds", "if (current > 0) yield 1;\nif (current <= 0) yield 2;"],
    [
      "a loop that is left at once",
      "for (const part of path) {\n  yield part;\n  return;\n}\nyield path;",
    ],
    [
      "a loop until something is acquired",
      "for (;;) {\n  if (current > 0) break;\n  restore();\n}\nyield path;",
    ],
    [
      "a generator that throws instead",
      "if (path === '') throw new Error('no path');\nyield path;",
    ],
    ["a generator that only throws", "throw new Error(path);"],
    ["what another generator yields", "yield* [path];\nrestore();"],
    [
      "a `yield` of an inner generator",
      "function* inner() {\n  yield 1;\n  yield 2;\n  restore();\n}\ntry {\n  yield inner();\n} finally {\n  restore();\n}",
    ],
    ["a callback behind which nothing is skipped", "const later = () => restore();\nyield later;"],
    ["a `using` before it", "using _ = { [Symbol.dispose]: () => restore() };\nyield path;"],
    [
      "nested `try` statements",
      "try {\n  try {\n    yield path;\n  } finally {\n    current = 0;\n  }\n} finally {\n  restore();\n}",
    ],
    [
      "a `yield` behind a label",
      "outer: {\n  if (current > 0) break outer;\n  restore();\n}\nyield path;",
    ],
  ];
  test.each(sound)("%s", (_title, body) => {
    const text = manager(body);
    const errors = errorsIn(text, setting).filter((error) => !error.includes("dispose"));
    expect(errors, text).toEqual([]);
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(text, knowledge, setting)).toEqual([]);
    }
  });

  test.each([
    [
      "a function of the same name from elsewhere",
      code`
        import { contextManager } from "./contexts.js";
        export const managed = contextManager(function* () {
          yield 1;
          publish("done");
        });
      `,
    ],
    [
      "a generator of which no manager is made",
      code`
        export function* lines(text: string) {
          yield text;
          publish("done");
        }
      `,
    ],
    [
      "a function of another file",
      code`
        import { contextManager } from "unwind";
        import { lowered } from "./lowered.js";
        export const managed = contextManager(lowered);
      `,
    ],
    [
      "a function that is no generator",
      code`
        import { contextManager } from "unwind";
        export const managed = contextManager(() => [1][Symbol.iterator]() as never);
      `,
    ],
    [
      "a generator that somebody may assign",
      code`
        import { contextManager } from "unwind";
        let lowered = function* () {
          yield 1;
          publish("done");
        };
        export const managed = contextManager(lowered);
        lowered = lowered;
      `,
    ],
  ])("%s", (_title, text) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(text, knowledge, setting)).toEqual([]);
    }
  });
});
