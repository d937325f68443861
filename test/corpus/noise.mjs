// Counts the reports of no-unmanaged-acquisition outside of tests in three repositories that a
// type-only rule drowned in false reports; fails above the bar. With types.
import { clones } from "./clones.mjs";
import { headOf } from "./repositories.mjs";
import { isTest, reportsOf } from "./reports.mjs";

/** What is counted of each repository, by the name that its clone's folder ends with. */
const repositories = { "chrome-devtools-mcp": "", bullmq: "src/", "testcontainers-node": "" };

const bar = 20;

const folders = clones("UNWIND_NOISE");
let total = 0;
let typed = 0;
let files = 0;
for (const [name, below] of Object.entries(repositories)) {
  const clone = folders.find((folder) => folder.endsWith(name));
  if (clone === undefined) {
    console.error(`UNWIND_NOISE names no clone of ${name}.`);
    process.exit(2);
  }
  const result = reportsOf(clone, (file) => file.startsWith(below) && !isTest(file));
  total += result.reports.length;
  typed += result.typed;
  files += result.files;
  console.log(
    `\n${name} at ${headOf(clone)}: ${result.reports.length} reports in ${result.files} files, ${result.typed} of them with types`,
  );
  for (const problem of result.problems) console.error(`  note: ${problem}`);
  for (const { file, line, message } of result.reports) console.log(`  ${file}:${line} ${message}`);
}
console.log(`\n${total} reports (bar: at most ${bar}) in ${files} files, ${typed} with types`);
process.exitCode = total > bar ? 1 : 0;
