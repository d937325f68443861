import type { TSESTree } from "@typescript-eslint/types";

import type { Edit } from "./edit.js";
import { indentUnit, insertBefore } from "./insert.js";
import { indentationAt, nextLine, styleOf } from "./source-style.js";

interface Source {
  readonly text: string;
  readonly ast: TSESTree.Program;
}

/**
 * Puts a statement at the end of a method, before what returns or throws there. Undefined where the
 * place has no line of its own and is not empty.
 *
 * @param code Without indentation, semicolon and line end.
 */
export function appendToMethod(
  { text, ast }: Source,
  { value }: TSESTree.MethodDefinition,
  code: string,
): Edit[] | undefined {
  const { body } = value;
  if (!body) return undefined;
  const style = styleOf(text, ast);
  const { semicolon, lineEnd } = style;
  const last = body.body.at(-1);
  if (last?.type === "ReturnStatement" || last?.type === "ThrowStatement") {
    return insertBefore(last, code, text, style);
  }
  const end = body.range[1] - 1;
  const outer = indentationAt(text, end);
  if (!last && text.slice(body.range[0] + 1, end).trim() === "") {
    const inner = indentationAt(text, body.range[0]) + indentUnit(text);
    const close = lineEnd + indentationAt(text, body.range[0]);
    return [{ range: [body.range[0] + 1, end], text: lineEnd + inner + code + semicolon + close }];
  }
  const line = text.lastIndexOf("\n", end) + 1;
  // A brace behind a statement leaves no line.
  if (text.slice(line, end).trim() !== "" || line <= body.range[0]) return undefined;
  const indentation = last ? indentationAt(text, last.range[0]) : outer + indentUnit(text);
  const offset = last ? nextLine(text, last.range[1]) : line;
  if (last && offset > line) return undefined;
  const at = offset <= line ? line : offset;
  return [{ range: [at, at], text: indentation + code + semicolon + lineEnd }];
}

/** Puts a method at the end of a class; undefined where the class stands on one line. */
export function appendToClass(
  { text, ast }: Source,
  { body, range }: TSESTree.ClassBody,
  head: string,
  code: string,
): Edit[] | undefined {
  const { lineEnd, semicolon } = styleOf(text, ast);
  const end = range[1] - 1;
  const line = text.lastIndexOf("\n", end) + 1;
  const [first] = body;
  if (!first || text.slice(line, end).trim() !== "") return undefined;
  const indentation = indentationAt(text, first.range[0]);
  const lines = [
    "",
    `${indentation}${head} {`,
    `${indentation}${indentUnit(text)}${code}${semicolon}`,
    `${indentation}}`,
  ];
  return [{ range: [line, line], text: lines.map((each) => each + lineEnd).join("") }];
}
