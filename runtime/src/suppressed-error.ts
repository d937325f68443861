import { hidden, isObject } from "./objects.js";

/** An error thrown while an older one was on its way. */
export interface SuppressedError extends Error {
  /** The newer error. */
  error: unknown;
  /** The older error. */
  suppressed: unknown;
}

/** The type of {@link SuppressedError} as a value: with and without `new`, as the standard has it. */
export interface SuppressedErrorConstructor {
  new (error: unknown, suppressed: unknown, message?: string): SuppressedError;
  (error: unknown, suppressed: unknown, message?: string): SuppressedError;
  readonly prototype: SuppressedError;
}

/*
 * Behind a proxy, because the standard's constructor, unlike a class, can be called without `new`.
 * Exported for the tests, which run it also in engines that have their own.
 */
export const OwnSuppressedError = new Proxy(
  class SuppressedError extends Error {
    constructor(error: unknown, suppressed: unknown, message?: string) {
      super(message);
      Object.defineProperties(this, { error: hidden(error), suppressed: hidden(suppressed) });
    }
  } as unknown as SuppressedErrorConstructor,
  {
    apply: (Own, _, args: [unknown, unknown]) => new Own(...args),
    // A class would take its parent's prototype where the target has none.
    construct: (Own, args: [unknown, unknown], target) =>
      Reflect.construct(
        Own,
        args,
        isObject((target as typeof Own).prototype) ? (target as typeof Own) : Own,
      ),
  },
);
Object.defineProperties(OwnSuppressedError.prototype, {
  constructor: hidden(OwnSuppressedError),
  name: hidden("SuppressedError"),
  message: hidden(""),
});

/**
 * The engine's `SuppressedError`, or one of the same behaviour where the engine has none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExitStack, SuppressedError } from "unwind";
 *
 * const stack = new ExitStack();
 * stack.defer(() => {
 *   throw new Error("older");
 * });
 * stack.defer(() => {
 *   throw new Error("newer");
 * });
 *
 * assert.throws(
 *   () => stack.dispose(),
 *   (error) => error instanceof SuppressedError && error.message.includes("newer"),
 * );
 * ```
 */
export const SuppressedError: SuppressedErrorConstructor =
  (globalThis as { SuppressedError?: SuppressedErrorConstructor }).SuppressedError ??
  OwnSuppressedError;

/** Whether a value is a `SuppressedError`, also of another realm or a polyfill. */
export function isSuppressedError(value: unknown): value is SuppressedError {
  return (
    isObject(value) &&
    "error" in value &&
    "suppressed" in value &&
    Object.prototype.toString.call(value) === "[object Error]"
  );
}
