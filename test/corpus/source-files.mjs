import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folders that hold no sources of the project itself. */
const skipped = new Set([".git", "node_modules"]);

const source = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/**
 * Every TypeScript and JavaScript file below a folder, tests, fixtures and generated files
 * included: a corpus is there to be hard. Symbolic links are not followed.
 *
 * @param {string} folder
 * @returns {Generator<string>}
 */
export function sourceFiles(folder) {
  return filesBelow(folder, source);
}

/**
 * Every file below a folder whose name matches. Symbolic links are not followed.
 *
 * @param {string} folder
 * @param {RegExp} name
 * @returns {Generator<string>}
 */
export function* filesBelow(folder, name) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) yield* filesBelow(path, name);
    } else if (entry.isFile() && name.test(entry.name)) {
      yield path;
    }
  }
}
