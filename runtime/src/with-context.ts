import { acquire } from "./acquire.js";
import { conclude } from "./conclude.js";
import { type Entry, entry, type Newest, syncEntrance, syncResource } from "./entry.js";
import { leaveAll } from "./leave.js";
import { isPromiseLike } from "./objects.js";
import { report } from "./observe.js";
import type { Context, Entered, EnteredAll, Skipped } from "./protocol.js";
import { refuseSync } from "./refuse.js";

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
/**
 * The same for a tuple: all are checked before the first is entered, then entered from left to right
 * and exited from right to left.
 *
 * @param contexts - Managers and disposables.
 * @param body - Gets what entering gave, as a tuple.
 */
export function withContext<const Ms extends readonly Context[], R>(
  contexts: Ms,
  body: (values: EnteredAll<Ms>) => R & NotPromise<R>,
): R | Skipped<Ms[number]>;
export function withContext(
  context: Context | readonly Context[],
  body: (value: never) => unknown,
): unknown {
  const run = body as (value: unknown) => unknown;
  if (Array.isArray(context)) return withAll(context, run);
  return report ? withAll([context], ([value]) => run(value)) : withOne(context, run);
}

/**
 * The common cases, without a list and, while nothing fails, without an entry. Each kind has a path of
 * its own: one for both would ask a disposable twice how it is released.
 */
function withOne(context: unknown, body: (value: unknown) => unknown): unknown {
  const members = context as Partial<Entry> | null | undefined;
  const enter = members?.enter;
  const exit = typeof enter === "function" ? members?.exit : undefined;
  // The `[Symbol.dispose]` of a manager is not asked for, because the outcome is known.
  if (typeof exit === "function") return withManager(context, enter?.call(context), body, exit);
  const resource = syncResource(context);
  if (resource.exit) return withManager(context, context, body, resource.exit, resource.release);
  const { release } = resource;
  let result;
  let late;
  try {
    result = body(context);
    late = isPromiseLike(result);
  } catch (error) {
    conclude(entry(context, release), { error });
    return undefined;
  }
  if (late) refuseBody(entry(context, release));
  if (isPromiseLike(release?.call(context))) refuseSync(context);
  return result;
}

function withManager(
  context: unknown,
  value: unknown,
  body: (value: unknown) => unknown,
  exit: NonNullable<Entry["exit"]>,
  release?: Entry["release"],
): unknown {
  let result;
  let late;
  try {
    result = body(value);
    late = isPromiseLike(result);
  } catch (error) {
    conclude(entry(context, release, exit), { error });
    return undefined;
  }
  if (late) refuseBody(entry(context, release, exit));
  if (isPromiseLike(exit.call(context, undefined))) refuseSync(context);
  return result;
}

function withAll(contexts: readonly unknown[], body: (values: unknown[]) => unknown): unknown {
  const entrances = Array.from(contexts, (context) => syncEntrance(context));
  let newest: Newest;
  const values: unknown[] = [];
  let result;
  let late;
  try {
    for (const entrance of entrances) {
      values.push(acquire(entrance));
      entrance.below = newest;
      newest = entrance;
      report?.("acquired", entrance);
    }
    result = body(values);
    late = isPromiseLike(result);
  } catch (error) {
    conclude(newest, { error });
    return undefined;
  }
  if (late) refuseBody(newest);
  conclude(newest, undefined);
  return result;
}

/** The body's work goes on after the exits; none of them can make up for that. */
function refuseBody(newest: Newest): never {
  const error = new TypeError("The body of withContext returned a promise: use withAsyncContext");
  leaveAll(newest, { error });
  throw error;
}
