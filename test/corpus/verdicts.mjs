// Prints how many of the judged reports are right, by each of two readers, and how far they agree.
// The last draw of each rule counts: it fails where a reader finds fewer right than the rule's bar
// asks, and where a row has no verdict. Earlier draws tell of the rule as it was.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The share of right reports that each reader has to find, by rule. */
const bars = {
  "no-quadratic-accumulation": 0.9,
  "no-split-characters": 0.9,
  "no-string-accumulation": 0.9,
};
const usualBar = 0.85;

const folder = join(import.meta.dirname, "verdicts");
const rules = existsSync(folder) ? readdirSync(folder).sort() : [];
if (rules.length === 0) {
  console.error(`There are no verdicts in ${folder}.`);
  process.exit(2);
}
for (const rule of rules) {
  const bar = bars[rule] ?? usualBar;
  const draws = readdirSync(join(folder, rule)).sort();
  for (const [index, name] of draws.entries()) {
    const rows = JSON.parse(readFileSync(join(folder, rule, name), "utf8"));
    const isLast = index === draws.length - 1;
    const good = judge(`${rule}/${name}`, rows, bar);
    if (isLast && !good) {
      console.error(`  missed: each reader has to find ${100 * bar} % right`);
      process.exitCode = 1;
    } else if (!isLast) {
      console.log("  an earlier draw, of the rule as it was");
    }
  }
}

/**
 * @param {string} name
 * @param {{ repo: string, file: string, line: number, readerA: unknown, readerB: unknown }[]} rows
 * @param {number} bar
 * @returns {boolean} whether the verdicts are complete and reach the bar
 */
function judge(name, rows, bar) {
  console.log(
    `\n${name}: ${rows.length} reports from ${new Set(rows.map(({ repo }) => repo)).size} repositories`,
  );
  const open = rows.filter(
    ({ readerA, readerB }) => typeof readerA !== "boolean" || typeof readerB !== "boolean",
  );
  for (const { repo, file, line } of open) {
    console.error(
      `  no verdict of both readers (true: right, false: wrong): ${repo} ${file}:${line}`,
    );
  }
  if (open.length > 0) return false;

  let good = true;
  for (const reader of ["readerA", "readerB"]) {
    const right = rows.filter((row) => row[reader]).length;
    console.log(`  right by ${reader.at(-1)}: ${share(right, rows.length)}`);
    if (right < bar * rows.length) good = false;
  }
  const both = rows.filter(({ readerA, readerB }) => readerA && readerB).length;
  const agreed = rows.filter(({ readerA, readerB }) => readerA === readerB).length;
  console.log(`  right by both: ${share(both, rows.length)}`);
  console.log(
    `  the readers agree on ${share(agreed, rows.length)}, kappa ${kappa(rows).toFixed(2)}`,
  );
  return good;
}

/** Cohen's kappa: agreement beyond what chance would give. */
function kappa(rows) {
  const of = (reader) => rows.filter((row) => row[reader]).length / rows.length;
  const observed = rows.filter(({ readerA, readerB }) => readerA === readerB).length / rows.length;
  const [a, b] = [of("readerA"), of("readerB")];
  const chance = a * b + (1 - a) * (1 - b);
  return chance === 1 ? 1 : (observed - chance) / (1 - chance);
}

function share(part, whole) {
  return `${((100 * part) / whole).toFixed(1)} % (${part}/${whole})`;
}
