import { acquisition } from "./acquisitions.js";
import type { Focus } from "./focuses.js";
import type { Kind } from "./kinds.js";
import { Random } from "./random.js";

/** Deciding by `Math.random` keeps tests from counting as calls that may throw. */
export const condition = "Math.random() < 0.5";

/** A variable that holds a resource, and may be used. */
export interface Variable {
  readonly kind: Kind;
  readonly name: string;
  /** How it is released wherever the program does so. */
  readonly release: string;
}

/** What stands around the statements that are written. */
export interface Scope {
  /** Whether `await` may be written. */
  readonly async: boolean;
  readonly typed: boolean;
  /** The labels of the loops around, the innermost first. */
  readonly loops: readonly string[];
  readonly variables: readonly Variable[];
}

/** Writes one program. Lines of what is nested are indented by their depth. */
export class Writer {
  readonly random: Random;
  readonly imports = new Set<string>();
  /** Lines behind the imports: what a module has that acquires. */
  readonly givers: string[] = [];
  #names = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** A name or label that the program does not have yet. */
  fresh(stem: string): string {
    this.#names += 1;
    return `${stem}${this.#names}`;
  }

  text(): string {
    return `"${this.fresh("t")}"`;
  }

  /** A few statements. */
  block(depth: number, scope: Scope): string[] {
    const count = 1 + this.random.below(3);
    const lines = Array.from({ length: count }, () => this.statement(depth, scope));
    return lines.flat();
  }

  statement(depth: number, scope: Scope): string[] {
    const nested = depth > 0 ? 1 : 0;
    const inLoop = scope.loops.length > 0 ? 1 : 0;
    const held = scope.variables.length > 0 ? 1 : 0;
    const kind = this.random.weighted({
      call: 4,
      use: 5 * held,
      note: 1,
      comment: 0.5,
      leave: 1.2,
      releaseAndLeave: 0.6 * held,
      jump: 0.6 * inLoop,
      branch: 1.5 * nested,
      loop: nested,
      attempt: nested,
      choice: 0.4 * nested,
      acquisition: 1.2 * nested,
    });
    const inner = (more: Partial<Scope> = {}): string[] =>
      indented(this.block(depth - 1, { ...scope, ...more }));
    switch (kind) {
      case "call":
        return [this.call(scope)];
      case "use":
        return [this.use(scope)];
      case "note":
        return [`note(${this.text()});`];
      case "comment":
        return [
          `// Remark ${this.fresh("r")}.`,
          `note(${this.text()}); // Note ${this.fresh("r")}.`,
        ];
      case "leave":
        return [`if (${condition}) ${this.exit(scope)}`];
      case "releaseAndLeave": {
        const variable = this.random.pick(scope.variables as [Variable, ...Variable[]]);
        return [
          `if (${condition}) {`,
          ...indented([`${variable.release};`, this.exit(scope)]),
          "}",
        ];
      }
      case "jump": {
        const outermost = scope.loops.at(-1) ?? "";
        const jump = this.random.pick(["break", "continue"]);
        return [`if (${condition}) ${jump}${this.random.chance(0.3) ? ` ${outermost}` : ""};`];
      }
      case "branch":
        return this.random.chance(0.5)
          ? [`if (${condition}) {`, ...inner(), "}"]
          : [`if (${condition}) {`, ...inner(), "} else {", ...inner(), "}"];
      case "loop": {
        const label = this.fresh("loop");
        const body = inner({ loops: [label, ...scope.loops] });
        const head = this.random.pick([`while (${condition})`, "for (const item of items)"]);
        return [`${label}: ${head} {`, ...body, "}"];
      }
      case "attempt": {
        const caught = indented([`note(${this.text()});`]);
        const form = this.random.pick(["catch", "finally", "both"]);
        return [
          "try {",
          ...inner(),
          ...(form === "finally" ? [] : ["} catch {", ...caught]),
          ...(form === "catch" ? [] : ["} finally {", ...caught]),
          "}",
        ];
      }
      case "choice":
        return [
          `switch (${condition}) {`,
          "  case true:",
          ...indented(inner({ loops: [] })),
          "    break;",
          "  default:",
          ...indented(inner({ loops: [] })),
          "}",
        ];
      case "acquisition":
        return acquisition(this, depth, scope);
    }
  }

