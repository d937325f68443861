import { readFileSync } from "node:fs";

import { loadPyodide } from "pyodide";

import { run } from "./interpreter.mjs";
import { programs } from "./program.mjs";

/** Python gets this many at a time. */
const batch = 500;

/**
 * @typedef {object} Comparison
 * @property {string} python its version
 * @property {number} compared how many programs
 * @property {number} asynchronous how many of them
 * @property {number} events in all traces together
 * @property {number} lost in how many traces older errors are not compared: Python has lost them
 * @property {Hits} hits
 * @property {Difference[]} differences
 *
 * @typedef {Map<string, { sync: number, async: number }>} Hits how often each thing was done that
 *   programs consist of, in programs of each kind
 *
 * @typedef {{ index: number, program: object, python: string[], ours: string[] }} Difference
 */

/**
 * Runs random programs in Python's contextlib and in ours.
 *
 * @param {number} count
 * @param {number} seed
 * @returns {Promise<Comparison>}
 */
export async function compare(count, seed) {
  const python = await loadPyodide();
  python.runPython(readFileSync(new URL("oracle.py", import.meta.url), "utf8"));
  const runAll = python.globals.get("run_all");
  const version = python.runPython("import sys; sys.version.split()[0]");

  const all = programs(count, seed);
  const result = {
    python: version,
    compared: 0,
    asynchronous: 0,
    events: 0,
    lost: 0,
    hits: new Map(),
    differences: [],
  };
  for (let start = 0; start < all.length; start += batch) {
    const some = all.slice(start, start + batch);
    const expected = JSON.parse(runAll(JSON.stringify(some)));
    for (const [offset, program] of some.entries()) {
      const ours = await run(program, (what) => {
        const counts = result.hits.get(what) ?? { sync: 0, async: 0 };
        counts[program.async ? "async" : "sync"]++;
        result.hits.set(what, counts);
      });
      const theirs = expected[offset];
      result.compared++;
      if (program.async) result.asynchronous++;
      result.events += theirs.length;
      if (theirs.some((line) => lostOthers.test(line))) result.lost++;
      if (!equal(theirs, ours)) {
        result.differences.push({ index: start + offset, program, python: theirs, ours });
      }
    }
  }
  return result;
}

/** What the oracle writes where only the newest of the errors is compared. */
const lostOthers = /^(out of \d+|out of program) \["([^"]*)","lost"\]$/;

function equal(theirs, ours) {
  if (theirs.length !== ours.length) return false;
  return theirs.every((line, index) => {
    const [, head, newest] = lostOthers.exec(line) ?? [];
    if (head === undefined) return line === ours[index];
    return ours[index].startsWith(`${head} ["${newest}"`);
  });
}

/**
 * @param {Comparison} comparison
 * @returns {string} what was compared, and the smallest program whose traces differ
 */
export function report({ python, compared, asynchronous, events, lost, differences }) {
  const lines = [
    `${compared} programs (${asynchronous} of them asynchronous, ${events} events) in Python ${python} and in ours; in ${lost} of their traces only the newest error was compared; ${differences.length} differ.`,
  ];
  const size = ({ program }) => JSON.stringify(program).length;
  const [smallest] = [...differences].sort((a, b) => size(a) - size(b));
  if (smallest !== undefined) {
    lines.push(
      `The smallest, number ${smallest.index}:`,
      JSON.stringify(smallest.program, undefined, 1),
      `Python:\n  ${smallest.python.join("\n  ")}`,
      `Ours:\n  ${smallest.ours.join("\n  ")}`,
    );
  }
  return lines.join("\n");
}
