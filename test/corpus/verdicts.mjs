// Prints how many of the judged reports are right, by each of two readers, and how far they agree.
// Fails where a reader finds fewer than 85 of 100 right, and where a row has no verdict.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The share of right reports that each reader has to find. */
const bar = 0.85;

const folder = join(import.meta.dirname, "verdicts");
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".json"))
  : [];
if (files.length === 0) {
  console.error(`There are no verdicts in ${folder}.`);
  process.exit(2);
}
for (const name of files) {
  const rows = JSON.parse(readFileSync(join(folder, name), "utf8"));
  if (!judge(name, rows)) process.exitCode = 1;
}

/**
 * @param {string} name
 * @param {{ repo: string, file: string, line: number, readerA: unknown, readerB: unknown }[]} rows
 */
function judge(name, rows) {
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
