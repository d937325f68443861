import { describe, expect, test } from "vitest";

import { applyEdits } from "../../src/session/index.js";
import { findingsIn, rewrite, rewritesOf, type Setting } from "./check-code.js";
import { code } from "./code.js";
import { expectMarked } from "./marked.js";

const setting: Setting = { rule: "no-using-escape", runtime: true, node: ">=20.19" };

const preamble = `
import { once } from "node:events";
import { open, type FileHandle } from "node:fs/promises";
import { AsyncExitStack, enter } from "unwind";
import { tempDir } from "unwind/node";
interface Connection extends Disposable, AsyncDisposable {
  readonly id: number;
  run(): void;
  ask(text: string): Promise<string>;
  closed(): Promise<void>;
  select(text: string): { from(table: string): Promise<string> };
}
declare function connect(): Connection;
async function work(handle: FileHandle) { await handle.read(); }
function look(handle: FileHandle) { return handle.fd; }
let kept: unknown;
const all: unknown[] = [];
function keep(it: unknown) { all.push(it); }
class Reader { constructor(readonly handle: FileHandle) {} }
class Counter { constructor(handle: FileHandle) { handle.fd; } }
/** @owns it */
function take(it: unknown) { void it; }
`;

/** A function with these lines, behind all that the snippets use. */
function inFunction(lines: string, head = "export async function subject(path: string)"): string {
  return `${preamble}${head} {\n${indented(lines)}\n}\nvoid [once, open, AsyncExitStack, enter, tempDir, connect, work, look, kept, keep, Reader, Counter, take];\n`;
}

