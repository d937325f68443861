import type { FormExample } from "./forms.js";

/** A way to write code, as a change of text that a rewrite must not get in the way of. */
export interface Style {
  readonly name: string;
  /** The file in which it can be written. Default: `subject.ts`. */
  readonly file?: string;
  readonly apply: (text: string, example: FormExample) => string;
}

/** Puts statements where the example has its gap, indented as that is. */
function inGap(...lines: readonly string[]): (text: string) => string {
  return (text) =>
    text.replace(/^( *)void 0;\n/m, (_, indentation: string) =>
      lines
        .map((line) => (line.startsWith("|") ? line.slice(1) : indentation + line) + "\n")
        .join(""),
    );
}

const indented = (lines: string): string => lines.replace(/^(?=.)/gm, "  ");

/** Changes the lines of the exported function. */
function ofFunction(change: (head: string, body: string) => string): (text: string) => string {
  return (text) =>
    text.replace(/^export (.*\{\n)([^]*?)^\}\n/m, (_, head: string, body: string) =>
      change(head, body),
    );
}

/** In text that a rewrite adds as in that which was there. */
export const styles: readonly Style[] = [
  { name: "plain", apply: (text) => text },
  { name: "CRLF", apply: (text) => text.replaceAll("\n", "\r\n") },
  {
    name: "tabs",
    apply: (text) => text.replace(/^(?: {2})+/gm, (all) => "\t".repeat(all.length / 2)),
  },
  { name: "four spaces", apply: (text) => text.replace(/^ +/gm, (all) => all + all) },
  { name: "single quotes", apply: (text) => text.replaceAll('"', "'") },
  { name: "no semicolons", apply: (text) => text.replace(/;$/gm, "") },
  {
    name: "tabs, CRLF, single quotes, no semicolons",
    apply: (text) =>
      text
        .replace(/^(?: {2})+/gm, (all) => "\t".repeat(all.length / 2))
        .replaceAll('"', "'")
        .replace(/;$/gm, "")
        .replaceAll("\n", "\r\n"),
  },
  {
    name: "comments of each kind",
    apply: inGap(
      "// A remark,",
      "/* and another one */ void 0; // here",
      "/**",
      " * and there",
      " */",
    ),
  },
  {
    name: "template strings of several lines",
    apply: inGap(
      "const words = `first",
      "|second ${",
      "  String(1)",
      "} third`;",
      "logger.info(words);",
    ),
  },
  {
    name: "a string that goes on in the next line",
    apply: inGap('const words = "first \\', '|second";', "logger.info(words);"),
  },
  {
    name: "JSX",
    file: "subject.tsx",
    apply: inGap(
      "const view = (",
      '  <p title="it\'s">',
      "    {String(1)} and",
      '    <b title="of two',
      '|lines" />',
      "  </p>",
      ");",
      "logger.info(String(view));",
    ),
  },
  {
    name: "a nested function with the same name for something else",
    apply: (text, { variable }) =>
      inGap(
        `const inner = (${variable}: string) => ${variable}.length;`,
        'logger.info("it", inner);',
      )(text),
  },
  {
    name: "a class, an object and a regular expression",
    apply: inGap(
      "class Local {",
      "  static #count = 0;",
      "  static { Local.#count += 1; }",
      "  get [`the count`]() { return /[\"'`{;]/.test(String(Local.#count)); }",
      "}",
      "logger.info(`it`, { ...new Local() });",
    ),
  },
  {
    name: "generics",
    apply: (text) =>
      text
        .replace(
          /function run\(/,
          "function run<const Key extends string, Value = Map<Key, Key[]>>(",
        )
        .replace(
          /^( *)void 0;\n/m,
          '$1const typed = new Map<Key, Value>();\n$1logger.info("it", typed satisfies object);\n',
        ),
  },
  {
    name: "a labelled loop",
    apply: ofFunction(
      (head, body) =>
        `export ${head}  again: for (const once of [true]) {\n    if (!once) continue again;\n${indented(body)}  }\n}\n`,
    ),
  },
  {
    name: "a method with decorators",
    apply: ofFunction(
      (head, body) =>
        "declare function logged(level: string): (method: unknown, context: unknown) => void;\n\n" +
        `export class Service {\n  @logged("info")\n  @logged("debug") ${head.replace("function ", "")}${indented(body)}  }\n}\n`,
    ),
  },
  {
    name: "an arrow function within a call",
    apply: ofFunction(
      (head, body) =>
        `export const run = Object.freeze(${head.replace(/function run/, "").replace(/\{\n$/, "=> {\n")}${body}});\n`,
    ),
  },
  {
    name: "a `case` with a block",
    apply: ofFunction(
      (head, body) =>
        `export ${head}  switch (ready) {\n    case true: {\n${indented(indented(body))}    }\n    default:\n      return undefined;\n  }\n}\n`,
    ),
  },
];
