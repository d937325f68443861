import { existsSync, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";

/**
 * The repositories to run on, from the environment variable UNWIND_CORPUS. Ends the process with
 * one line when there are none.
 *
 * @returns {string[]}
 */
export function clones() {
  const folders = (process.env.UNWIND_CORPUS ?? "").split(delimiter).filter(Boolean);
  if (folders.length === 0) {
    fail(
      `Set UNWIND_CORPUS to one or more cloned repositories, separated by "${delimiter}", to run this suite.`,
    );
  }
  for (const folder of folders) {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      fail(`UNWIND_CORPUS names ${folder}, which is not a directory.`);
    }
  }
  return folders.map((folder) => resolve(folder));
}

function fail(line) {
  console.error(line);
  process.exit(2);
}
