import type { AsyncContextManager, ContextManager } from "./protocol.js";

/** A manager for both forms that does nothing. */
export interface NullContext<T> extends ContextManager<T, void>, AsyncContextManager<T, void> {}

/**
 * A manager that does nothing: it stands where a manager may or may not be needed. For the sync and
 * the async form; may be entered any number of times.
 *
 * @param value - What entering gives.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { closeSync, openSync, writeSync } from "node:fs";
 * import { contextManager, nullContext, withContext } from "unwind";
 *
 * const file = contextManager(function* (path: string) {
 *   const fd = openSync(path, "w");
 *   try {
 *     yield fd;
 *   } finally {
 *     closeSync(fd);
 *   }
 * });
 *
 * // What is passed in stays open; what is opened here is closed.
 * function write(target: string | number, text: string): number {
 *   return withContext(typeof target === "number" ? nullContext(target) : file(target), (fd) =>
 *     writeSync(fd, text),
 *   );
 * }
 *
 * assert.equal(write("/dev/null", "four"), 4);
 * assert.equal(write(1, ""), 0);
 * ```
 */
export function nullContext(): NullContext<void>;
export function nullContext<T>(value: T): NullContext<T>;
export function nullContext(value?: unknown): NullContext<unknown> {
  return {
    enter: () => value,
    exit() {
      // Nothing to release.
    },
    enterAsync: () => Promise.resolve(value),
    exitAsync: () => Promise.resolve(),
  };
}
