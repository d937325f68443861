// Checks every source file of real repositories. Fails when a rule or the parser throws, or when
// not every file is reported on; prints what was found and where the time went.
import { relative } from "node:path";

import { Session } from "eslint-plugin-unwind/session";

import { clones } from "./clones.mjs";
import { sourceFiles } from "./source-files.mjs";

const shownFiles = 10;

let failed = false;
for (const clone of clones()) if (!check(clone)) failed = true;
process.exitCode = failed ? 1 : 0;

/**
 * @param {string} clone
 * @returns {boolean} whether every file was checked without an exception
 */
function check(clone) {
  const files = [...sourceFiles(clone)];
  console.log(`\n${clone}: ${files.length} files`);

  const findings = new Map();
  const problems = new Map();
  const exceptions = [];
  const times = [];
  let typed = 0;
  let reported = 0;
  const session = new Session();
  const started = performance.now();
  let before = started;
  try {
    for (const report of session.checkFiles(files)) {
      const now = performance.now();
      // The first file of a project pays for loading its program.
      times.push({ path: report.path, seconds: (now - before) / 1000 });
      reported++;
      if (report.typed) typed++;
      for (const { rule, messageId } of report.findings) count(findings, `${rule} ${messageId}`);
      if (report.problem) {
        const { kind, message } = report.problem;
        count(problems, kind);
        if (kind === "internal") exceptions.push(`${relative(clone, report.path)}: ${message}`);
      }
      before = performance.now();
    }
  } catch (error) {
    exceptions.push(`after ${reported} files: ${error.stack}`);
  } finally {
    session.close();
  }
  const seconds = (performance.now() - started) / 1000;

  const { maxRSS } = process.resourceUsage();
  console.log(`  reported on ${reported} files, ${typed} of them with types`);
  console.log(`  ${seconds.toFixed(1)} s, at most ${Math.round(maxRSS / 1024)} MB so far`);
  list("findings", findings);
  list("problems", problems);
  console.log("  slowest files (with their programs, where they are the first):");
  times.sort((a, b) => b.seconds - a.seconds);
  for (const { path, seconds } of times.slice(0, shownFiles)) {
    console.log(`    ${seconds.toFixed(2).padStart(7)} s  ${relative(clone, path)}`);
  }
  for (const exception of exceptions) console.error(`  exception: ${exception}`);
  if (reported !== files.length) {
    console.error(`  ${files.length - reported} files were not reported on`);
  }
  return exceptions.length === 0 && reported === files.length;
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
