import { conclude } from "./conclude.js";
import { type Entry, syncEntrance } from "./entry.js";
import { isObject, isPromiseLike } from "./objects.js";
import { leave, leaveAll, refuseLatePromise } from "./leave.js";
import type { Context, Entered, EnteredAll, Failure, Skipped } from "./protocol.js";
import { Unwinding } from "./unwinding.js";

/** Lets a synchronous body's result through, and makes a promise a type error that says why. */
export type NotPromise<R> = 0 extends 1 & R
  ? unknown
  : [Extract<R, PromiseLike<unknown>>] extends [never]
    ? unknown
    : "The body of withContext must not return a promise: use withAsyncContext";

/**
 * Enters a manager, runs a body, and exits the manager, whatever happened in between.
 *
 * A failure of the body goes to the manager's `exit`, which suppresses it by returning exactly
 * `true`. A plain `Disposable` is released and sees nothing. Of a tuple, all are checked before the
 * first is entered; they are entered from left to right and exited from right to left, each seeing
 * the newest error. One that fails to enter has those before it exited.
 *
 * @param context - A manager, a `Disposable`, or a tuple of them.
 * @param body - Gets what entering gave; for a tuple, a tuple. It must not return a promise.
 * @returns What the body returns, or undefined where its failure was suppressed.
 * @throws TypeError where something is no manager, or an async one; nothing has been entered then.
 *   Also where the body or an exit returned a promise.
 * @throws what the body threw. An exit's own error replaces it where that names it as its `cause`;
 *   otherwise it is the newer error of a `SuppressedError`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { closing, type Failure, withContext } from "unwind";
 *
 * const log: string[] = [];
 * const file = closing({ read: () => "text", close: () => void log.push("close") });
 * const transaction = {
 *   enter: () => "tx-1",
 *   exit: (failure?: Failure) => void log.push(failure ? "rollback" : "commit"),
 * };
 *
 * const result = withContext([file, transaction], ([input, id]) => `${id}: ${input.read()}`);
 * assert.equal(result, "tx-1: text");
 * assert.deepEqual(log, ["commit", "close"]);
 * ```
 */
export function withContext<M extends Context, R>(
  context: M,
  body: (value: Entered<M>) => R & NotPromise<R>,
): R | Skipped<M>;
export function withContext<const Ms extends readonly Context[], R>(
  contexts: Ms,
  body: (values: EnteredAll<Ms>) => R & NotPromise<R>,
): R | Skipped<Ms[number]>;
export function withContext(
  context: Context | readonly Context[],
  body: (value: never) => unknown,
): unknown {
  const run = body as (value: unknown) => unknown;
  return Array.isArray(context) ? withAll(context, run) : withOne(context, run);
}

/**
 * The common case, without an entry: for a manager whose body completes, nothing is allocated. Its
 * `[Symbol.dispose]` is not asked for, because the outcome is known.
 */
function withOne(context: unknown, body: (value: unknown) => unknown): unknown {
  const { enter, exit } = (context ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof enter !== "function" || typeof exit !== "function" || !isObject(context)) {
    return withDisposable(syncEntrance(context), body);
  }
  const value: unknown = enter.call(context);
  let result;
  try {
    result = completed(body(value));
  } catch (error) {
    const entry = { self: context, exit: exit as () => unknown, release: undefined };
    return fail([entry], { error });
  }
  const answer: unknown = exit.call(context, undefined);
  if (answer !== undefined) refuseLatePromise(answer, context);
  return result;
}

/** The same for what only has a release: it is entered by being there. */
function withDisposable(entry: Entry, body: (value: unknown) => unknown): unknown {
  let result;
  try {
    result = completed(body(entry.self));
  } catch (error) {
    return fail([entry], { error });
  }
  leave(entry, undefined);
  return result;
}

function withAll(contexts: readonly unknown[], body: (value: unknown) => unknown): unknown {
  const entrances = Array.from(contexts, syncEntrance);
  const entered: Entry[] = [];
  const values: unknown[] = [];
  let result;
  try {
    for (const entrance of entrances) {
      const { self, enter } = entrance;
      values.push(enter === undefined ? self : enter.call(self));
      entered.push(entrance);
    }
    result = completed(body(values));
  } catch (error) {
    return fail(entered, { error });
  }
  conclude(entered, undefined);
  return result;
}

function fail(entered: readonly Entry[], failure: Failure): undefined {
  const unwinding = new Unwinding(failure);
  leaveAll(entered, unwinding);
  // No exit can make up for a body that goes on after it.
  if (!unwinding.settle(failure) || failure.error instanceof UnfinishedBody) throw failure.error;
}

/** The body returned a promise, so its work goes on after the exits. */
class UnfinishedBody extends TypeError {}

function completed(result: unknown): unknown {
  if (isPromiseLike(result)) {
    throw new UnfinishedBody(
      "The body of withContext returned a promise, which a synchronous form cannot await: use withAsyncContext",
    );
  }
  return result;
}
