import type { Failure } from "./protocol.js";

/**
 * What an exit sees as the failure's error when its manager is released by `using` or by a plain
 * `dispose()`, where nobody can tell whether the work succeeded, and `complete()` was not called. An
 * exit that commits on success thus rolls back. It is never thrown, and nothing is gained by
 * suppressing it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExitStack, UnknownOutcome } from "unwind";
 *
 * const seen: unknown[] = [];
 * const stack = new ExitStack();
 * stack.push((failure) => {
 *   seen.push(failure?.error);
 * });
 * stack.dispose();
 *
 * assert.ok(seen[0] instanceof UnknownOutcome);
 * ```
 */
export class UnknownOutcome extends Error {
  override name = "UnknownOutcome";
  override message = "complete() was not called";
  // It was thrown nowhere: a trace would lead to whoever loaded this module.
  override stack = String(this);
}

/**
 * One for all, made once: what captures a stack costs more than most releases.
 *
 * @internal
 */
export const unknownOutcome: Failure = {
  error: /* @__PURE__ */ new UnknownOutcome(),
};

/** Whether nobody can tell whether this is success. */
export function isUnknown(outcome: Failure | undefined): boolean {
  return outcome?.error instanceof UnknownOutcome;
}
