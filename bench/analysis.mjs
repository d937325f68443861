// npm run bench -- analysis: what the rule costs beside parsing and type-checking, and how its time
// grows with the size of a function.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { buildProjects, packages } from "../scripts/lib/build.mjs";

const limits = { share: 0.1, files: 1500, exponent: 1.2 };

/**
 * Measures and prints.
 *
 * @returns {Promise<boolean>} whether all that was measured is within its limits
 */
export async function benchAnalysis() {
  if ((await buildProjects(packages, { quiet: true })) !== 0) process.exit(2);
  const growth = printGrowth(measure("analysis-growth.mjs"));
  return printCost() && growth;
}

function printCost() {
  console.log("\nThe rule beside parsing and type-checking, CPU time");
  if (!process.env.UNWIND_CORPUS) {
    console.log(
      "  not measured: set UNWIND_CORPUS to cloned repositories with at least 1,500 files",
    );
    return true;
  }
  const { typed, programs, parsing, checking } = measure("analysis-cost.mjs", "baseline");
  const { rule, all, typed: linted, findings } = measure("analysis-cost.mjs", "rule");
  const base = programs + parsing + checking;
  const share = rule / base;
  const rows = [
    ["programs", programs],
    ["parsing for ESLint", parsing],
    ["type-checking", checking],
    ["all without the rule", base],
    ["the rule", rule],
    ["a session with it, which type-checks nothing else", all],
  ];
  console.log(`  ${typed} files with types (with the rule: ${linted}, ${findings} reports)`);
  for (const [title, seconds] of rows) {
    console.log(`  ${title.padEnd(52)}${seconds.toFixed(1).padStart(8)} s`);
  }
  const notes = [
    share > limits.share ? "over its limit" : "",
    typed < limits.files ? `too few files: ${limits.files} are asked for` : "",
  ].filter(Boolean);
  console.log(
    `  ${`the rule costs ${(100 * share).toFixed(1)} % of what the files cost without it (limit: ${100 * limits.share} %)`}  ${notes.join(", ")}`.trimEnd(),
  );
  return notes.length === 0;
}

function printGrowth(shapes) {
  const sizes = Object.values(shapes)[0].map(({ n }) => n);
  console.log(
    `${"The rule on one function with n …, ms".padEnd(40)}${sizes.map((n) => `n = ${n}`.padStart(10)).join("")}${"exponent".padStart(10)}${"limit".padStart(7)}`,
  );
  let good = true;
  for (const [shape, points] of Object.entries(shapes)) {
    const failure = points.find((point) => point.failure !== undefined);
    const cells = points.map(({ seconds }) =>
      (seconds === undefined ? "—" : (1000 * seconds).toFixed(1)).padStart(10),
    );
    const exponent = failure === undefined ? slope(points) : undefined;
    const within = exponent !== undefined && exponent <= limits.exponent;
    if (!within) good = false;
    const note = failure ? failure.failure : within ? "" : "over its limit";
    console.log(
      `  ${shape.padEnd(38)}${cells.join("")}${(exponent?.toFixed(2) ?? "").padStart(10)}${limits.exponent.toFixed(1).padStart(7)}  ${note}`.trimEnd(),
    );
  }
  return good;
}

/** Of the line through the points in logarithms, by least squares. */
function slope(points) {
  const xs = points.map(({ n }) => Math.log(n));
  const ys = points.map(({ seconds }) => Math.log(seconds));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  return (
    xs.reduce((sum, each, index) => sum + (each - x) * (ys[index] - y), 0) /
    xs.reduce((sum, each) => sum + (each - x) ** 2, 0)
  );
}

function measure(file, ...args) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  // For each level of nesting the parser calls itself; Node's default stack does not hold thousands.
  const command = ["--max-old-space-size=6144", "--stack-size=7000", path, ...args];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8", maxBuffer: 1e8 }));
}
