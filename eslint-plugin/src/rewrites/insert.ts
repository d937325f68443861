import type { TSESTree } from "@typescript-eslint/types";

import type { Edit } from "./edit.js";
import { indentationAt, lineStart, type SourceStyle } from "./source-style.js";

/** A comment that speaks of the next line only, and so must stay next to it. */
const ofNextLine = /^[ \t]*(\/\/|\/\*).*(-next-line|@ts-ignore|@ts-expect-error|prettier-ignore)/;

/**
 * Inserts a statement on a line of its own before another one; within braces where that is the
 * whole branch of an `if`. Undefined where the place has no line of its own, as in minified code.
 *
 * @param code Without indentation, semicolon and line end.
 */
export function insertBefore(
  statement: TSESTree.Statement,
  code: string,
  text: string,
  style: SourceStyle,
): Edit[] | undefined {
  const [start, end] = statement.range;
  const { parent } = statement;
  const { semicolon, lineEnd } = style;
  const indentation = indentationAt(text, start);
  if (parent.type === "IfStatement") {
    const outer = indentationAt(text, parent.range[0]);
    const unit = indentUnit(text);
    const inner = lineEnd + outer + unit;
    const before = text.slice(0, start);
    const gap = /\s*$/.exec(before)?.[0] ?? "";
    const after = /^[ \t]*\/[/*]/.test(text.slice(end));
    // A comment that stands in between would come to speak of something else.
    if (after || before.slice(0, start - gap.length).endsWith("*/")) return undefined;
    return [
      { range: [start - gap.length, start], text: ` {${inner}${code}${semicolon}${inner}` },
      { range: [end, end], text: `${lineEnd}${outer}}` },
    ];
  }
  const inList = parent.type === "BlockStatement" || parent.type === "SwitchCase";
  if (!inList || text.slice(lineStart(text, start), start).trim() !== "") return undefined;
  const line = beforeItsComments(text, lineStart(text, start));
  if (line === lineStart(text, start)) {
    return [{ range: [start, start], text: code + semicolon + lineEnd + indentation }];
  }
  return [{ range: [line, line], text: indentation + code + semicolon + lineEnd }];
}

function beforeItsComments(text: string, line: number): number {
  let at = line;
  while (at > 0) {
    const previous = lineStart(text, at - 1);
    if (!ofNextLine.test(text.slice(previous, at))) break;
    at = previous;
  }
  return at;
}

/** By what a file indents a block: its first indented line tells. */
export function indentUnit(text: string): string {
  const tabs = /^\t+(?=\S)/m.test(text);
  if (tabs) return "\t";
  const widths = [...text.matchAll(/^( +)(?![\s*])/gm)].map(([, { length } = ""]) => length);
  const least = Math.min(...widths.filter((width) => width > 1));
  return " ".repeat(Number.isFinite(least) ? Math.min(least, 8) : 2);
}
