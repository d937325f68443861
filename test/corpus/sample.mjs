// Draws random reports from clones, for readers who judge them without seeing each other's verdicts:
//
//   node test/corpus/sample.mjs --corpus DIR --repo OWNER/NAME … --out DIR
//     [--rule NAME …] [--no-types] [--count N] [--per-repo N] [--seed N]
//
// `--per-repo` takes at most so many of one repository, so that one habit does not decide.
// For each rule, `OUT/RULE.md` shows each report with the code around it; it holds others' code and
// is not committed. `OUT/RULE.json` has the rows that, with both readers' verdicts, go to
// `test/corpus/verdicts/RULE/` under the number of the draw.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { isTest, reportsOf, rule as usualRule } from "./reports.mjs";
import { cloneOf, headOf } from "./repositories.mjs";

/** Lines shown before and after a report. */
const context = 40;

const usualQuestion =
  "A report is right when what its message says is true of this code, and someone who keeps this code would be glad to be told.";

/** What the readers are asked where a rule promises something of its own. */
const questions = {
  [usualRule]:
    "A report is right when on a realistic path the resource is neither released nor handed to an owner that releases it.",
  "no-string-accumulation":
    "A report is right when its message is true, and the text grows in a loop, or in a callback that runs again and again, that can be long: nothing in this code keeps it to a few rounds.",
};

const { values } = parseArgs({
  options: {
    corpus: { type: "string" },
    repo: { type: "string", multiple: true, default: [] },
    out: { type: "string" },
    count: { type: "string", default: "50" },
    "per-repo": { type: "string", default: "Infinity" },
    seed: { type: "string", default: "1" },
    rule: { type: "string", multiple: true, default: [usualRule] },
    "no-types": { type: "boolean", default: false },
  },
});
const { corpus, repo: repos, out, rule: rules } = values;
const types = !values["no-types"];
if (corpus === undefined || out === undefined || repos.length === 0) {
  fail(
    "usage: sample.mjs --corpus DIR --repo OWNER/NAME … --out DIR [--rule NAME …] [--no-types] [--count N] [--per-repo N] [--seed N]",
  );
}
const files = new Map(
  rules.map((rule) => [
    rule,
    { worksheet: join(out, `${rule}.md`), verdicts: join(out, `${rule}.json`) },
  ]),
);
for (const { verdicts } of files.values()) {
  if (existsSync(verdicts)) fail(`${verdicts} exists; verdicts are not overwritten.`);
}
mkdirSync(out, { recursive: true });

const all = [];
let lines = 0;
for (const repo of repos) {
  const clone = cloneOf(resolve(corpus), repo);
  if (clone === undefined) fail(`${corpus} holds no clone of ${repo}.`);
  const found = reportsOf(clone, (file) => !isTest(file), { rules, types });
  console.log(
    `${repo}: ${found.reports.length} reports in ${found.files} files, ${found.typed} with types`,
  );
  for (const problem of found.problems) console.error(`  note: ${problem}`);
  lines += found.lines;
  const commit = headOf(clone);
  all.push(...found.reports.map((report) => ({ repo, commit, ...report })));
}
for (const [rule, { worksheet, verdicts }] of files) {
  const ofRule = all.filter((report) => report.rule === rule);
  const drawn = draw(ofRule);
  drawn.sort((a, b) => order(a.repo, b.repo) || order(a.file, b.file) || a.line - b.line);
  writeFileSync(worksheet, sheet(rule, drawn));
  writeFileSync(verdicts, `${JSON.stringify(drawn.map(rowOf), undefined, 2)}\n`);
  const density = ((10_000 * ofRule.length) / lines).toFixed(2);
  console.log(
    `${rule}: ${drawn.length} of ${ofRule.length} reports, ${density} in 10,000 lines: ${worksheet}, ${verdicts}`,
  );
}

function rowOf({ repo, commit, file, line, messageId, message }) {
  const open = { readerA: null, readerB: null, reasonA: "", reasonB: "" };
  return { repo, commit, file, line, messageId, message, ...open };
}

/** Without replacement, the same ones for the same seed. */
function draw(rows) {
  const count = Number(values.count);
  const perRepo = Number(values["per-repo"]);
  const pool = [...rows];
  const drawn = [];
  const random = mulberry32(Number(values.seed));
  while (pool.length > 0 && drawn.length < count) {
    const [row] = pool.splice(Math.floor(random() * pool.length), 1);
    if (drawn.filter(({ repo }) => repo === row.repo).length < perRepo) drawn.push(row);
  }
  return drawn;
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

function sheet(rule, rows) {
  const parts = [
    `# ${rows.length} reports of ${rule}\n\nFor each: is it right? ${questions[rule] ?? usualQuestion}\n`,
  ];
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

function order(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fail(line) {
  console.error(line);
  process.exit(2);
}
