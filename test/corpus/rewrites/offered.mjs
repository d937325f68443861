import { relative, sep } from "node:path";

import { checks, Session } from "eslint-plugin-unwind/session";

import { sourceFiles } from "../source-files.mjs";

/** @import { Finding, Rewrite } from "eslint-plugin-unwind/session" */

/** Those that only suggest are off where nobody asks for them. */
export const rules = Object.fromEntries(checks.map(({ name }) => [name, "on"]));

/**
 * A rewrite that somebody could choose.
 *
 * @typedef {object} Offered
 * @property {string} path of its file
 * @property {string} file the same, relative to the clone, with forward slashes
 * @property {string} text of its file
 * @property {boolean} typed whether the file was checked with types
 * @property {readonly Finding[]} findings all of the file's
 * @property {Finding} finding the one that it mends
 * @property {Rewrite} rewrite
 */

/**
 * Every rewrite that any rule offers in a clone.
 *
 * @param {string} clone
 * @param {boolean} types
 */
export function offeredIn(clone, types) {
  const paths = [...sourceFiles(clone)].filter((path) => !/\.d\.[cm]?ts$/.test(path));
  const session = new Session({ types, rules });
  /** @type {Offered[]} */
  const offered = [];
  const problems = new Map();
  let findings = 0;
  let typed = 0;
  for (const { path, text, problem, ...report } of session.checkFiles(paths)) {
    if (report.typed) typed++;
    if (problem) problems.set(problem.kind, (problems.get(problem.kind) ?? 0) + 1);
    findings += report.findings.length;
    for (const finding of report.findings) {
      for (const rewrite of finding.rewrites) {
        const file = relative(clone, path).replaceAll(sep, "/");
        offered.push({ path, file, text, ...report, finding, rewrite });
      }
    }
  }
  session.close();
  return { offered, findings, files: paths.length, typed, problems };
}
