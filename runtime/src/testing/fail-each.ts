import { describe, describeError } from "../describe.js";
import { isPromiseLike } from "../objects.js";
import { listen, type Listener } from "./dispatch.js";
import { describeLoss, type FailedRun, FailEachError } from "./fail-each-error.js";
import type { FailurePoint } from "./injected-error.js";
import { leak } from "./leak.js";
import { hit, type PassedPoint, Run } from "./points.js";
import { drive, type FailEachOptions, type Finished, runOnce } from "./run.js";
import { tellsOf } from "./tells-of.js";
import { requireBody } from "./track-resources.js";

/** What `failEach` did. */
export interface FailEachReport {
  /** What the body came by when nothing failed: what was made to fail in turn. */
  readonly points: readonly FailurePoint[];
  /** How often the body ran. */
  readonly runs: number;
}

/** By default, at most how many runs there are. */
const runLimit = 1000;

/** Managers fail before they are entered; what a stack takes is its own already when that fails. */
const faults: Listener = {
  acquiring({ form, subject }) {
    if (form === "enter") hit("acquire", () => describe(subject));
  },
  acquired({ form, subject, isPassive }) {
    if (form !== "enter" && !isPassive) hit("acquire", () => describe(subject));
  },
  released({ subject }, failed) {
    if (!failed) hit("release", () => describe(subject));
  },
  awaited() {
    hit("await", () => "a body");
  },
};

/**
 * Runs a body again and again, and makes everything in it that can fail do so in turn: each
 * acquisition and release through `unwind`, each body that `unwind` awaits, and each named
 * {@link operation} and {@link point}. The first run, in which nothing fails, finds out what there is.
 * After each run, all that was acquired has to be released (as `trackResources` sees it) and the
 * injected error has to be in what the body threw: itself, or as a cause or a suppressed error of it.
 *
 * The body is to do the same in each run, so it makes what it works with afresh. What it meets after
 * the failure, when it cleans up, is made to fail as well by `depth: 2`.
 *
 * @param body - What is tested; it may be async.
 * @param options - How many runs there may be, how deep failures go, and what is tracked.
 * @returns What was made to fail. A promise of it where the body is async.
 * @throws FailEachError that tells of all runs in which something was wrong; also where the body
 *   fails by itself, does not end, or has more points than `maxRuns` allows. TypeError where nothing
 *   in the body can fail. For an async body, the promise rejects with these.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExitStack, withContext } from "unwind";
 * import { failEach, operation } from "unwind/testing";
 *
 * const copy = () =>
 *   withContext(new ExitStack(), (stack) => {
 *     const source = operation("open source", () => ({ close() {} }));
 *     stack.defer(() => source.close());
 *     const target = operation("open target", () => ({ close() {} }));
 *     stack.defer(() => target.close());
 *   });
 *
 * const { points, runs } = failEach(copy);
 * assert.ok(points.some(({ name }) => name === "open target"));
 * assert.equal(runs, points.length + 1);
 * ```
 */
export function failEach<R>(
  body: () => R,
  options: FailEachOptions = {},
): R extends PromiseLike<unknown> ? Promise<FailEachReport> : FailEachReport {
  requireBody(body, "failEach");
  const stop = listen(faults, { last: true });
  let result;
  try {
    result = drive(explore(body, options));
  } catch (error) {
    stop();
    throw error;
  }
  if (isPromiseLike(result)) result = Promise.resolve(result).finally(stop);
  else stop();
  return result as R extends PromiseLike<unknown> ? Promise<FailEachReport> : FailEachReport;
}

type Step = Generator<() => unknown, FailEachReport, unknown>;

function* explore(body: () => unknown, options: FailEachOptions): Step {
  const { maxRuns = runLimit, depth = 1 } = options;
  const asynchronous = new Set<string>();
  const first = yield* runOnce(body, new Run([], options, asynchronous));
  const { passed } = first.run;
  const atFirst = judge(first, [], options);
  if (atFirst !== undefined) throw new FailEachError([atFirst], 1, passed.length);
  if (passed.length === 0) {
    throw new TypeError(
      "Nothing in the body can fail, so nothing was tested: it acquires nothing through unwind, and no point() or operation() was reached",
    );
  }

  const failures: FailedRun[] = [];
  const queue: PassedPoint[][] = passed.map((point) => [point]);
  let runs = 1;
  let remark: string | undefined;
  while (queue.length > 0 && remark === undefined) {
    if (runs >= maxRuns) {
      remark = `maxRuns is ${maxRuns}`;
      break;
    }
    const points = queue.shift() as PassedPoint[];
    const keys = points.map(({ key }) => key);
    const finished: Finished = yield* runOnce(body, new Run(keys, options, asynchronous));
    runs++;
    const problem = judge(finished, points, options);
    if (problem !== undefined) failures.push(problem);
    // What a run that goes on still holds would count for the next.
    if (finished.late) remark = "a run did not end";
    const { passed: all, passedAtInjection } = finished.run;
    if (points.length < depth && finished.run.injected.length === points.length) {
      queue.push(...all.slice(passedAtInjection).map((next) => [...points, next]));
    }
  }
  if (failures.length > 0 || queue.length > 0) {
    throw new FailEachError(failures, runs, queue.length, remark);
  }
  return { points: passed.map(publish), runs };
}

/** What is wrong with a run, if anything is. */
function judge(
  { run, failure, late, leaks, unhandled, refuted }: Finished,
  points: readonly PassedPoint[],
  options: FailEachOptions,
): FailedRun | undefined {
  const problems: string[] = [];
  const { injected } = run;
  const error = failure?.error;
  if (late) {
    problems.push(`the body did not end within ${options.timeout ?? 5000} ms`);
  } else if (points.length === 0) {
    if (failure !== undefined) problems.push(`it threw ${describeError(error)}`);
  } else if (injected.length < points.length) {
    problems.push("it was not reached: the body does not do the same in each run");
  } else if (
    !injected.some((one) => failure !== undefined && tellsOf(error, one.error)) &&
    !injected.some(({ point }) => maySuppress(options, point))
  ) {
    problems.push(describeLoss(failure));
  }
  for (const reason of unhandled) {
    problems.push(`a promise was rejected that nobody awaited: ${describeError(reason)}`);
  }
  if (refuted !== undefined) problems.push(`verify threw ${describeError(refuted.error)}`);
  if (problems.length === 0 && leaks.length === 0) return undefined;
  const { place, stack } = leak("", injected.at(-1)?.trace);
  return { points: points.map(publish), place, stack, problems, leaks, failure };
}

function maySuppress({ suppressed }: FailEachOptions, point: FailurePoint): boolean {
  if (typeof suppressed === "function") return suppressed(point);
  return (
    suppressed?.some((one) =>
      typeof one === "string" ? one === point.name : one.test(point.name),
    ) ?? false
  );
}

function publish({ kind, name, occurrence }: PassedPoint): FailurePoint {
  return { kind, name, occurrence };
}
