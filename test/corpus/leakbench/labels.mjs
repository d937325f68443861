import { readFileSync } from "node:fs";
import { join } from "node:path";

/** LeakBench's open half; it lies beside the project's checkout. */
export const defaultLabels = join(import.meta.dirname, "../../../../shared/leakbench/dev.json");

/**
 * One labelled acquisition site.
 *
 * @typedef {object} Site
 * @property {string} id
 * @property {string} repo `owner/name`
 * @property {string} commit
 * @property {string} file relative to the repository's root
 * @property {number} line from 1
 * @property {string} text what stands there, as far as it identifies the site
 * @property {"LEAK" | "OK" | "NOT_RESOURCE" | "UNSURE"} label
 * @property {string} kind for a leak: `never`, `exception`, `early` or `partial`
 * @property {"intra" | "file" | "project"} visible how much code one must see to tell
 * @property {string} why
 */

const labels = new Set(["LEAK", "OK", "NOT_RESOURCE", "UNSURE"]);

/**
 * Reads a set of labels.
 *
 * @param {string} path
 * @returns {Site[]}
 * @throws {Error} when the file cannot be read or is not such a set
 */
export function readLabels(path) {
  const rows = JSON.parse(readFileSync(path, "utf8"));
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new Error(`${path} holds no labels: it must be a JSON array of sites.`);
  }
  for (const [index, row] of rows.entries()) {
    const wrong =
      ["repo", "commit", "file", "label"].find((field) => typeof row[field] !== "string") ??
      (Number.isInteger(row.line) ? undefined : "line") ??
      (labels.has(row.label) ? undefined : "label");
    if (wrong !== undefined) {
      throw new Error(`${path}: "${wrong}" of row ${index + 1} (${row.id}) is missing or wrong.`);
    }
  }
  return rows;
}

/**
 * Where a site stands in another version of its file: the nearest line that holds its text.
 *
 * @param {Site} site
 * @param {string} source
 * @returns {number | undefined} from 1; undefined where the text is no longer there
 */
export function relocate({ line, text }, source) {
  const [first = ""] = (text ?? "").split("\n", 1);
  if (first.trim() === "") return undefined;
  const at = source
    .split("\n")
    .flatMap((each, index) => (each.includes(first.trim()) ? [index + 1] : []));
  return at.sort((a, b) => Math.abs(a - line) - Math.abs(b - line))[0];
}
