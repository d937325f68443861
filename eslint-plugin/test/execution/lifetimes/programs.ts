import type { Random } from "../random.js";
import type { Seen } from "./world.js";

/** A program with something that one of the rules finds, and what its rewrites promise. */
export interface LifetimeProgram {
  readonly rule: string;
  readonly text: string;
  /** What is wrong with how it runs after the rewrite of a title; undefined where nothing is. */
  readonly judge: (before: Seen, after: Seen, title: string, code: string) => string | undefined;
}

/** Writes statements that note what they do, may fail, and may leave. */
class Writer {
  readonly random: Random;
  #names = 0;

  constructor(random: Random) {
    this.random = random;
  }

  label(): string {
    this.#names += 1;
    return `"n${this.#names}"`;
  }

  /** @param leaving What leaves the function, if anything shall. */
  statements(leaving: readonly string[] = [], use?: string): string[] {
    return Array.from({ length: this.random.below(4) }, () => {
      const kind = this.random.weighted({
        note: 2,
        parse: 1,
        publish: 1,
        use: use === undefined ? 0 : 2,
        loop: 0.7,
        attempt: 0.5,
        leave: leaving.length > 0 ? 1 : 0,
      });
      switch (kind) {
        case "note":
          return `note(${this.label()});`;
        case "parse":
          return `parse(${this.label()});`;
        case "publish":
          return `await publish(${this.label()});`;
        case "use":
          return `${use ?? ""};`.replace("LABEL", this.label());
        case "loop":
          return `for (const each of [1, 2]) {\n  if (Math.random() < 0.5) continue;\n  parse(String(each));\n}`;
        case "attempt":
          return `try {\n  parse(${this.label()});\n} finally {\n  note(${this.label()});\n}`;
        case "leave":
          return `if (Math.random() < 0.5) ${this.random.pick(leaving as [string, ...string[]])}`;
      }
    });
  }
}

const surroundings = 'import { note, parse, publish } from "surroundings";\n';

function inFunction(lines: readonly string[]): string {
  const body = lines
    .join("\n")
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
  return `export async function program() {\n${body}\n}\n`;
}

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.join("\n") === other.join("\n");

const isPrefix = (one: readonly string[], of: readonly string[]): boolean =>
  same(one, of.slice(0, one.length));

const without = (trace: readonly string[], what: RegExp): string[] =>
  trace.filter((each) => !what.test(each));

const wrongIn = ({ trace }: Seen): string | undefined =>
  trace.find((each) => each.startsWith("wrong"));

const ended = (before: Seen, after: Seen): string | undefined =>
  before.error === after.error ? undefined : `it ends by ${after.error}, not ${before.error}`;

/** What succeeds is committed, and what fails is rolled back, as before. */
function outcome(writer: Writer): LifetimeProgram {
  const leaving = [
    "return;",
    `return parse(${writer.label()});`,
    `return publish(${writer.label()});`,
  ];
  const stacked = writer.random.chance(0.2);
  const entered = stacked
    ? [
        "await using stack = new AsyncExitStack();",
        "const value = await stack.enterContext(work());",
      ]
    : ["await using tx = await enterAsync(work());"];
  const use = stacked ? "value.add(LABEL)" : "tx.value.add(LABEL)";
  const text = [
    'import { asyncContextManager, AsyncExitStack, enterAsync } from "unwind";\n',
    surroundings,
    `const work = asyncContextManager(async function* () {
  note("begin");
  try {
    yield { add: parse };
    note("commit");
  } catch (error) {
    note("rollback");
    throw error;
  }
});
void [AsyncExitStack, enterAsync];
`,
    inFunction([
      ...writer.statements(leaving),
      ...entered,
      ...writer.statements(leaving, use),
      ...writer.statements(leaving, use),
      writer.random.pick(["note('end');", `return parse(${writer.label()});`, "return 1;"]),
    ]),
  ].join("");
  return {
    rule: "require-outcome",
    text,
    judge: (before, after) => {
      const told = /^(commit|rollback)$/;
      const begun = before.trace.includes("begin");
      const expected = begun ? [before.error === undefined ? "commit" : "rollback"] : [];
      if (!same(after.trace.slice(begun ? -1 : after.trace.length), expected)) {
        return `it does not end by ${expected.join()}`;
      }
      // What was returned without waiting for it was done after the roll-back.
      const rest = (seen: Seen): string[] => without(seen.trace, told);
      return (
        ended(before, after) ??
        (same(rest(before), rest(after)) ? undefined : "it does other things")
      );
    },
  };
}

