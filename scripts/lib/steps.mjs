import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run, wasInterrupted } from "./run.mjs";

/**
 * @typedef {object} Step
 * @property {string} name what a person gives to run this step alone
 * @property {string} title what it does, in a few words
 * @property {number} limitMinutes after which it has failed
 * @property {readonly string[]} [first] steps that run before this one
 * @property {readonly string[]} [needs] those of them without whose success it cannot run
 * @property {Record<string, string>} [env] variables that its commands see besides this process's
 * @property {(context: StepContext) => readonly (readonly string[])[]} commands all of them are
 *   run, whatever the others' exit codes
 *
 * @typedef {object} StepContext
 * @property {string} folder an empty folder of its own, removed afterwards
 * @property {string} counts a file to which a command may write how many tests ran, as vitest's
 *   JSON reporter does: `numPassedTests`, `numFailedTests`, `numPendingTests`, `numTodoTests`
 *
 * @typedef {{ name: string, state: "passed" | "failed" | "not run", seconds: number,
 *   passed: number, failed: number, note: string }} Result
 */

/**
 * The named steps and all that must run before them, in the order of `steps`.
 *
 * @param {readonly Step[]} steps
 * @param {readonly string[]} names none means all
 * @returns {Step[]}
 * @throws {Error} when a name is not a step's
 */
export function select(steps, names) {
  if (names.length === 0) return [...steps];
  const wanted = new Set();
  const want = (name) => {
    const step = steps.find((candidate) => candidate.name === name);
    if (step === undefined) {
      const known = steps.map((candidate) => candidate.name).join(", ");
      throw new Error(`There is no step "${name}". The steps are: ${known}.`);
    }
    wanted.add(name);
    step.first?.forEach(want);
  };
  names.forEach(want);
  return steps.filter((step) => wanted.has(step.name));
}

/**
 * Runs steps one after another, each under a headline, and prints a table and the sum at the end.
 * A failed step does not stop the others, unless they need it.
 *
 * @param {readonly Step[]} steps
 * @returns {Promise<boolean>} whether all passed
 */
export async function runSteps(steps) {
  /** @type {Result[]} */
  const results = [];
  for (const step of steps) {
    console.log(`\n── ${step.name}: ${step.title}\n`);
    const broken = results.find(
      ({ name, state }) => state !== "passed" && step.needs?.includes(name),
    );
    const result = broken === undefined ? await runStep(step) : notRun(step, broken);
    if (wasInterrupted()) process.exit(130);
    results.push(result);
    console.log(`\n${step.name}: ${result.state} in ${time(result.seconds)}${note(result)}`);
  }
  return report(results);
}

/** @returns {Promise<Result>} */
async function runStep({ name, limitMinutes, env, commands }) {
  const folder = mkdtempSync(join(tmpdir(), `unwind-${name}-`));
  const started = performance.now();
  const deadline = started + limitMinutes * 60_000;
  const counts = join(folder, "counts.json");
  const failures = [];
  try {
    for (const command of commands({ folder, counts })) {
      const limitSeconds = Math.max(1, (deadline - performance.now()) / 1000);
      let code;
      try {
        code = await run(command, { limitSeconds, env: { ...process.env, ...env } });
      } catch (error) {
        failures.push(error.message);
        continue;
      }
      if (wasInterrupted()) break;
      if (code === 124) failures.push(`stopped after ${limitMinutes} minutes`);
      else if (code !== 0) failures.push(`exit code ${code}`);
    }
    const seconds = (performance.now() - started) / 1000;
    return { name, seconds, ...judge(readCounts(counts), failures) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A step that reports no tests of its own counts as one. */
function judge(counts, failures) {
  const note = failures.join(", ");
  if (counts === undefined) {
    const ok = failures.length === 0;
    return { state: ok ? "passed" : "failed", passed: ok ? 1 : 0, failed: ok ? 0 : 1, note };
  }
  const { numPassedTests: passed, numPendingTests = 0, numTodoTests = 0 } = counts;
  let { numFailedTests: failed } = counts;
  // What fails outside of any test, a file that does not load for example, is a failure too.
  if (failures.length > 0 && failed === 0) failed = 1;
  const left = numPendingTests + numTodoTests;
  const tests = `${passed} tests passed${failed > 0 ? `, ${failed} failed` : ""}`;
  const notes = [note, left > 0 ? `${tests}, ${left} skipped` : tests];
  return {
    state: failed > 0 ? "failed" : "passed",
    passed,
    failed,
    note: notes.filter(Boolean).join("; "),
  };
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @returns {Result} */
function notRun({ name }, broken) {
  const note = `needs ${broken.name}, which ${broken.state === "failed" ? "failed" : "did not run"}`;
  return { name, state: "not run", seconds: 0, passed: 0, failed: 1, note };
}

/** @param {readonly Result[]} results */
function report(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log("\n── Result\n");
  for (const result of results) {
    const { name, state, seconds } = result;
    const cells = [name.padEnd(width), state.padEnd(7), time(seconds).padStart(9)];
    console.log(`  ${cells.join("  ")}${note(result)}`);
  }
  console.log(`  ${"total".padEnd(width)}           ${time(total).padStart(9)}`);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log("\nEach test counts as one, and so does a step that has no tests of its own.");
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

function note({ note }) {
  return note === "" ? "" : `  (${note})`;
}

function time(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, "0")} s`;
}
