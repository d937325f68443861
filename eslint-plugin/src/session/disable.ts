import { ConfigCommentParser } from "@eslint/plugin-kit";
import type { TSESTree } from "@typescript-eslint/types";

import { walk } from "../analysis/code/syntax.js";
import type { CheckedFile } from "../checks/check.js";
import type { Edit } from "../rewrites/edit.js";
import { indentationAt, lineStart, styleOf } from "../rewrites/source-style.js";

const parser = new ConfigCommentParser();

type Parsed = Pick<CheckedFile, "text" | "ast">;

/**
 * Disables a rule for the line of an offset by a comment of ESLint's, or adds it to the comment that
 * does so for other rules. Undefined where no comment can be written.
 *
 * @param rule With the plugin's prefix.
 * @param offset In UTF-16 units, where a finding begins.
 */
export function disableForLine(file: Parsed, rule: string, offset: number): Edit | undefined {
  const { text, ast } = file;
  const start = lineStart(text, offset);
  const line = lineOf(text, start);
  const known = (ast.comments ?? []).find(({ value, loc }) => {
    const label = labelOf(value);
    if (label === "eslint-disable-next-line") return loc.end.line === line - 1;
    return label === "eslint-disable-line" && loc.start.line === line;
  });
  if (known) return addTo(known, rule);
  const { lineEnd } = styleOf(text, ast);
  const indentation = indentationAt(
    text,
    start + (/^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0),
  );
  const comment = `eslint-disable-next-line ${rule}`;
  const around = start === 0 ? "code" : surroundings(file, start);
  if (around === "jsx") {
    return { range: [start, start], text: `${indentation}{/* ${comment} */}${lineEnd}` };
  }
  if (around === "code") {
    return { range: [start, start], text: `${indentation}// ${comment}${lineEnd}` };
  }
  // The line begins within a text. What follows it may be code.
  const end = endOfLine(text, offset);
  if (surroundings(file, end) !== "code" || inComment(ast, end)) return undefined;
  return { range: [end, end], text: ` // eslint-disable-line ${rule}` };
}

/**
 * Disables a rule for the whole file, by a comment in its first line or the one that does so for
 * other rules.
 */
export function disableForFile({ text, ast }: Parsed, rule: string): Edit {
  const first = ast.body[0]?.range[0] ?? text.length;
  const known = (ast.comments ?? []).find(
    ({ type, value, range }) =>
      type === ("Block" as TSESTree.AST_TOKEN_TYPES) &&
      range[1] <= first &&
      labelOf(value) === "eslint-disable",
  );
  if (known) return addTo(known, rule);
  const { lineEnd } = styleOf(text, ast);
  const afterHashbang = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
  const inserted = `/* eslint-disable ${rule} */${lineEnd}`;
  if (text.startsWith("#!") && afterHashbang === 0) {
    return { range: [text.length, text.length], text: lineEnd + inserted };
  }
  return { range: [afterHashbang, afterHashbang], text: inserted };
}

function labelOf(comment: string): string | undefined {
  return parser.parseDirective(comment)?.label;
}

/** Adds a rule to the list of a directive comment, before its reason if it has one. */
function addTo({ value, range }: TSESTree.Comment, rule: string): Edit {
  const reason = /\s-{2,}\s/.exec(value)?.index ?? value.length;
  const list = value.slice(0, reason).trimEnd().replace(/,$/, "");
  // Both `//` and `/*` have two characters.
  const at = range[0] + 2 + list.length;
  const separator = value.slice(list.length).trimStart().startsWith(",") ? "" : ",";
  return separator === ""
    ? { range: [at + 1, at + 1], text: ` ${rule}` }
    : { range: [at, at], text: `, ${rule}` };
}

/** What a comment that is written at an offset would stand in. */
function surroundings({ ast, text }: Parsed, offset: number): "code" | "jsx" | "text" {
  let found: "code" | "jsx" | "text" = "code";
  walk(ast, (node) => {
    const [from, to] = node.range;
    if (offset < from || offset > to) return false;
    if (node.type === "JSXText" && from <= offset && offset <= to) {
      // A comment divides the text. Only white space with a line break may stand on one side.
      const before = text.slice(from, offset).trim() === "";
      const after = text.slice(offset, to).trim() === "";
      found = before || after ? "jsx" : "text";
    } else if (from < offset && offset < to) {
      if (node.type === "TemplateElement" || node.type === "Literal") found = "text";
      else if (node.type !== "JSXElement" && node.type !== "JSXFragment") found = "code";
    }
    return undefined;
  });
  return found;
}

function inComment(ast: TSESTree.Program, offset: number): boolean {
  return (ast.comments ?? []).some(({ range }) => range[0] < offset && offset <= range[1]);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/).length;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  if (end === -1) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}