/** Clean-up comes after a failure, too, and nothing else changes. */
function yieldInTry(writer: Writer): LifetimeProgram {
  const cleanUps = [
    "closeSync(fd);",
    ...writer.statements().map((line) => line.replace(/^await /, "await ")),
  ];
  const text = [
    'import { closeSync, openSync } from "node:fs";\nimport { asyncContextManager, withAsyncContext } from "unwind";\n',
    surroundings,
    `const opened = asyncContextManager(async function* () {
  const fd = openSync("a1");
  yield fd;
${cleanUps.map((each) => each.replaceAll(/^/gm, "  ")).join("\n")}
});
`,
    inFunction([
      ...writer.statements(),
      `return await withAsyncContext(opened(), async (fd) => {\n  note("body");\n  ${writer.statements().join("\n  ")}\n  note("done");\n  return fd;\n});`,
    ]),
  ].join("");
  return {
    rule: "require-yield-in-try",
    text,
    judge: (before, after) => {
      if (before.trace.includes("done") || !before.trace.includes("body")) {
        return (
          ended(before, after) ??
          (same(before.trace, after.trace) ? undefined : "it does other things")
        );
      }
      if (!isPrefix(before.trace, after.trace)) return "it does other things before";
      return ended(before, after) ?? (after.leaked.length > 0 ? "it still leaks" : undefined);
    },
  };
}

/** Expected failures are ignored, as before; every other one is thrown. */
function suppression(writer: Writer): LifetimeProgram {
  const guarded = writer.random.chance(0.5)
    ? 'try {\n  await rename("a", "b");\n} catch {}'
    : 'await rename("a", "b").catch(() => {});';
  const text = [
    'import { rename } from "node:fs/promises";\n',
    surroundings,
    inFunction([...writer.statements(["return;"]), guarded, ...writer.statements(["return;"])]),
  ].join("");
  return {
    rule: "no-broad-suppression",
    text,
    judge: (before, after, title, code) => {
      const renamed = before.trace.includes("rename a");
      const failed = after.error === "failed: rename a";
      const ignored = !title.startsWith("Let ") && code === "ENOENT";
      if (!failed)
        return (
          ended(before, after) ??
          (same(before.trace, after.trace) ? undefined : "it does other things")
        );
      if (!renamed || ignored) return "it throws what is to be ignored";
      return isPrefix(after.trace, before.trace)
        ? undefined
        : "it does other things before it throws";
    },
  };
}

/** Nothing is used, or released again, after its release. */
function afterRelease(writer: Writer): LifetimeProgram {
  const again = writer.random.chance(0.4);
  const release = again
    ? "closeSync(fd);"
    : writer.random.pick(["closeSync(fd);", "closeSync(fd);"]);
  const notes = (): string[] => writer.statements().filter((line) => line.startsWith("note("));
  const text = [
    'import { closeSync, fstatSync, openSync } from "node:fs";\n',
    surroundings,
    inFunction([
      ...writer.statements(),
      'const fd = openSync("a1");',
      "fstatSync(fd);",
      release,
      ...notes(),
      again ? release : "fstatSync(fd);",
      ...notes(),
    ]),
  ].join("");
  return {
    rule: "no-use-after-release",
    text,
    judge: (before, after) => {
      const wrong = wrongIn(after);
      if (wrong !== undefined) return wrong;
      const rest = (seen: Seen): string[] => without(seen.trace, /^(wrong|close|use)/);
      if (!isPrefix(rest(before), rest(after))) return "it does other things";
      const closes = after.trace.filter((each) => each === "close a1").length;
      return after.error === undefined && closes !== 1 ? `it closes ${closes} times` : undefined;
    },
  };
}

/** What is returned is not released, and a promise has settled before what it works with is. */
function escape(writer: Writer): LifetimeProgram {
  const returned = writer.random.pick(["handle", "handle.stat()"]);
  const text = [
    'import { open } from "node:fs/promises";\n',
    surroundings,
    inFunction([
      ...writer.statements(["return;"]),
      'await using handle = await open("a1");',
      ...writer.statements(returned === "handle" ? [] : ["return;"], "await handle.stat()"),
      `return ${returned};`,
    ]),
  ].join("");
  return {
    rule: "no-using-escape",
    text,
    judge: (before, after) => {
      const wrong = wrongIn(after);
      if (wrong !== undefined) return wrong;
      if (after.leaked.length > 0) return `it leaks ${after.leaked.join(", ")}`;
      const rest = (seen: Seen): string[] => without(seen.trace, /^(wrong|close)/);
      return (
        ended(before, after) ??
        (same(rest(before), rest(after)) ? undefined : "it does other things")
      );
    },
  };
}

