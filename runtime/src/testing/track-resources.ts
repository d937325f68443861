import { isPromiseLike } from "../objects.js";
import type { Failure } from "../protocol.js";
import { settle as settleErrors } from "../unwinding.js";
import { listen } from "./dispatch.js";
import type { Leak } from "./leak.js";
import { watchNode } from "./node-hooks.js";
import { ResourceLeakError } from "./resource-leak-error.js";
import { intoScopes, runIn, Scope, type TrackOptions } from "./scope.js";
import { settle } from "./settle.js";

/**
 * Runs a body and checks that all it acquired was released when it ended: everything acquired through
 * `unwind` and, on Node, sockets, servers, timers, child processes, workers, file watchers, ports and
 * `FileHandle`s, however they were made. Raw file descriptors (`fs.open`, `fs.openSync`) are not seen.
 *
 * Bodies that run at the same time do not get in each other's way: what is acquired counts for the
 * body from which it was begun, also asynchronously.
 *
 * @param body - Acquires and releases; it may be async.
 * @param options - What is tracked, whether with stacks, and how long the end is waited for.
 * @returns What the body returns.
 * @throws ResourceLeakError that says where each was acquired. Where the body failed, too, a
 *   `SuppressedError` of both; where only the body failed, what it threw. For an async body, the
 *   promise rejects with these.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { open } from "node:fs/promises";
 * import { devNull } from "node:os";
 * import { ResourceLeakError, trackResources } from "unwind/testing";
 *
 * let file: Awaited<ReturnType<typeof open>> | undefined;
 * await assert.rejects(
 *   trackResources(async () => {
 *     file = await open(devNull);
 *   }),
 *   (error) => error instanceof ResourceLeakError && error.leaks[0]?.resource === "a FileHandle",
 * );
 * await file?.close();
 * ```
 */
export function trackResources<R>(body: () => R, options: TrackOptions = {}): R {
  requireBody(body, "trackResources");
  const scope = new Scope(options);
  const stop = track(scope);
  let result: R;
  try {
    result = runIn(scope, body);
  } catch (error) {
    stop();
    fail({ error }, scope.leaks(true));
  }
  // A promise of the same type as the body's, by what the caller sees.
  if (isPromiseLike(result)) return finish(scope, stop, result) as R;
  stop();
  const leaks = scope.leaks(true);
  if (leaks.length > 0) throw new ResourceLeakError(leaks);
  return result;
}

async function finish(scope: Scope, stop: () => void, result: unknown): Promise<unknown> {
  let failure: Failure | undefined;
  let value: unknown;
  try {
    value = await result;
  } catch (error) {
    failure = { error };
  }
  const leaks = await settle(scope);
  stop();
  if (failure !== undefined) fail(failure, leaks);
  if (leaks.length > 0) throw new ResourceLeakError(leaks);
  return value;
}

/** The body's failure stays the primary error. */
function fail(failure: Failure, leaks: readonly Leak[]): never {
  if (leaks.length > 0) {
    settleErrors({ error: new ResourceLeakError(leaks) }, undefined, [failure.error]);
  }
  throw failure.error;
}

let tracked = 0;
let unlisten: (() => void) | undefined;

/**
 * Has acquisitions counted for a scope.
 *
 * @returns Ends that, and the scope.
 */
export function track(scope: Scope): () => void {
  if (tracked++ === 0) unlisten = listen(intoScopes);
  const unwatch = scope.options.node === false ? undefined : watchNode();
  return () => {
    if (scope.ended) return;
    scope.closed = true;
    scope.ended = true;
    if (--tracked === 0) unlisten?.();
    unwatch?.();
  };
}

/** @throws TypeError where it is no function. */
export function requireBody(body: unknown, whose: string): void {
  if (typeof body !== "function") {
    throw new TypeError(`${whose}() takes a function that it runs: ${whose}(() => …)`);
  }
}
