// Draws random reports from clones, for readers who judge them without seeing each other's verdicts:
//
//   node test/corpus/sample.mjs --corpus DIR --repo OWNER/NAME … --worksheet FILE --verdicts FILE
//     [--rule NAME] [--no-types] [--count N] [--seed N]
//
// The worksheet shows each report with the code around it; it holds others' code and is not
// committed. The verdicts are rows that `npm run verify -- verdicts` reads.
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { isTest, reportsOf, rule as usualRule } from "./reports.mjs";
import { cloneOf, headOf } from "./repositories.mjs";

/** Lines shown before and after a report. */
const context = 40;

const { values } = parseArgs({
  options: {
    corpus: { type: "string" },
    repo: { type: "string", multiple: true, default: [] },
    worksheet: { type: "string" },
    verdicts: { type: "string" },
    count: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    rule: { type: "string", default: usualRule },
    "no-types": { type: "boolean", default: false },
  },
});
const { corpus, repo: repos, worksheet, verdicts, rule } = values;
const types = !values["no-types"];
if (corpus === undefined || worksheet === undefined || verdicts === undefined || !repos.length) {
  fail(
    "usage: sample.mjs --corpus DIR --repo OWNER/NAME … --worksheet FILE --verdicts FILE [--rule NAME] [--no-types] [--count N] [--seed N]",
  );
}
if (existsSync(verdicts)) fail(`${verdicts} exists; verdicts are not overwritten.`);

const all = [];
for (const repo of repos) {
  const clone = cloneOf(resolve(corpus), repo);
  if (clone === undefined) fail(`${corpus} holds no clone of ${repo}.`);
  const { reports, files, typed, problems } = reportsOf(clone, (file) => !isTest(file), {
    rule,
    types,
  });
  console.log(`${repo}: ${reports.length} reports in ${files} files, ${typed} with types`);
  for (const problem of problems) console.error(`  note: ${problem}`);
  const commit = headOf(clone);
  all.push(...reports.map((report) => ({ repo, commit, ...report })));
}
const drawn = draw(all, Number(values.count), Number(values.seed));
drawn.sort((a, b) => order(a.repo, b.repo) || order(a.file, b.file) || a.line - b.line);

writeFileSync(worksheet, sheet(drawn));
const rows = drawn.map(({ repo, commit, file, line, messageId, message }) => ({
  repo,
  commit,
  file,
  line,
  messageId,
  message,
  readerA: null,
  readerB: null,
  reasonA: "",
  reasonB: "",
}));
writeFileSync(verdicts, `${JSON.stringify(rows, undefined, 2)}\n`);
console.log(`${drawn.length} of ${all.length} reports: ${worksheet}, ${verdicts}`);

/** Without replacement, the same ones for the same seed. */
function draw(rows, count, seed) {
  const pool = [...rows];
  const random = mulberry32(seed);
  for (let index = 0; index < Math.min(count, pool.length); index++) {
    const other = index + Math.floor(random() * (pool.length - index));
    [pool[index], pool[other]] = [pool[other], pool[index]];
  }
  return pool.slice(0, count);
}

/** A small generator of numbers in [0, 1), by Tommy Ettinger (public domain). */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sheet(rows) {
  const parts = [`# ${rows.length} reports of ${rule}\n\nFor each: is it right? ${question()}\n`];
  for (const [index, { repo, commit, file, line, message, steps, text }] of rows.entries()) {
    const lines = text.split(/\r?\n/);
    const first = Math.max(0, line - 1 - context);
    const code = lines.slice(first, line + context).map((each, offset) => {
      const number = first + offset + 1;
      return `${number === line ? ">" : " "}${String(number).padStart(5)} | ${each}`;
    });
    parts.push(
      `## ${index + 1}. ${repo} ${file}:${line}\n\ncommit ${commit}\n\n**${message}**\n\n${steps.join("; ")}\n\n\`\`\`text\n${code.join("\n")}\n\`\`\`\n`,
    );
  }
  return parts.join("\n");
}

function question() {
  return rule === usualRule
    ? "A report is right when on a realistic path the resource is neither released nor handed to an owner that releases it."
    : "A report is right when what its message says is true of this code, and someone who keeps this code would be glad to be told.";
}

function order(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fail(line) {
  console.error(line);
  process.exit(2);
}
