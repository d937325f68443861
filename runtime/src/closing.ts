import { type DisposedBy, once, refusePromise } from "./defer.js";
import { entry } from "./entry.js";
import { extendInPlace } from "./in-place.js";
import { isObject } from "./objects.js";
import { report } from "./observe.js";
import { callable, refuse } from "./refuse.js";
import { asyncDispose, dispose } from "./symbols.js";

/**
 * For a `close` of which some overload returns a promise. `ReturnType` sees the last overload only,
 * so it is asked for nothing but `any`.
 */
type DisposedByClose<T extends { close(): unknown }> = 0 extends 1 & ReturnType<T["close"]>
  ? Disposable & AsyncDisposable
  : AsyncDisposable;

/**
 * Gives an object of another library a dispose method, in place: it stays the same object, and so
 * goes wherever it went before. The method is not enumerable, releases once, and is taken away again
 * at that moment, because pooled objects come back.
 *
 * @param resource - Any object that can be extended. A string, a number or a frozen object cannot;
 *   for these there is `adopt` of a stack.
 * @param release - Releases it; the object's own `close` where this is left out.
 * @returns `resource`: an `AsyncDisposable` where the release returns a promise, else a `Disposable`.
 * @throws TypeError where the object cannot be extended, or where there is no `release` and it has no
 *   `close` method.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { closing } from "unwind";
 *
 * const pool = { idle: 1, connect: () => ({ release: () => void pool.idle++ }) };
 * {
 *   pool.idle--;
 *   using client = closing(pool.connect(), (it) => it.release());
 *   assert.equal(pool.idle, 0);
 * }
 * assert.equal(pool.idle, 1);
 * ```
 */
export function closing<T extends object, X extends PromiseLike<unknown>>(
  resource: T,
  release: (resource: T) => X,
): T & DisposedBy<X>;
export function closing<T extends { close(): PromiseLike<unknown> }>(
  resource: T,
): T & DisposedByClose<T>;
export function closing<T extends object, X>(
  resource: T,
  release: (resource: T) => X,
): T & DisposedBy<X>;
export function closing<T extends { close(): unknown }>(
  resource: T,
): T & DisposedBy<ReturnType<T["close"]>>;
export function closing(resource: object, release?: (resource: never) => unknown): object {
  if (!isObject(resource)) refuse(resource, cannot);
  const found = releaseOf(resource, release);
  const made = entry(resource);
  const close = once(() => {
    // Before the release, not after it: a pool may hand the object on while it is being released.
    takeAway?.();
    return report ? report("calls", made, found) : found();
  });

  // Both, for only the release's answer tells which of the two it is.
  const methods = new Map<symbol, () => unknown>([
    [dispose, () => refusePromise(close(), resource)],
    [asyncDispose, async () => void (await close())],
  ]);
  const takeAway = extendInPlace(resource, methods);
  if (!takeAway) refuse(resource, cannot);
  report?.("closing", made);
  report?.("acquired", made);
  return resource;
}

const cannot = "cannot be given a dispose method: use adopt() of an ExitStack or AsyncExitStack";

function releaseOf(
  resource: object,
  release: ((resource: never) => unknown) | undefined,
): () => unknown {
  if (release !== undefined) {
    callable(release);
    return () => release(resource as never);
  }
  const { close } = resource as { close?: unknown };
  if (typeof close !== "function") {
    refuse(resource, "has no close() method: give closing() a release");
  }
  return () => close.call(resource) as unknown;
}
