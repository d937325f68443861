import { relative, sep } from "node:path";

import { Session } from "eslint-plugin-unwind/session";

import { sourceFiles } from "./source-files.mjs";
import { timedChecks } from "./timed-checks.mjs";

/** The rule that the corpus judges where nobody names another. */
export const rule = "no-unmanaged-acquisition";

const tests =
  /(?:^|\/)(?:[\w.-]+[-_.])?(?:e2e|tests?)(?:[-_.](?:helpers?|kit|setup|suites?|support|tests?|utils?))?\/|(?:^|\/)(?:testing|__tests__|__mocks__|specs?|fixtures?|__fixtures__|benchmarks?)\/|[.-](?:test|spec|e2e|bench)\.[cm]?[jt]sx?$|(?:^|\/)(?:vitest|jest|mocha|tests?[-_.](?:setup|helpers?|utils?))[\w.-]*\.[cm]?[jt]s$/i;

/**
 * Whether a file is a test or belongs to one.
 *
 * @param {string} file relative to its repository, with forward slashes
 */
export function isTest(file) {
  return tests.test(file);
}

/**
 * What rules report on a clone.
 *
 * @param {string} clone
 * @param {(file: string) => boolean} select which files are checked, relative to the clone
 * @param {{ rules?: readonly string[], types?: boolean }} [options] `rules`: their names; `types`:
 *   whether the clone's projects are loaded, which is the default
 * @throws {RangeError} when no rule has such a name
 */
export function reportsOf(clone, select, { rules = [rule], types = true } = {}) {
  const paths = [...sourceFiles(clone)].filter(
    (path) => !path.endsWith(".d.ts") && select(nameIn(clone, path)),
  );
  const { checks } = timedChecks(rules);
  const on = Object.fromEntries(rules.map((name) => [name, "on"]));
  const session = new Session({ types, checks, rules: on });
  const result = { files: paths.length, lines: 0, typed: 0, reports: [], problems: [] };
  for (const { path, typed, findings, problem, text } of session.checkFiles(paths)) {
    const file = nameIn(clone, path);
    result.lines += text.split("\n").length - 1;
    if (typed) result.typed++;
    if (problem) result.problems.push(`${file}: ${problem.message}`);
    for (const { rule: of, messageId, message, place, path: steps } of findings) {
      const { line } = place.loc.start;
      const told = steps.map((step) => `${step.place.loc.start.line}: ${step.message}`);
      result.reports.push({ rule: of, file, line, messageId, message, steps: told, text });
    }
  }
  session.close();
  return result;
}

function nameIn(clone, path) {
  return relative(clone, path).replaceAll(sep, "/");
}
