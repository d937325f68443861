import { describe, expect, test } from "vitest";

import {
  applyEdits,
  editsBetween,
  refactoringsAt,
  scopeEnds,
  Session,
} from "../../src/session/index.js";
import { code } from "../checks/code.js";

const session = new Session({ types: false });

function ends(text: string) {
  return session.inspect({ path: "/a.ts", text }, scopeEnds) ?? [];
}

const names = (text: string) => ends(text).map(({ releases }) => releases.map(({ name }) => name));

describe("the ends of scopes", () => {
  test("release in the reverse order, each block its own", () => {
    const text = code`
      import { open } from "node:fs/promises";
      async function f(path: string) {
        await using a = await open(path);
        using b = other();
        if (path) {
          await using c = await open(path);
        }
      }
    `;
    const [outer, inner] = ends(text);
    expect(names(text)).toEqual([["b", "a"], ["c"]]);
    expect(outer?.releases.map(({ noun, awaited }) => [noun, awaited])).toEqual([
      [undefined, false],
      ["file handle", true],
    ]);
    expect(outer?.line).toBe(8);
    expect(text.slice(0, outer?.end)).toMatch(/}\n}$/);
    expect(inner?.line).toBe(7);
    const [b, a] = outer?.releases ?? [];
    expect(text.slice(...(a?.range ?? [0, 0]))).toBe("await using a");
    expect(text.slice(...(b?.range ?? [0, 0]))).toBe("using b");
  });

  test("of loops and switches", () => {
    const loop = ends("for (using a of list()) { using b = f(); }\n");
    expect(loop.map(({ eachRound, releases }) => [eachRound, releases.length])).toEqual([
      [true, 1],
      [false, 1],
    ]);
  });

  test("list what a stack was given, last first", () => {
    const text = code`
      import { AsyncExitStack } from "unwind";
      async function f() {
        await using stack = new AsyncExitStack();
        const a = stack.use(await one());
        stack.adopt(two, (held) => held.end());
        stack.defer(() => three());
        using last = four();
      }
    `;
    expect(names(text)).toEqual([["last", "() => three()", "two", "a"]]);
    const [{ releases, stacks } = { releases: [], stacks: [] }] = ends(text);
    expect(releases.map(({ stack }) => stack)).toEqual([undefined, "stack", "stack", "stack"]);
    expect(stacks.map(({ range }) => text.slice(...range))).toEqual(["await using stack"]);
    expect(releases.every(({ movedAt }) => movedAt === undefined)).toBe(true);
  });

  test("say where a stack may hand everything on", () => {
    const text = code`
      function f() {
        using stack = new DisposableStack();
        const a = stack.use(one());
        return stack.move();
      }
    `;
    const [end] = ends(text);
    expect(end?.releases).toMatchObject([{ name: "a", stack: "stack", movedAt: 4 }]);
  });

  test("an empty stack is named itself, and other objects are no stacks", () => {
    expect(names("{ using stack = new DisposableStack(); }")).toEqual([["stack"]]);
    expect(names("{ using list = make(); list.use(1); }")).toEqual([["list"]]);
  });

  test("are none where nothing is declared by `using`", () => {
    expect(ends("const a = f(); { let b; }")).toEqual([]);
  });
});

test("refactorings are offered once each, at their place", () => {
  const text = "class A {\n  close(): void {}\n}\n";
  const titles = (offset: number) =>
    session
      .inspect({ path: "/a.ts", text }, (file) => refactoringsAt(file, offset))
      ?.map(({ title }) => title);
  expect(titles(3)).toEqual(["Add `[Symbol.dispose]` to this class"]);
  expect(titles(text.length)).toEqual([]);
});

describe("edits between texts", () => {
  test.each([
    ["a\nb\nc\n", "a\nB\nc\n"],
    ["a\nb\nc\n", "b\nc\n"],
    ["a\nb\nc\n", "a\nb\nc\nd\n"],
    ["", "a\n"],
    ["a", ""],
    ["a\r\nb\r\n", "a\r\nb\r\nc\r\n"],
    ["a\nb\nc\nd\ne\n", "x\nb\nd\nd2\n"],
  ])("%j to %j", (before, after) => {
    expect(applyEdits(before, editsBetween(before, after))).toBe(after);
  });

  test("touch nothing but the lines that differ", () => {
    expect(editsBetween("a\nb\nc\n", "a\nB\nc\n")).toEqual([{ range: [2, 4], text: "B\n" }]);
    expect(editsBetween("a\n", "a\n")).toEqual([]);
  });
});
