import type { TSESTree } from "@typescript-eslint/types";

/** How a file writes what a rewrite adds, read off the file itself. */
export interface SourceStyle {
  readonly lineEnd: "\n" | "\r\n";
  readonly quote: '"' | "'";
  /** `;`, or nothing in files that leave semicolons out. */
  readonly semicolon: ";" | "";
}

export function styleOf(text: string, ast: TSESTree.Program): SourceStyle {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const sources = ast.body.flatMap((statement) =>
    statement.type === "ImportDeclaration" ? [statement.source] : [],
  );
  const literal = sources[0]?.raw ?? /["']/.exec(text)?.[0] ?? '"';
  const quote = literal.startsWith("'") ? "'" : '"';
  const simple = ast.body.filter(({ type }) =>
    ["ImportDeclaration", "VariableDeclaration", "ExpressionStatement"].includes(type),
  );
  const without = simple.filter(({ range }) => !text.slice(range[0], range[1]).endsWith(";"));
  const semicolon = simple.length > 0 && without.length * 2 > simple.length ? "" : ";";
  return { lineEnd, quote, semicolon };
}

/** The white space before the first token of the line on which an offset lies. */
export function indentationAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** The offset at which the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The offset behind the line break that ends the line of an offset. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

/**
 * The stretch to delete so that a statement goes with the line that it has for itself; undefined
 * where a comment shares that line, which would be lost.
 */
export function wholeLines(
  text: string,
  [start, end]: readonly [number, number],
): [number, number] | undefined {
  const from = lineStart(text, start);
  const to = nextLine(text, end);
  const before = text.slice(from, start).trim();
  const after = text.slice(end, to).trim();
  if (after.startsWith("//") || after.startsWith("/*")) return undefined;
  if (before === "" && after === "") return [from, to];
  return [start, end];
}

let last: { readonly text: string; readonly words: ReadonlySet<string> } | undefined;

/** Whether a name stands anywhere in the file: cheaper than scopes, and never wrong to avoid. */
export function mentions(name: string, text: string): boolean {
  if (/^[\w$]+$/.test(name)) {
    // Of one file, many names are asked about.
    if (last?.text !== text) last = { text, words: new Set(text.match(/[\w$]+/g)) };
    return last.words.has(name);
  }
  return new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(text);
}
