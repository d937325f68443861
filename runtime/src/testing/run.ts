import { isPromiseLike } from "../objects.js";
import type { Failure } from "../protocol.js";
import type { FailurePoint, PointKind } from "./injected-error.js";
import type { Leak } from "./leak.js";
import { type Run, runWith } from "./points.js";
import { runIn, Scope, type TrackOptions } from "./scope.js";
import { settle, within } from "./settle.js";
import { track } from "./track-resources.js";

/** How `failEach` goes about it. */
export interface FailEachOptions extends TrackOptions {
  /** What is made to fail; all kinds by default. */
  readonly kinds?: readonly PointKind[];
  /**
   * How many failures a run has at most. 1 by default; with 2, what a run meets after its failure,
   * when it cleans up, fails in turn as well.
   */
  readonly depth?: number;
  /** How often the body may run at most, 1000 by default. Where that is too little, it is an error. */
  readonly maxRuns?: number;
  /**
   * Failures that the body may keep to itself: names of points, or what they match. All that was
   * acquired has to be released all the same.
   */
  readonly suppressed?: readonly (string | RegExp)[] | ((point: FailurePoint) => boolean);
  /** Makes what is thrown at a point, for code that tells errors apart. By default, `InjectedError`. */
  readonly error?: (point: FailurePoint) => unknown;
  /**
   * Is called after each run, also after the one without failure, to check what else has to hold: that
   * nothing was written by halves. It fails the run by throwing. It may be async if the body is.
   */
  readonly verify?: (run: VerifiedRun) => unknown;
  /** After how many milliseconds an async run counts as one that does not end; 5000 by default. */
  readonly timeout?: number;
}

/** What `verify` is told of a run. */
export interface VerifiedRun {
  /** What was made to fail; empty for the run in which nothing was. */
  readonly injected: readonly FailurePoint[];
  /** What the body threw; absent when it completed. */
  readonly failure: Failure | undefined;
  /** What the body returned. */
  readonly value: unknown;
}

/** A run that is over. */
export interface Finished {
  readonly run: Run;
  readonly failure: Failure | undefined;
  /** Whether it did not end in its time. */
  readonly late: boolean;
  readonly leaks: readonly Leak[];
  /** Why promises were rejected that nobody handled. */
  readonly unhandled: readonly unknown[];
  /** What `verify` threw. */
  readonly refuted: Failure | undefined;
}

interface Ended {
  readonly failure?: Failure;
  readonly value?: unknown;
  readonly late?: boolean;
}

/**
 * Runs the body once. What may be async is given out, for {@link drive} to call and wait for where it
 * is: so synchronous bodies stay synchronous.
 */
export function* runOnce(
  body: () => unknown,
  run: Run,
): Generator<() => unknown, Finished, unknown> {
  const { options } = run;
  const { timeout = 5000, verify } = options;
  const scope = new Scope(options);
  const stop = track(scope);
  const unhandled: unknown[] = [];
  const unlisten = listenForRejections(unhandled);
  let isAsync = false;
  try {
    const ended = (yield () => {
      let result: unknown;
      try {
        result = runIn(scope, () => runWith(run, body));
      } catch (error) {
        return { failure: { error } };
      }
      if (!isPromiseLike(result)) return { value: result };
      isAsync = true;
      const settled = Promise.resolve(result).then(
        (value): Ended => ({ value }),
        (error: unknown): Ended => ({ failure: { error } }),
      );
      return within<Ended, Ended>(timeout, settled, { late: true });
    }) as Ended;
    run.over = true;
    const leaks = (yield () => (isAsync ? settle(scope) : scope.leaks(true))) as readonly Leak[];
    stop();
    const { failure, value, late = false } = ended;
    let refuted: Failure | undefined;
    if (verify !== undefined && !late) {
      try {
        const injected = run.injected.map(({ point }) => point);
        yield () => {
          const answer = verify({ injected, failure, value });
          if (isPromiseLike(answer) && !isAsync) {
            throw new TypeError("verify is async, but the body is not: make the body async, too");
          }
          return answer;
        };
      } catch (error) {
        refuted = { error };
      }
    }
    return { run, failure, late, leaks, unhandled, refuted };
  } finally {
    stop();
    unlisten();
  }
}

/** Calls what a generator gives out, and waits for what is a promise; from then on it is async. */
export function drive<T>(steps: Generator<() => unknown, T, unknown>): T | Promise<T> {
  let next = steps.next(undefined);
  while (next.done !== true) {
    let input: unknown;
    try {
      input = next.value();
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    if (isPromiseLike(input)) return driveAsync(steps, input);
    next = steps.next(input);
  }
  return next.value;
}

async function driveAsync<T>(
  steps: Generator<() => unknown, T, unknown>,
  pending: PromiseLike<unknown>,
): Promise<T> {
  for (;;) {
    const [settled] = await Promise.allSettled([pending]);
    const next =
      settled.status === "rejected" ? steps.throw(settled.reason) : steps.next(settled.value);
    if (next.done === true) return next.value;
    const call = next.value;
    pending = new Promise((resolve) => {
      resolve(call());
    });
  }
}

/** Node ends the process for such a rejection unless somebody listens. */
function listenForRejections(into: unknown[]): () => void {
  const add = (reason: unknown): void => void into.push(reason);
  process.on("unhandledRejection", add);
  return () => void process.off("unhandledRejection", add);
}
