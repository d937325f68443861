// Measures, over the clones in UNWIND_CORPUS, either what it costs to parse and type-check the files
// (`analysis-cost.mjs baseline`) or what the rule costs (`analysis-cost.mjs rule`). Each in a process
// of its own: what one has made TypeScript find out would be free for the other. Prints JSON.
import { readFileSync } from "node:fs";

import { Session } from "eslint-plugin-unwind/session";

import { Documents } from "../eslint-plugin/dist/session/documents.js";
import { parse } from "../eslint-plugin/dist/session/parse.js";
import { Projects } from "../eslint-plugin/dist/session/projects.js";
import { clones } from "../test/corpus/clones.mjs";
import { rule } from "../test/corpus/reports.mjs";
import { sourceFiles } from "../test/corpus/source-files.mjs";
import { secondsSince, timedChecks } from "../test/corpus/timed-checks.mjs";

const files = clones().flatMap((clone) =>
  [...sourceFiles(clone)].filter(
    (path) => /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path),
  ),
);
console.log(JSON.stringify(process.argv[2] === "rule" ? measureRule() : measureBaseline()));

/** The rule's own time, and all that a session takes. */
function measureRule() {
  const { checks, seconds } = timedChecks([rule]);
  const session = new Session({ checks });
  const before = process.cpuUsage();
  let typed = 0;
  let findings = 0;
  for (const report of session.checkFiles(files)) {
    if (report.typed) typed++;
    else seconds.delete(report.path);
    findings += report.findings.length;
  }
  session.close();
  const own = [...seconds.values()].reduce((sum, one) => sum + one, 0);
  return { typed, findings, rule: own, all: secondsSince(before) };
}

/** Programs, trees for ESLint, and every file's diagnostics, as `tsc` and ESLint without rules. */
function measureBaseline() {
  const projects = new Projects(new Documents());
  const result = { typed: 0, programs: 0, parsing: 0, checking: 0 };
  let before = process.cpuUsage();
  const lap = (part) => {
    result[part] += secondsSince(before);
    before = process.cpuUsage();
  };
  for (const { file, program } of projects.programsFor(files)) {
    lap("programs");
    const source = program?.getSourceFile(file);
    if (source === undefined) continue;
    try {
      parse(file, readFileSync(file, "utf8"), program);
    } catch {
      // A fixture with an error in it: neither side parses it.
      continue;
    }
    result.typed++;
    lap("parsing");
    program.getSemanticDiagnostics(source);
    lap("checking");
  }
  return result;
}
