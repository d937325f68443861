import { existsSync, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";

/**
 * The repositories to run on, from an environment variable. Ends the process with one line when
 * there are none.
 *
 * @param {string} [variable]
 * @returns {string[]}
 */
export function clones(variable = "UNWIND_CORPUS") {
  const folders = (process.env[variable] ?? "").split(delimiter).filter(Boolean);
  if (folders.length === 0) {
    fail(
      `Set ${variable} to one or more cloned repositories, separated by "${delimiter}", to run this suite.`,
    );
  }
  for (const folder of folders) {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      fail(`${variable} names ${folder}, which is not a directory.`);
    }
  }
  return folders.map((folder) => resolve(folder));
}

function fail(line) {
  console.error(line);
  process.exit(2);
}
