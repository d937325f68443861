import { AsyncLocalStorage } from "node:async_hooks";

import { isPromiseLike } from "../objects.js";
import {
  type FailurePoint,
  type Injection,
  injectionAt,
  type PointKind,
} from "./injected-error.js";
import type { FailEachOptions } from "./run.js";

/** A point of one run; its key is the same in each run. */
export interface PassedPoint extends FailurePoint {
  readonly key: string;
}

/** One run of a body, with the failures that are to be injected. */
export class Run {
  /** What the run came by, in order. */
  readonly passed: PassedPoint[] = [];
  /** What was thrown on purpose, in order. */
  readonly injected: Injection[] = [];
  /** How many points it had passed when the latest failure was injected. */
  passedAtInjection = 0;
  /** A run that is over, or was given up, counts no more. */
  over = false;
  readonly options: FailEachOptions;
  /** Which operations gave promises; shared by all runs. */
  readonly asynchronous: Set<string>;
  readonly #fail: ReadonlySet<string>;
  readonly #occurrences = new Map<string, number>();

  constructor(fail: readonly string[], options: FailEachOptions, asynchronous: Set<string>) {
    this.#fail = new Set(fail);
    this.options = options;
    this.asynchronous = asynchronous;
  }

  /** Comes by a point; answers with what it is to fail with, if it is. */
  pass(kind: PointKind, name: string): { key: string; injection: Injection | undefined } {
    const id = `${kind} ${name}`;
    const occurrence = (this.#occurrences.get(id) ?? 0) + 1;
    this.#occurrences.set(id, occurrence);
    const point = { kind, name, occurrence };
    const key = `${id} #${occurrence}`;
    if (this.over || this.options.kinds?.includes(kind) === false)
      return { key, injection: undefined };
    this.passed.push({ ...point, key });
    if (!this.#fail.has(key)) return { key, injection: undefined };
    const injection = injectionAt(point, this.options.error);
    this.injected.push(injection);
    this.passedAtInjection = this.passed.length;
    return { key, injection };
  }
}

const runs = new AsyncLocalStorage<Run>();

/** Runs a body with the failures of a run. */
export function runWith<R>(run: Run, body: () => R): R {
  return runs.run(run, body);
}

/** Throws the failure of this point, if it is to fail. */
export function hit(kind: PointKind, name: () => string): void {
  const run = runs.getStore();
  if (run === undefined) return;
  const { injection } = run.pass(kind, name());
  if (injection !== undefined) throw injection.error;
}

/**
 * A place at which `failEach` lets the body fail. Does nothing anywhere else.
 *
 * @param name - Names it in the report.
 * @throws What `failEach` injects.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { failEach, point } from "unwind/testing";
 *
 * const { points } = failEach(() => {
 *   point("before the first write");
 *   point("before the second write");
 * });
 * assert.equal(points.length, 2);
 * ```
 */
export function point(name: string): void {
  hit("operation", () => name);
}

/**
 * Calls a function that `failEach` makes fail: instead of the call, its error is thrown or, where the
 * function gives a promise, the promise rejects. Anywhere else it is a mere call. Its place is in the
 * test doubles through which the code under test reaches the world.
 *
 * @param name - Names it in the report.
 * @param fn - Is called, unless it is made to fail.
 * @returns What the function returns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { failEach, FailEachError, operation } from "unwind/testing";
 *
 * const api = { send: (text: string) => operation("send", async () => text.length) };
 *
 * // What it should not do: the caller never learns that nothing was sent.
 * const careless = () => api.send("hello").catch(() => 0);
 * await assert.rejects(
 *   failEach(careless),
 *   (error) => error instanceof FailEachError && /did not surface/.test(error.message),
 * );
 * ```
 */
export function operation<R>(name: string, fn: () => R): R {
  const run = runs.getStore();
  if (run === undefined) return fn();
  const { key, injection } = run.pass("operation", name);
  if (injection === undefined) {
    const result = fn();
    if (isPromiseLike(result)) run.asynchronous.add(key);
    return result;
  }
  if (!run.asynchronous.has(key)) throw injection.error;
  // The function is the one that said, in the run that passed, that it gives promises.
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the user's own error
  return Promise.reject(injection.error) as R;
}
