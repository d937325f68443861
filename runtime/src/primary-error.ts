import { isSuppressedError } from "./suppressed-error.js";

/**
 * The error that came first: what the body threw, beneath whatever failed while it was unwound. A
 * value that is no `SuppressedError` is its own primary error. Knows a `SuppressedError` of another
 * realm.
 *
 * @param error - Anything that was thrown.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { primaryError, withContext } from "unwind";
 *
 * const file = {
 *   [Symbol.dispose]() {
 *     throw new Error("disk full");
 *   },
 * };
 *
 * assert.throws(
 *   () =>
 *     withContext(file, () => {
 *       throw new RangeError("no such line");
 *     }),
 *   (error) => primaryError(error) instanceof RangeError,
 * );
 * ```
 */
export function primaryError(error: unknown): unknown {
  const passed = new Set<unknown>();
  let primary = error;
  while (isSuppressedError(primary) && !passed.has(primary)) {
    passed.add(primary);
    primary = primary.suppressed;
  }
  return primary;
}
