import type { TSESTree } from "@typescript-eslint/types";

import { walk } from "../analysis/code/syntax.js";
import type { Edit } from "./edit.js";

/** A stretch of whole lines, as offsets, and the tree that stands in it. */
export interface Lines {
  readonly start: number;
  readonly end: number;
  readonly within: TSESTree.Node;
}

/** Indents lines by one more step, save empty ones and those that begin inside a literal. */
export function indented(text: string, { start, end, within }: Lines, unit: string): Edit[] {
  return linesOf(text, start, end, within).flatMap(({ at, line }) =>
    line.trim() === "" ? [] : [{ range: [at, at], text: unit } as const],
  );
}

/** Takes the difference of two indentations from lines that have it. */
export function dedented(
  text: string,
  { start, end, within }: Lines,
  inner: string,
  outer: string,
): Edit[] {
  return linesOf(text, start, end, within).flatMap(({ at, line }) =>
    line.startsWith(inner)
      ? [{ range: [at + outer.length, at + inner.length], text: "" } as const]
      : [],
  );
}

/**
 * The lines of a stretch that begin in code: within a template literal, or a string that goes on in
 * the next line, a line is text. In the text of JSX, white space at its beginning means nothing.
 */
function linesOf(
  text: string,
  start: number,
  end: number,
  within: TSESTree.Node,
): { at: number; line: string }[] {
  const literals: (readonly [number, number])[] = [];
  walk(within, (node) => {
    if (node.type === "TemplateElement" || node.type === "Literal") literals.push(node.range);
    return undefined;
  });
  const lines: { at: number; line: string }[] = [];
  let at = start;
  for (const line of text.slice(start, end).split("\n")) {
    if (!literals.some(([from, to]) => from < at && at < to)) lines.push({ at, line });
    at += line.length + 1;
  }
  return lines;
}
