import { describe } from "./describe.js";
import { isPromiseLike } from "./objects.js";
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
  if (typeof fn !== "function") {
    throw new TypeError(`defer() takes a function, not ${describe(fn)}`);
  }
  const call = once(fn);
  const deferred = {
    [dispose]() {
      refusePromise(call(), "The function given to defer()");
    },
    async [asyncDispose]() {
      await call();
    },
  };
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
export function refusePromise(answer: unknown, whose: string): void {
  if (isPromiseLike(answer)) {
    throw new TypeError(
      `${whose} returned a promise, which \`using\` cannot await: dispose it with \`await using\``,
    );
  }
}
