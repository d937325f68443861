import { structuredPatch } from "diff";

import { applyEdits, type Rewrite } from "../../session/index.js";
import { printable, type Style } from "./style.js";

/** A rewrite that changes more is cut here. */
const mostLines = 24;

/** The lines that a rewrite takes out and puts in, with their numbers before and after. */
export function drawChanges(text: string, { edits }: Rewrite, style: Style): string[] {
  // Only the stretch that the edits touch is compared: the rest of the file is the same.
  const first = edits[0]?.range[0] ?? 0;
  const last = edits.at(-1)?.range[1] ?? 0;
  const start = text.lastIndexOf("\n", first - 1) + 1;
  const lineEnd = text.indexOf("\n", last);
  const end = lineEnd === -1 ? text.length : lineEnd;
  const before = text.slice(start, end);
  const shifted = edits.map(({ range: [from, to], text: replacement }) => ({
    range: [from - start, to - start] as const,
    text: replacement,
  }));
  const after = applyEdits(before, shifted);
  const skipped = text.slice(0, start).split("\n").length - 1;

  const { hunks } = structuredPatch("", "", ends(before), ends(after), "", "", { context: 1 });
  const width = String(skipped + after.split("\n").length).length;
  const drawn: string[] = [];
  for (const { oldStart, newStart, lines } of hunks) {
    let before = oldStart + skipped;
    let after = newStart + skipped;
    // What is the same is of interest only between two changes.
    const changed = (line: string) => /^[-+]/.test(line);
    const from = lines.findIndex(changed);
    const to = lines.findLastIndex(changed);
    for (const [index, line] of lines.entries()) {
      const sign = line.charAt(0);
      if (sign === "\\") continue;
      const number = sign === "-" ? before : after;
      if (sign !== "+") before++;
      if (sign !== "-") after++;
      if (index < from || index > to) continue;
      const row = `${sign} ${String(number).padStart(width)} | ${printable(line.slice(1))}`;
      const format = sign === "-" ? "red" : sign === "+" ? "green" : "dim";
      drawn.push(style(format, row.trimEnd()));
    }
  }
  const left = drawn.length - mostLines;
  if (left <= 1) return drawn;
  return [...drawn.slice(0, mostLines), style("dim", `… and ${left} lines more`)];
}

/** With a line feed at the end of every line, whatever was there. */
function ends(text: string): string {
  return `${text.replaceAll("\r\n", "\n")}\n`;
}
