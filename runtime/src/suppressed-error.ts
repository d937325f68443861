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
 * A function and not a class: the standard's constructor can be called without `new`. Exported for
 * the tests, which run it also in engines that have their own.
 */
export const OwnSuppressedError = function SuppressedError(
  error: unknown,
  suppressed: unknown,
  message?: string,
): SuppressedError {
  // Undefined where it is called without `new`.
  const target = new.target as { prototype: unknown } | undefined;
  // The constructor first: the stack begins with the name, which `Error` looks up then.
  const constructor = isObject(target?.prototype) ? target : OwnSuppressedError;
  const self: unknown = Reflect.construct(Error, [message], constructor as typeof Error);
  return Object.defineProperties<SuppressedError>(self as SuppressedError, {
    error: hidden(error),
    suppressed: hidden(suppressed),
  });
} as SuppressedErrorConstructor;

Object.setPrototypeOf(OwnSuppressedError, Error);
Object.defineProperty(OwnSuppressedError, "prototype", {
  value: Object.create(Error.prototype, {
    constructor: hidden(OwnSuppressedError),
    name: hidden("SuppressedError"),
    message: hidden(""),
  }),
  writable: false,
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
