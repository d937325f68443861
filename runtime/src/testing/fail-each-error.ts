import { describeError } from "../describe.js";
import type { Failure } from "../protocol.js";
import { describePoint, type FailurePoint } from "./injected-error.js";
import { type Leak, listLeaks } from "./leak.js";
import type { Place } from "./places.js";

/** What went wrong in one run of `failEach`. */
export interface FailedRun {
  /** What was made to fail, in order; empty for the run in which nothing was. */
  readonly points: readonly FailurePoint[];
  /** Where that was. */
  readonly place: Place | undefined;
  /** The frames of the user's code there, one a line. */
  readonly stack: string;
  /** What is wrong, each in one line. */
  readonly problems: readonly string[];
  /** What was acquired and not released. */
  readonly leaks: readonly Leak[];
  /** What the body threw, if it did. */
  readonly failure: Failure | undefined;
}

/** How many runs a message tells of. */
const listed = 20;

/** How many frames of each: the test double, and who called it. */
const frames = 3;

/**
 * Says after which injected failures something was left unreleased, or the failure was lost.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { failEach, FailEachError, markAcquired, markReleased, point } from "unwind/testing";
 *
 * function save() {
 *   const lock = markAcquired({});
 *   point("write");
 *   markReleased(lock); // Not in a `finally`.
 * }
 *
 * assert.throws(
 *   () => failEach(save),
 *   (error) =>
 *     error instanceof FailEachError &&
 *     error.failures[0]?.points[0]?.name === "write" &&
 *     error.failures[0].leaks.length === 1,
 * );
 * ```
 */
export class FailEachError extends Error {
  /** The runs in which something went wrong. */
  readonly failures: readonly FailedRun[];
  /** How many runs there were. */
  readonly runs: number;
  /** How many failures were not tried, because there were too many or a run did not end. */
  readonly untried: number;

  /**
   * @param failures - The runs in which something went wrong.
   * @param runs - How many there were.
   * @param untried - How many failures were not tried.
   * @param remark - Why some were not tried.
   */
  constructor(failures: readonly FailedRun[], runs: number, untried: number, remark?: string) {
    super(message(failures, runs, untried, remark));
    this.failures = failures;
    this.runs = runs;
    this.untried = untried;
    // Whoever prints the error sees an error of the body's own, with its stack.
    const [first] = failures;
    if (first?.points.length === 0 && first.failure !== undefined) this.cause = first.failure.error;
  }

  static {
    Object.defineProperty(this.prototype, "name", { value: "FailEachError", configurable: true });
  }
}

function message(
  failures: readonly FailedRun[],
  runs: number,
  untried: number,
  remark: string | undefined,
): string {
  const lines: string[] = [];
  const [first] = failures;
  if (first?.points.length === 0) lines.push("The body fails without an injected failure:");
  else if (first === undefined) lines.push(`No problem in ${count(runs, "run")}, but not all ran:`);
  else lines.push(`${count(failures.length, "run")} of ${runs} with an injected failure failed:`);
  for (const [index, { points, stack, problems, leaks }] of failures.slice(0, listed).entries()) {
    const what = points.map(describePoint).join(", then ");
    lines.push(
      `  [${index + 1}] ${points.length === 0 ? "nothing injected" : `failure of ${what}`}`,
    );
    for (const frame of stack.split("\n").slice(0, frames))
      if (frame) lines.push(`        ${frame}`);
    for (const problem of problems) lines.push(`      ${problem}`);
    if (leaks.length > 0) lines.push("      not released:", listLeaks(leaks, "        "));
  }
  if (failures.length > listed) lines.push(`  … and ${failures.length - listed} more`);
  if (untried > 0 || remark !== undefined) {
    lines.push(`  ${count(untried, "failure")} not tried${remark ? `: ${remark}` : ""}`);
  }
  return lines.join("\n");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** Tells in one line what became of a failure that did not surface. */
export function describeLoss(failure: Failure | undefined): string {
  const instead =
    failure === undefined
      ? "the body completed"
      : `${describeError(failure.error)} was thrown instead, which does not tell of it`;
  return `it did not surface: ${instead}`;
}
