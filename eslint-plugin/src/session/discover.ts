import { type Dirent, readdirSync, statSync } from "node:fs";
import path from "node:path";

import { isAnalysable } from "./files.js";
import { GitIgnore } from "./gitignore.js";
import type { InputProblem } from "./report.js";

/** What the named paths hold. */
export interface Discovery {
  /** Absolute, without repetitions; a directory's files in the order of their names. */
  readonly files: readonly string[];
  readonly problems: readonly InputProblem[];
}

/** Directories of other people's, generated, or version control's files. */
const skipped = new Set([
  ...["node_modules", "bower_components", ".yarn", ".git", ".hg", ".svn"],
  ...["dist", "build", "out", "coverage"],
]);

/**
 * Finds the files to analyse.
 *
 * A file that is named is taken whatever it is called, if its extension fits; a directory that is
 * named is searched whatever its name. Symbolic links are followed only where they are named.
 */
export function discover(paths: readonly string[]): Discovery {
  const files = new Set<string>();
  const problems: InputProblem[] = [];
  for (const given of paths) {
    const full = path.resolve(given);
    try {
      if (statSync(full).isDirectory()) search(full, GitIgnore.of(full), files, problems);
      else if (isAnalysable(full)) files.add(full);
      else problems.push({ path: full, message: "is neither TypeScript nor JavaScript" });
    } catch (error) {
      problems.push({ path: full, message: describe(error) });
    }
  }
  return { files: [...files], problems };
}

function search(
  folder: string,
  gitIgnore: GitIgnore,
  files: Set<string>,
  problems: InputProblem[],
): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    problems.push({ path: folder, message: describe(error) });
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (skipped.has(entry.name) || gitIgnore.ignores(full, true)) continue;
      search(full, gitIgnore.within(full), files, problems);
    } else if (entry.isFile() && isSource(entry.name) && !gitIgnore.ignores(full, false)) {
      files.add(full);
    }
  }
}

function isSource(name: string): boolean {
  return isAnalysable(name) && !/\.d\.(?:[^.]+\.)?[cm]?ts$/i.test(name);
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return "no such file or directory; check the path";
    case "EACCES":
    case "EPERM":
      return `cannot be read: permission denied (${code}); check its permissions`;
    case "ELOOP":
      return "cannot be read: its symbolic links form a loop";
    default:
      return `cannot be read: ${code ?? message}`;
  }
}
