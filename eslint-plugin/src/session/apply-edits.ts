import type { Edit } from "../rewrites/edit.js";

/**
 * Carries out a rewrite.
 *
 * @param edits In ascending order, never overlapping.
 * @throws `RangeError` When they are not.
 * @example
 * applyEdits("const a = 1", [{ range: [0, 5], text: "let" }]); // "let a = 1"
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let position = 0;
  for (const { range, text: replacement } of edits) {
    const [start, end] = range;
    if (start < position || end < start || end > text.length) {
      throw new RangeError(`Edit ${start}–${end} overlaps another or lies outside the text.`);
    }
    parts.push(text.slice(position, start), replacement);
    position = end;
  }
  return [...parts, text.slice(position)].join("");
}
