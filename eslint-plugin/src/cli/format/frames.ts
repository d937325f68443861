import { codeFrameColumns } from "@babel/code-frame";

import type { Place, Step } from "../../checks/finding.js";
import { printable } from "./style.js";

/** Lines between two steps that are shown rather than left out. */
const mostBetween = 3;

/** Longer lines are shown around their step. */
const widestLine = 160;

export interface FrameOptions {
  readonly colour: boolean;
  /** What stands for lines that are left out. */
  readonly gap: string;
}

/**
 * Draws the steps in the source's lines, in the order in which they are taken: each line with its
 * step marked beneath it, neighbours together, a gap between those that lie apart.
 */
export function drawPath(
  lines: readonly string[],
  steps: readonly Step[],
  { colour, gap }: FrameOptions,
): string[] {
  const last = Math.max(...steps.map(({ place }) => place.loc.start.line));
  const width = String(last).length;
  const drawn: string[] = [];
  let previous: number | undefined;
  for (const [index, { message, place }] of steps.entries()) {
    const { line } = place.loc.start;
    const between = previous === undefined ? 0 : line - previous - 1;
    const joined = previous !== undefined && between <= mostBetween && between >= -1;
    if (previous !== undefined && !joined) drawn.push(`${" ".repeat(width + 3)}${gap}`);
    const above = joined ? Math.max(between, 0) : 0;
    const frame = drawStep(lines, place, above, `${index + 1}. ${message}`, colour);
    // A second step in the same line needs only its mark.
    if (line === previous) frame.shift();
    const indent = " ".repeat(width - String(line).length);
    for (const row of frame) drawn.push(indent + row);
    previous = line;
  }
  return drawn;
}

function drawStep(
  lines: readonly string[],
  { loc: { start, end } }: Place,
  above: number,
  message: string,
  colour: boolean,
): string[] {
  const from = start.line - above;
  const shown = lines.slice(from - 1, start.line);
  const text = shown.at(-1) ?? "";
  const until = end.line === start.line ? end.column : text.trimEnd().length;
  const cut = text.length > widestLine ? Math.max(0, start.column - 40) : 0;
  const visible = shown.map((each) => shorten(printable(each), cut));
  // One character stands for those that are cut off in front.
  const shift = cut > 0 ? 1 - cut : 0;
  const first = start.column + shift + 1;
  const afterLast = Math.min(Math.max(until + shift + 1, first + 1), widestLine + 1);
  // `startLine` is younger than the declarations of the package's types.
  const options = {
    startLine: from,
    linesAbove: above,
    linesBelow: 0,
    message,
    forceColor: colour,
  };
  return codeFrameColumns(
    visible.join("\n"),
    {
      start: { line: start.line, column: first },
      end: { line: start.line, column: Math.max(afterLast, first + 1) },
    },
    options,
  ).split("\n");
}

function shorten(line: string, cut: number): string {
  const rest = cut > 0 && line.length > cut ? `…${line.slice(cut)}` : line;
  return rest.length > widestLine ? `${rest.slice(0, widestLine - 1)}…` : rest;
}