/** The object releases all that it has, once, the last first; nothing else changes. */
function owner(writer: Writer): LifetimeProgram {
  const { random } = writer;
  const kind = random.pick(["nothing", "notReleased", "overwritten", "super"] as const);
  const fields = ['  #first = openSync("a1");', '  #second = watch("a2");'];
  const close =
    kind === "nothing"
      ? '    note("closed");'
      : kind === "notReleased"
        ? random.pick(["    closeSync(this.#first);", "    this.#second.close();"])
        : "    this.#second.close();\n    closeSync(this.#first);";
  const change =
    kind === "overwritten" ? '  change() {\n    this.#first = openSync("a3");\n  }\n' : "";
  const sub =
    kind === "super"
      ? '\nclass Derived extends Owner {\n  close() {\n    note("derived");\n  }\n}\n'
      : "";
  const text = [
    'import { closeSync, fstatSync, openSync, watch } from "node:fs";\n',
    surroundings,
    `class Owner {
${fields.join("\n")}
  use() {
    fstatSync(this.#first);
  }
${change}  close() {
    note("closing");
${close}
  }
}
${sub}`,
    inFunction([
      ...writer.statements(),
      `const owner = new ${kind === "super" ? "Derived" : "Owner"}();`,
      "try {",
      ...writer.statements(["return;"], "owner.use()").map((line) => line.replaceAll(/^/gm, "  ")),
      ...(kind === "overwritten" ? ["  owner.change();"] : []),
      "} finally {",
      "  owner.close();",
      "}",
    ]),
  ].join("");
  return {
    rule: "require-owner-release",
    text,
    judge: (before, after, title) => {
      const wrong = wrongIn(after);
      if (wrong !== undefined) return wrong;
      const isMade = after.trace.includes("open a2") && !after.error?.includes("open a2");
      // Of two that nothing releases, each has a release of its own, or a stack takes both.
      const left = kind === "nothing" && title.startsWith("Release ") ? 1 : 0;
      if (isMade && after.leaked.length > left) return `it still leaks ${after.leaked.join(", ")}`;
      const rest = (seen: Seen): string[] => without(seen.trace, /^clos(e|ing)/);
      return (
        ended(before, after) ??
        (same(rest(before), rest(after)) ? undefined : "it does other things")
      );
    },
  };
}

/** The method that is added does what the one does that it calls. */
function disposeMethod(writer: Writer): LifetimeProgram {
  const bySymbol = writer.random.chance(0.3);
  const name = bySymbol ? "[Symbol.dispose]" : writer.random.pick(["close", "dispose", "destroy"]);
  const call = bySymbol ? "[Symbol.dispose]" : `.${name}`;
  const text = [
    'import { fstatSync, closeSync, openSync } from "node:fs";\n',
    surroundings,
    `export class Owner {
  #first = openSync("a1");
  use() {
    fstatSync(this.#first);
  }
  ${name}() {
    note("closing");
    closeSync(this.#first);
  }
}
`,
    inFunction([
      ...writer.statements(),
      "const owner: any = new Owner();",
      "try {",
      ...writer.statements(["return;"], "owner.use()").map((line) => line.replaceAll(/^/gm, "  ")),
      "} finally {",
      bySymbol
        ? "  owner.close ? owner.close() : owner[Symbol.dispose]();"
        : `  owner[Symbol.dispose] ? owner[Symbol.dispose]() : owner${call}();`,
      "}",
    ]),
  ].join("");
  return {
    rule: "require-dispose-method",
    text,
    judge: (before, after) =>
      ended(before, after) ??
      (same(before.trace, after.trace) ? undefined : "it does other things"),
  };
}

const families = [outcome, yieldInTry, suppression, afterRelease, escape, owner, disposeMethod];

/** The same program for the same seed. */
export function lifetimeProgram(seed: number, random: Random): LifetimeProgram {
  const family = families[seed % families.length] ?? outcome;
  return family(new Writer(random));
}
