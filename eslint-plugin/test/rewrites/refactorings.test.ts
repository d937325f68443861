import path from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type { Rewrite } from "../../src/rewrites/edit.js";
import {
  addDisposeMethod,
  collectIntoStack,
  convertUsingToTry,
  manageWithUsing,
  type RefactoredFile,
} from "../../src/rewrites/refactorings/index.js";
import { applyEdits, type CheckedFile, defineCheck, Session } from "../../src/session/index.js";
import { code } from "../checks/code.js";

let parsed: CheckedFile | undefined;

const keepFile = defineCheck<"none", object>({
  name: "keep-file",
  description: "Keeps what a session has parsed",
  messages: { none: "none" },
  schema: {},
  defaultOptions: {},
  // eslint-disable-next-line require-yield -- it reports nothing
  *run(file) {
    parsed = file;
  },
});

const session = new Session({ types: true, checks: [keepFile] });

afterAll(() => {
  session.close();
});

type Refactoring = (file: RefactoredFile, offset: number) => Rewrite | undefined;

/** Carries a refactoring out at the comment that says `here`, which is taken out before. */
function refactored(marked: string, refactoring: Refactoring) {
  const offset = marked.indexOf("/*here*/");
  const text = marked.replace("/*here*/", "");
  expect(check(text)).toEqual([]);
  const rewrite = parsed && refactoring(parsed, offset);
  if (!rewrite) return undefined;
  const result = applyEdits(text, rewrite.edits);
  expect(check(result), result).toEqual([]);
  return { kind: rewrite.kind, title: rewrite.title, text: result };
}

function check(text: string): readonly string[] {
  const { problem } = session.check({ path: path.join(import.meta.dirname, "example.ts"), text });
  return problem === undefined ? [] : [problem.message];
}

describe("Manage with `await using`", () => {
  test("manages what a function releases by hand, without a finding", () => {
    expect(
      refactored(
        code`
          import { open } from "node:fs/promises";
          export async function size(file: string) {
            const /*here*/handle = await open(file);
            try {
              return (await handle.stat()).size;
            } finally {
              await handle.close();
            }
          }
        `,
        manageWithUsing,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Manage `handle` with `await using`",
      text: code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          await using handle = await open(file);
          return (await handle.stat()).size;
        }
      `,
    });
  });

  test("manages what only its type calls disposable", () => {
    expect(
      refactored(
        code`
          declare function lease(): Disposable & { name: string };
          export function name() {
            const /*here*/held = lease();
            return held.name;
          }
        `,
        manageWithUsing,
      )?.text,
    ).toBe(code`
      declare function lease(): Disposable & { name: string };
      export function name() {
        using held = lease();
        return held.name;
      }
    `);
  });

  test("is not offered for what has nothing to release", () => {
    expect(
      refactored(
        "export function f() {\n  const /*here*/x = Math.random();\n  return x;\n}\n",
        manageWithUsing,
      ),
    ).toBeUndefined();
  });
});

describe("Collect into an `ExitStack`", () => {
  test("lets a stack take what is acquired", () => {
    expect(
      refactored(
        code`
          import { openSync, closeSync, fstatSync } from "node:fs";
          export function size(file: string) {
            const fd = /*here*/openSync(file, "r");
            const { size } = fstatSync(fd);
            closeSync(fd);
            return size;
          }
        `,
        collectIntoStack,
      ),
    ).toEqual({
      kind: "suggestion",
      title: expect.stringMatching(/^Manage `fd` with an `ExitStack`/) as string,
      text: code`
        import { openSync, closeSync, fstatSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function size(file: string) {
          using stack = new ExitStack();
          const fd = stack.adopt(openSync(file, "r"), closeSync);
          const { size } = fstatSync(fd);
          return size;
        }
      `,
    });
  });
});

describe("Convert `using` to try/finally", () => {
  test("disposes by the symbol", () => {
    expect(
      refactored(
        code`
          import { open } from "node:fs/promises";
          export async function size(file: string) {
            await using /*here*/handle = await open(file);
            // Its size.
            return (await handle.stat()).size;
          }
        `,
        convertUsingToTry,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Release `handle` in a `finally`",
      text: code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          try {
            // Its size.
            return (await handle.stat()).size;
          } finally {
            await handle[Symbol.asyncDispose]();
          }
        }
      `,
    });
  });

  test("calls by itself what `closing` was given", () => {
    expect(
      refactored(
        code`
          import { connect } from "node:net";
          import { closing } from "unwind";
          export function ping(port: number) {
            using /*here*/socket = closing(connect(port), (held) => held.end());
            socket.write("PING");
          }
        `,
        convertUsingToTry,
      )?.text,
    ).toBe(code`
      import { connect } from "node:net";
      import { closing } from "unwind";
      export function ping(port: number) {
        const socket = connect(port);
        try {
          socket.write("PING");
        } finally {
          socket.end();
        }
      }
    `);
  });

  test("asks first for what may be missing", () => {
    expect(
      refactored(
        code`
          declare function lease(): Disposable;
          export function hold(wanted: boolean) {
            using /*here*/held = wanted ? lease() : undefined;
            console.log(held);
          }
        `,
        convertUsingToTry,
      )?.text,
    ).toContain("held?.[Symbol.dispose]();");
  });

  test("is not offered where nothing follows", () => {
    expect(
      refactored(
        code`
          declare function lease(): Disposable;
          export function hold() {
            using /*here*/held = lease();
          }
        `,
        convertUsingToTry,
      ),
    ).toBeUndefined();
  });
});

describe("Add `[Symbol.asyncDispose]` to this class", () => {
  const add: Refactoring = (file, offset) => addDisposeMethod(file, offset, true);

  test.each([
    ["async close()", "await this.close();", "async [Symbol.asyncDispose](): Promise<void>"],
    [
      "close(): Promise<void>",
      "await this.close();",
      "async [Symbol.asyncDispose](): Promise<void>",
    ],
    ["destroy(reason?: string)", "this.destroy();", "[Symbol.dispose](): void"],
  ])("calls the method that the class has: %s", (method, call, signature) => {
    const body = method.includes("Promise") ? "return Promise.resolve();" : "";
    expect(
      refactored(`export class /*here*/Session {\n  ${method} {\n    ${body}\n  }\n}\n`, add)?.text,
    ).toBe(
      `export class Session {\n  ${method} {\n    ${body}\n  }\n\n  ${signature} {\n    ${call}\n  }\n}\n`,
    );
  });

  test.each([
    ["it has one", "close() {\n  }\n  [Symbol.dispose]() {\n    this.close();\n  }"],
    ["nothing releases it", "open() {\n  }"],
    ["its method needs to be told something", "close(code: number) {\n    console.log(code);\n  }"],
    ["its method is the class's own", "static close() {\n  }"],
  ])("is not offered where %s", (_title, members) => {
    expect(refactored(`export class /*here*/Session {\n  ${members}\n}\n`, add)).toBeUndefined();
  });
});