  /** A call that may fail. */
  call({ async }: Scope): string {
    return async && this.random.chance(0.5)
      ? `await publish(${this.text()});`
      : `parse(${this.text()});`;
  }

  use(scope: Scope): string {
    const [first, ...others] = scope.variables;
    if (!first) return this.call(scope);
    const { kind, name } = this.random.pick([first, ...others]);
    return `${this.random.pick(kind.uses)(name)};`;
  }

  /** A statement that leaves the function. */
  exit(scope: Scope): string {
    const [variable] = scope.variables;
    const asked = scope.async && variable?.kind.async === true;
    const value = this.random.weighted({
      nothing: 1,
      quiet: 1,
      call: 1,
      awaited: asked ? 1 : 0,
      promise: asked ? 0.7 : 0,
      error: 1,
    });
    const used = variable?.kind.uses[0](variable.name) ?? "";
    switch (value) {
      case "nothing":
        return "return;";
      case "quiet":
        return `return ${this.text()};`;
      case "call":
        return `return parse(${this.text()});`;
      case "awaited":
        return `return ${used};`;
      case "promise":
        return `return ${used.replace(/^await /, "")};`;
      case "error":
        return `throw new Error(${this.text()});`;
    }
  }
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** A program, and how its file is called: with types, or JavaScript. */
export interface Generated {
  readonly text: string;
  readonly typed: boolean;
}

/** The same program for the same seed. */
export function generate(seed: number, focus: Focus): Generated {
  const writer = new Writer(seed);
  const { random } = writer;
  const typed = random.chance(0.85);
  const async =
    focus.waits === true || focus.kinds.some((kind) => kind.async) || random.chance(0.5);
  const scope: Scope = { async, typed, loops: [], variables: [] };
  const body = [
    ...(random.chance(0.4) ? writer.block(1, scope) : []),
    ...acquisition(writer, 2, scope, focus),
    ...(!focus.last && random.chance(0.3) ? writer.block(1, scope) : []),
  ];
  const shell = [...(random.chance(0.07) ? kept(writer) : []), ...shellOf(writer, scope, body)];
  const imports = [...writer.imports].filter((line) => typed || !line.startsWith("import type"));
  const surroundings =
    'import { items, make, note, parse, publish, registry, unmake } from "surroundings";';
  const lines = [
    ...imports.map((line) => (typed ? line : line.replace(/, type \w+/, ""))),
    surroundings,
    ...writer.givers,
    "",
    ...shell,
    "",
  ];
  return { text: lines.join("\n"), typed };
}

/** A directory that the module makes, and keeps as long as the process runs. */
function kept(writer: Writer): string[] {
  writer.imports.add('import { mkdtempSync, readdirSync, rmSync } from "node:fs";');
  const name = writer.fresh("shared");
  return [`const ${name} = mkdtempSync("${writer.fresh("a")}");`, `readdirSync(${name});`, ""];
}

function shellOf(writer: Writer, { async }: Scope, body: readonly string[]): string[] {
  const prefix = async ? "async " : "";
  const wait = async ? "await " : "";
  switch (writer.random.weighted({ declaration: 5, arrow: 1, method: 1, nested: 1 })) {
    case "declaration":
      return [`export ${prefix}function program() {`, ...indented(body), "}"];
    case "arrow":
      return [`export const program = ${prefix}() => {`, ...indented(body), "};"];
    case "method":
      return [
        "class Job {",
        `  ${prefix}run() {`,
        ...indented(indented(body)),
        "  }",
        "}",
        "export const program = () => new Job().run();",
      ];
    case "nested":
      return [
        `export ${prefix}function program() {`,
        `  const work = ${prefix}() => {`,
        ...indented(indented(body)),
        "  };",
        `  return ${wait}work();`,
        "}",
      ];
  }
}
