// Checks every source file of the repositories in an environment variable, by default UNWIND_CORPUS.
// Fails when a rule or the parser throws, when a file is not reported on, and when the rules take
// more than two seconds for one; prints what was found and where the time went.
//
//   robustness.mjs [--no-types] [VARIABLE]
import { relative } from "node:path";

import { Session } from "eslint-plugin-unwind/session";

import { clones } from "./clones.mjs";
import { sourceFiles } from "./source-files.mjs";
import { secondsSince, timedChecks } from "./timed-checks.mjs";

const shownFiles = 10;

/** Seconds of CPU time: with types the rules' own, without types all that a file takes. */
const limit = 2;

const args = process.argv.slice(2);
const types = !args.includes("--no-types");
const variable = args.find((arg) => !arg.startsWith("--"));

const sum = { files: 0, exceptions: 0, slow: 0 };
for (const clone of clones(variable)) check(clone);
console.log(
  `\n${sum.files} files ${types ? "with" : "without"} types: ${sum.exceptions} exceptions, ${sum.slow} over ${limit} s`,
);
process.exitCode = sum.exceptions + sum.slow > 0 ? 1 : 0;

/** @param {string} clone */
function check(clone) {
  const files = [...sourceFiles(clone)];
  console.log(`\n${clone}: ${files.length} files`);

  const findings = new Map();
  const problems = new Map();
  const exceptions = [];
  const times = [];
  let typed = 0;
  const { checks, seconds } = timedChecks();
  const rules = Object.fromEntries(checks.map(({ name }) => [name, "on"]));
  const session = new Session({ types, checks, rules });
  const started = performance.now();
  let before = process.cpuUsage();
  try {
    for (const { path, ...report } of session.checkFiles(files)) {
      // With types, the first file of a project would pay for loading its program.
      times.push({ path, seconds: types ? (seconds.get(path) ?? 0) : secondsSince(before) });
      if (report.typed) typed++;
      for (const { rule, messageId } of report.findings) count(findings, `${rule} ${messageId}`);
      if (report.problem) {
        const { kind, message } = report.problem;
        count(problems, kind);
        if (kind === "internal") exceptions.push(`${relative(clone, path)}: ${message}`);
      }
      before = process.cpuUsage();
    }
  } catch (error) {
    exceptions.push(`after ${times.length} files: ${error.stack}`);
  } finally {
    session.close();
  }
  const elapsed = (performance.now() - started) / 1000;

  const { maxRSS } = process.resourceUsage();
  console.log(`  reported on ${times.length} files, ${typed} of them with types`);
  console.log(`  ${elapsed.toFixed(1)} s, at most ${Math.round(maxRSS / 1024)} MB so far`);
  list("findings", findings);
  list("problems", problems);
  times.sort((a, b) => b.seconds - a.seconds);
  console.log(types ? "  slowest files (the rules alone):" : "  slowest files:");
  for (const { path, seconds } of times.slice(0, shownFiles)) {
    console.log(`    ${seconds.toFixed(2).padStart(7)} s  ${relative(clone, path)}`);
  }
  if (times.length !== files.length) {
    exceptions.push(`${files.length - times.length} files were not reported on`);
  }
  for (const exception of exceptions) console.error(`  exception: ${exception}`);
  const slow = times.filter(({ seconds }) => seconds > limit);
  for (const { path, seconds } of slow) {
    console.error(`  over ${limit} s: ${relative(clone, path)}, ${seconds.toFixed(2)} s`);
  }
  sum.files += times.length;
  sum.exceptions += exceptions.length;
  sum.slow += slow.length;
}

function count(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function list(title, counts) {
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
  console.log(`  ${title}: ${total}`);
  for (const [key, number] of [...counts].sort((a, b) => b[1] - a[1])) {
    console.log(`    ${String(number).padStart(7)}  ${key}`);
  }
}
