/** An error thrown while an older one was on its way. */
export interface SuppressedError extends Error {
  /** The newer error. */
  error: unknown;
  /** The older error. */
  suppressed: unknown;
}

export interface SuppressedErrorConstructor {
  new (error: unknown, suppressed: unknown, message?: string): SuppressedError;
  (error: unknown, suppressed: unknown, message?: string): SuppressedError;
  readonly prototype: SuppressedError;
}

interface CapturingError {
  captureStackTrace?(target: object, from: unknown): void;
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
  const target = (new.target as { prototype: unknown } | undefined) ?? OwnSuppressedError;
  const { prototype } = target;
  const self = new Error(message);
  Object.setPrototypeOf(
    self,
    (typeof prototype === "object" && prototype !== null) || typeof prototype === "function"
      ? prototype
      : OwnSuppressedError.prototype,
  );
  hide(self, "error", error);
  hide(self, "suppressed", suppressed);
  // The stack begins with the name, which was not yet known when `Error` took it.
  (Error as CapturingError).captureStackTrace?.(self, target);
  return self as SuppressedError;
} as SuppressedErrorConstructor;

Object.setPrototypeOf(OwnSuppressedError, Error);
Object.defineProperty(OwnSuppressedError, "prototype", {
  value: Object.create(Error.prototype),
  writable: false,
});
hide(OwnSuppressedError.prototype, "constructor", OwnSuppressedError);
hide(OwnSuppressedError.prototype, "name", "SuppressedError");
hide(OwnSuppressedError.prototype, "message", "");

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

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

const { toString } = Object.prototype;

/** Whether a value is a `SuppressedError`, also of another realm or a polyfill. */
export function isSuppressedError(value: unknown): value is SuppressedError {
  return (
    typeof value === "object" &&
    value !== null &&
    "error" in value &&
    "suppressed" in value &&
    (value instanceof SuppressedError || toString.call(value) === "[object Error]")
  );
}