function indented(lines: string): string {
  return lines
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

const sync = "export function subject(path: string)";

describe("what is returned", () => {
  test.each([
    ["itself", "using x = connect();\nreturn x; // returned", sync],
    ["itself, from an async function", "await using x = connect();\nreturn x; // returned"],
    ["in an object", "using x = connect();\nreturn { x, path }; // returned", sync],
    ["in an array", "using x = connect();\nreturn [x]; // returned", sync],
    [
      "on one way",
      "using x = connect();\nif (path) return x; // returned\nreturn undefined;",
      sync,
    ],
    ["under a condition", "using x = connect();\nreturn path ? x : undefined; // returned", sync],
    ["under another name", "using x = connect();\nconst same = x;\nreturn same; // returned", sync],
    ["in the terms of a type", "using x = connect();\nreturn x as Disposable; // returned", sync],
    ["the stack itself", "using stack = new DisposableStack();\nreturn stack; // returned", sync],
    [
      "what a stack has",
      "await using stack = new AsyncExitStack();\nconst handle = stack.use(await open(path));\nreturn handle; // returned",
    ],
    [
      "what a stack has adopted",
      "using stack = new DisposableStack();\nconst x = stack.adopt(connect(), (held) => held.run());\nreturn x; // returned",
      sync,
    ],
    [
      "what a stack has entered",
      "using stack = new AsyncExitStack();\nconst folder = await stack.enterContext(tempDir());\nreturn folder; // returned".replace(
        "using stack",
        "await using stack",
      ),
    ],
    [
      "what was entered",
      "using scratch = enter(tempDir());\nreturn scratch.value; // returned",
      sync,
    ],
    [
      "what was entered, by its name",
      "using scratch = enter(tempDir());\nconst folder = scratch.value;\nreturn folder; // returned",
      sync,
    ],
    [
      "from a `try`",
      "using x = connect();\ntry {\n  return x; // returned\n} finally {\n  x.run();\n}",
      sync,
    ],
  ])("%s", (_title, lines, head?: string) => {
    expectMarked(inFunction(lines, head), setting);
  });

  test.each([
    ["a part that is plain", "using x = connect();\nreturn x.id;", sync],
    ["a descriptor", "await using handle = await open(path);\nreturn handle.fd;"],
    ["what a function makes of it", "await using handle = await open(path);\nreturn look(handle);"],
    ["whether it is there", "using x = connect();\nreturn x !== undefined;", sync],
    ["what is spread", "using x = connect();\nreturn { ...x };", sync],
    ["what is yielded", "using x = connect();\nyield x;", "export function* subject(path: string)"],
    [
      "a stack that was moved",
      "using stack = new DisposableStack();\nconst x = stack.use(connect());\nstack.move();\nreturn x;",
      sync,
    ],
    [
      "a stack's successor",
      "using stack = new DisposableStack();\nstack.use(connect());\nreturn stack.move();",
      sync,
    ],
    [
      "what a stack without `using` has",
      "const stack = new DisposableStack();\nconst x = stack.use(connect());\nreturn { x, stack };",
      sync,
    ],
    ["what a constant has", "const x = connect();\nreturn x;", sync],
    [
      "what a callback returns",
      "using x = connect();\n[1].forEach(() => x);\nreturn undefined;",
      sync,
    ],
    ["what was waited for", "using x = connect();\nreturn await x.ask(path);"],
  ])("not %s", (_title, lines, head?: string) => {
    expectMarked(inFunction(lines, head), setting);
  });
});

describe("what is kept", () => {
  test.each([
    ["a variable of the module", "using x = connect();\nkept = x; // stored", sync],
    ["a collection of the module", "using x = connect();\nall.push(x); // stored", sync],
    [
      "a collection of the caller",
      "using x = connect();\nlist.push(x); // stored",
      "export function subject(list: Connection[])",
    ],
    [
      "a collection from outside a loop",
      "const opened: Connection[] = [];\nfor (const _ of path) {\n  using x = connect();\n  opened.push(x); // stored\n}\nreturn opened.length;",
      sync,
    ],
    [
      "a set, of which it is a part",
      "using x = connect();\nknown.add({ x }); // stored",
      "export function subject(known: Set<object>)",
    ],
    [
      "a map",
      "using x = connect();\nknown.set(1, x); // stored",
      "export function subject(known: Map<number, object>)",
    ],
    ["a function that keeps it", "using x = connect();\nkeep(x); // passed", sync],
    ["a function that says so", "using x = connect();\ntake(x); // passed", sync],
    [
      "what is returned",
      "await using handle = await open(path);\nreturn new Reader(handle); // passed",
    ],
  ])("by %s", (_title, lines, head?: string) => {
    expectMarked(inFunction(lines, head), setting);
  });

  const inClass = (members: string, others = ""): string =>
    `${preamble}export class Subject {\n  current: unknown;\n  #all: unknown[] = [];\n  readonly known = new Set<unknown>();\n  subject() {\n${indented(indented(members))}\n  }\n  count() { return [this.current, this.#all].length; }\n${others}}\n`;

  test.each([
    ["a field", "using x = connect();\nthis.current = x; // stored"],
    ["a list in a field", "using x = connect();\nthis.#all.push(x); // stored"],
    ["a set in a field", "using x = connect();\nthis.known.add(x); // stored"],
    ["a function in a field", "using x = connect();\nthis.current = () => x.run(); // captured"],
  ])("by %s", (_title, members) => {
    expectMarked(inClass(members), setting);
  });

  test.each([
    [
      "a field that is reset",
      "using x = connect();\nthis.current = x;\nx.run();\nthis.current = undefined;",
      "",
    ],
    [
      "a set from which it goes",
      "using x = connect();\nthis.known.add(x);\nx.run();\nthis.known.delete(x);",
      "",
    ],
    [
      "a set that another method empties",
      "using x = connect();\nthis.known.add(x);\nx.run();",
      "  end() { this.known.clear(); }\n",
    ],
  ])("not by %s", (_title, members, others) => {
    expectMarked(inClass(members, others), setting);
  });

  test.each([
    [
      "a variable of the same function, to look at what was released",
      "let seen: Connection | undefined;\n{\n  using x = connect();\n  seen = x;\n}\nreturn seen.id;",
      sync,
    ],
    [
      "a collection of the same block",
      "const list: Connection[] = [];\nusing x = connect();\nlist.push(x);\nlist.forEach((each) => each.run());",
      sync,
    ],
    [
      "a key",
      "using x = connect();\nknown.set(x, 1);",
      "export function subject(known: Map<object, number>)",
    ],
    [
      "something that is called so",
      "using x = connect();\nlist.push(x);",
      "export function subject(list: { push(it: object): void })",
    ],
    [
      "an object of the same function",
      "using x = connect();\nconst state: { x?: Connection } = {};\nstate.x = x;\nstate.x.run();",
      sync,
    ],
    [
      "a helper that is used here",
      "await using handle = await open(path);\nconst reader = new Reader(handle);\nawait reader.handle.read();",
    ],
    [
      "one that keeps nothing",
      "await using handle = await open(path);\nreturn new Counter(handle);",
    ],
  ])("not by %s", (_title, lines, head?: string) => {
    expectMarked(inFunction(lines, head), setting);
  });
});

describe("functions that use it later", () => {
  test.each([
    ["returned", "using x = connect();\nreturn () => x.run(); // captured", sync],
    [
      "returned as a method",
      "using x = connect();\nreturn { run() { x.run(); } }; // captured",
      sync,
    ],
    [
      "returned by name",
      "using x = connect();\nconst run = () => x.run();\nreturn run; // captured",
      sync,
    ],
    [
      "returned by declaration",
      "using x = connect();\nfunction run() { x.run(); }\nreturn run; // captured",
      sync,
    ],
    [
      "a generator that has not begun",
      "using x = connect();\nreturn (function* () { yield x.id; })(); // captured",
      sync,
    ],
    ["left to a timer", "using x = connect();\nsetTimeout(() => x.run(), 1000); // captured", sync],
    [
      "left to an interval",
      "using x = connect();\nsetInterval(() => { x.run(); }, 1000); // captured",
      sync,
    ],
  ])("%s", (_title, lines, head) => {
    expectMarked(inFunction(lines, head), setting);
  });

  test.each([
    ["run at once", 'using x = connect();\nreturn path.split(",").map(() => x.id);', sync],
    ["called here", "using x = connect();\nconst run = () => x.run();\nrun();", sync],
    [
      "of a timer that is cleared",
      "using x = connect();\nconst timer = setInterval(() => x.run(), 10);\nclearInterval(timer);",
      sync,
    ],
    [
      "that only release",
      "using x = connect();\nsetTimeout(() => x[Symbol.dispose](), 1000);",
      sync,
    ],
    ["given to another", "using x = connect();\nawait work(await open(path)).then(() => x.run());"],
  ])("not those %s", (_title, lines, head?: string) => {
    expectMarked(inFunction(lines, head), setting);
  });
});

describe("promises", () => {
  test.each([
    [
      "of its method",
      "await using handle = await open(path);\nreturn handle.readFile(); // promise",
    ],
    [
      "of what follows it",
      "await using handle = await open(path);\nreturn handle.stat().then(({ size }) => size); // promise",
    ],
    [
      "of a function that gets it",
      "await using handle = await open(path);\nreturn work(handle); // promise",
    ],
    [
      "on one way",
      "await using handle = await open(path);\nreturn path ? handle.readFile() : undefined; // promise",
    ],
    [
      "of several",
      "await using handle = await open(path);\nreturn Promise.all([handle.stat(), handle.readFile()]); // promise",
    ],
    [
      "of many",
      "await using handle = await open(path);\nreturn Promise.all([1, 2].map((n) => handle.read({ position: n }))); // promise",
    ],
    [
      "of many async functions",
      "using x = connect();\nreturn Promise.all([1, 2].map(async () => { await 1; x.run(); })); // promise",
    ],
    [
      "of an async function",
      "using x = connect();\nreturn (async () => { await 1; x.run(); })(); // promise",
    ],
    [
      "that has a name first",
      "await using handle = await open(path);\nconst text = handle.readFile();\nreturn text; // promise",
    ],
    [
      "of what a stack has",
      "await using stack = new AsyncExitStack();\nconst handle = stack.use(await open(path));\nreturn handle.readFile(); // promise",
    ],
    [
      "that is kept",
      "await using handle = await open(path);\nkept = handle.readFile(); // promise",
    ],
  ])("%s", (_title, lines) => {
    expectMarked(inFunction(lines), setting);
  });

  test.each([
    ["a method that types know", "using x = connect();\nreturn x.ask(path); // promise"],
    ["a chain", "using x = connect();\nreturn x.select(path).from(path); // promise"],
    ["a function that is not async", "using x = connect();\nreturn x.ask(path); // promise", sync],
  ])("by types, %s", (_title, lines, head?: string) => {
    expectMarked(inFunction(lines, head), setting, ["typed"]);
    expect(findingsIn(inFunction(lines, head), "untyped", setting)).toEqual([]);
  });

  test.each([
    ["that is awaited", "await using handle = await open(path);\nreturn await handle.readFile();"],
    [
      "that is awaited first",
      "await using handle = await open(path);\nconst text = await handle.readFile();\nreturn text;",
    ],
    [
      "that is awaited inside",
      "await using handle = await open(path);\nreturn parse(String(await handle.readFile()));",
    ],
    [
      "of an async generator, which waits",
      "await using handle = await open(path);\nreturn handle.readFile();",
      "export async function* subject(path: string)",
    ],
    [
      "of something plain",
      "await using handle = await open(path);\nreturn Promise.resolve(handle.fd);",
    ],
    [
      "of a function that gets a part",
      "await using handle = await open(path);\nreturn publish(String(handle.fd));",
    ],
    ["that comes with the release", "using x = connect();\nreturn x.closed();"],
    [
      "that comes with the release, as an event",
      'await using handle = await open(path);\nreturn once(handle, "close");',
    ],
    ["of the release", "await using handle = await open(path);\nreturn handle.close();"],
    [
      "that was waited for by another",
      "await using handle = await open(path);\nconst text = handle.readFile();\nawait text;\nreturn text;",
    ],
    [
      "inside a callback that is awaited",
      "await using handle = await open(path);\nawait Promise.all([1].map(() => handle.readFile()));",
    ],
  ])("not one %s", (_title, lines, head?: string) => {
    expectMarked(inFunction(lines, head), setting);
  });
});

describe("rewrites", () => {
  const returning = (statement: string): string => code`
    import { open } from "node:fs/promises";
    export async function read(path: string) {
      await using handle = await open(path);
      ${statement}
    }
  `;

  test.each([
    ["return handle.readFile(); // all of it", "return await handle.readFile(); // all of it"],
    [
      "return handle.stat().then(({ size }) => size);",
      "return await handle.stat().then(({ size }) => size);",
    ],
    [
      "return ready ? handle.readFile() : undefined;",
      "return ready ? await handle.readFile() : undefined;",
    ],
  ])("a fix waits for %s", (before, after) => {
    expect(rewrite(returning(before), setting)).toEqual({
      kind: "fix",
      title: "Wait for the promise before `handle` is released",
      text: returning(after),
    });
  });

  test("a suggestion waits for a function that may wait for the release", () => {
    const text = (statement: string): string => code`
      import { open, type FileHandle } from "node:fs/promises";
      async function work(handle: FileHandle) {
        await handle.read();
      }
      export async function read(path: string) {
        await using handle = await open(path);
        ${statement}
      }
    `;
    expect(rewrite(text("return work(handle);"), setting)).toEqual({
      kind: "suggestion",
      title: "Wait for the promise before `handle` is released",
      text: text("return await work(handle);"),
    });
  });

  test("a suggestion says that a `catch` sees the failure then", () => {
    const text = (statement: string): string => code`
      import { open } from "node:fs/promises";
      export async function read(path: string) {
        await using handle = await open(path);
        try {
          ${statement}
        } catch (error) {
          logger.warn(String(error));
          return undefined;
        }
      }
    `;
    expect(rewrite(text("return handle.readFile();"), setting)).toEqual({
      kind: "suggestion",
      title: "Wait for the promise here, so that this `try` sees its failure",
      text: text("return await handle.readFile();"),
    });
  });

  test("`const`, where nothing comes between", () => {
    const text = (keyword: string): string => code`
      declare function connect(): Disposable & { run(): void };
      export function opened() {
        ${keyword} x = connect();
        return x;
      }
    `;
    expect(rewrite(text("using"), setting)).toEqual({
      kind: "suggestion",
      title: "Declare `x` by `const`: whoever gets it releases it",
      text: text("const"),
    });
  });

  test("a stack, where something could fail before the `return`", () => {
    const before = code`
      declare function connect(): Disposable & { run(): void };
      export function opened() {
        using x = connect();
        // It must work.
        x.run();
        return x;
      }
    `;
    expect(rewrite(before, setting)).toEqual({
      kind: "suggestion",
      title: "Hold `x` in a stack until it is returned",
      text: code`
        import { ExitStack } from "unwind";
        declare function connect(): Disposable & { run(): void };
        export function opened() {
          using stack = new ExitStack();
          const x = stack.use(connect());
          // It must work.
          x.run();
          stack.move();
          return x;
        }
      `,
    });
  });

  test("a stack of the language for what is awaited, in its own terms", () => {
    const before = code`
      import { open } from 'node:fs/promises'
      export async function opened(path: string) {
        await using handle = await open(path)
        await handle.stat()
        return { handle }
      }
    `;
    // The project's `lib` does not know the class, which the setting asks for.
    const [stack] = rewritesOf(before, { ...setting, rewrite: "native", node: ">=24.4" });
    expect(applyEdits(before, stack?.edits ?? [])).toBe(code`
      import { open } from 'node:fs/promises'
      export async function opened(path: string) {
        await using stack = new AsyncDisposableStack()
        const handle = stack.use(await open(path))
        await handle.stat()
        stack.move()
        return { handle }
      }
    `);
  });

  test.each([
    ["what is kept", "using x = connect();\nkept = x;", sync],
    ["what was entered", "using scratch = enter(tempDir());\nreturn scratch.value;", sync],
    [
      "what is returned in two places",
      "using x = connect();\nif (path) return { x, path: 1 };\nx.run();\nreturn x.id;",
      sync,
    ],
    ["a function that is returned", "using x = connect();\nreturn () => x.run();", sync],
    ["a function that cannot wait", "using x = connect();\nreturn x.ask(path);", sync],
  ])("none for %s", (_title, lines, head) => {
    expect(rewritesOf(inFunction(lines, head), setting)).toEqual([]);
  });
});
