import { entry } from "./entry.js";
import { isPromiseLike } from "./objects.js";
import { report } from "./observe.js";
import { callable, refuseSync } from "./refuse.js";
import { asyncDispose, dispose } from "./symbols.js";

/**
 * How something is disposed whose release returns `X`: with a promise in it, only asynchronously;
 * either way where nothing is known.
 */
export type DisposedBy<X> = 0 extends 1 & X
  ? Disposable & AsyncDisposable
  : [Extract<X, PromiseLike<unknown>>] extends [never]
    ? Disposable
    : AsyncDisposable;

/**
 * Makes a disposable of a function: what is released need not be an object.
 *
 * @param fn - Is called once, when the disposable is disposed.
 * @returns An `AsyncDisposable` where `fn` returns a promise, else a `Disposable`.
 * @throws TypeError where `fn` is not a function.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { defer } from "unwind";
 *
 * const log: string[] = [];
 * {
 *   using _ = defer(() => log.push("released"));
 *   log.push("work");
 * }
 * assert.deepEqual(log, ["work", "released"]);
 * ```
 */
export function defer<X>(fn: () => X): DisposedBy<X> {
  callable(fn);
  const call = once(() => (report ? report("calls", made, fn) : fn()));
  const deferred = {
    [dispose]() {
      refusePromise(call(), fn);
    },
    async [asyncDispose]() {
      await call();
    },
  };
  const made = entry(deferred);
  report?.("defer", made);
  report?.("acquired", made);
  return deferred;
}

/** A function that calls `fn` the first time, and does nothing later. */
export function once(fn: () => unknown): () => unknown {
  let pending: (() => unknown) | undefined = fn;
  return () => {
    const current = pending;
    pending = undefined;
    return current?.();
  };
}

/** A synchronous disposer must not drop the promise of a release that it has begun. */
export function refusePromise(answer: unknown, source: unknown): void {
  if (isPromiseLike(answer)) refuseSync(source);
}
