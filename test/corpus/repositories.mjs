import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * The clone of a repository below a folder: `OWNER+NAME` or `OWNER/NAME`.
 *
 * @param {string} corpus
 * @param {string} repo `owner/name`
 * @returns {string | undefined}
 */
export function cloneOf(corpus, repo) {
  return [repo.replace("/", "+"), repo].map((name) => join(corpus, name)).find(existsSync);
}

/**
 * The commit that a clone stands at, or undefined where git does not know.
 *
 * @param {string} clone
 * @returns {string | undefined}
 */
export function headOf(clone) {
  return git(clone, "rev-parse", "HEAD")?.trim();
}

/**
 * A file as the clone's commit has it, whether or not it is checked out.
 *
 * @param {string} clone
 * @param {string} path relative to the clone
 * @returns {string | undefined}
 */
export function committed(clone, path) {
  return git(clone, "show", `HEAD:${path}`);
}

function git(clone, ...args) {
  try {
    return execFileSync("git", ["-C", clone, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1e9,
    });
  } catch {
    return undefined;
  }
}
