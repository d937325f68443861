import { hidden } from "./objects.js";

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
  static {
    Object.defineProperty(this.prototype, "name", hidden("UnknownOutcome"));
  }

  constructor() {
    super("Released without a known outcome: complete() was not called");
  }
}
