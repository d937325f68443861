import { isSuppressedError } from "./suppressed-error.js";

/**
 * All errors that a `SuppressedError` stands for, in the order in which they were thrown: what
 * {@link primaryError} gives comes first. Any other value stands for itself. Knows a
 * `SuppressedError` of another realm.
 *
 * @param error - Anything that was thrown.
 * @returns At least one element; never a `SuppressedError` that is whole.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flattenErrors, SuppressedError } from "unwind";
 *
 * const [body, release, outer] = [new Error("body"), new Error("release"), new Error("outer")];
 * const thrown = new SuppressedError(outer, new SuppressedError(release, body));
 *
 * assert.deepEqual(flattenErrors(thrown), [body, release, outer]);
 * assert.deepEqual(flattenErrors(body), [body]);
 * ```
 */
export function flattenErrors(error: unknown): unknown[] {
  const errors: unknown[] = [];
  const opened = new Set<unknown>();
  // A stack of its own: a chain may be longer than the engine's call stack.
  const pending: unknown[] = [error];
  while (pending.length > 0) {
    const next = pending.pop();
    if (isSuppressedError(next) && !opened.has(next)) {
      opened.add(next);
      pending.push(next.error, next.suppressed);
    } else if (!opened.has(next)) {
      errors.push(next);
    }
  }
  return errors.length > 0 ? errors : [error];
}
