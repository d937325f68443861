import { describe } from "./describe.js";
import { hidden, isObject } from "./objects.js";
import { flattenErrors } from "./flatten-errors.js";
import type { ContextManager } from "./protocol.js";
import { isSuppressedError } from "./suppressed-error.js";

/**
 * Which errors are meant: those of a class, those that have the properties of a shape, or those for
 * which a predicate answers exactly `true`.
 */
export type ErrorFilter =
  | (abstract new (...args: never) => unknown)
  | Readonly<Record<string, unknown>>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a predicate names what it looks at
  | ((error: any) => boolean);

/**
 * A manager that suppresses the errors that one of the filters names, and no others. It keeps no
 * state, so it may be entered any number of times.
 *
 * An `AggregateError` that no filter names as a whole is split, as Python's `suppress` splits
 * exception groups: the errors in it that are named vanish, and an `AggregateError` of the rest goes on
 * in its place. A `SuppressedError` is suppressed where all its errors are named.
 *
 * @param filters - Error classes, shapes such as `{ code: "ENOENT" }`, whose values have to be the
 *   error's own by `Object.is`, and predicates. Without any, nothing is suppressed.
 * @throws TypeError where a filter is none of these, or a shape without properties.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFileSync } from "node:fs";
 * import { suppress, withContext } from "unwind";
 *
 * const read = (path: string): string | undefined =>
 *   withContext(suppress({ code: "ENOENT" }), () => readFileSync(path, "utf8"));
 *
 * assert.equal(read("/no/such/file"), undefined);
 * assert.throws(() => read("/"), { code: "EISDIR" });
 * ```
 */
export function suppress(...filters: ErrorFilter[]): ContextManager<void, boolean> {
  const matchers = filters.map(matcher);
  const matches = (error: unknown): boolean => matchers.some((match) => match(error) === true);
  return {
    enter() {
      // Nothing to acquire.
    },
    exit(failure) {
      if (failure === undefined) return false;
      const { error } = failure;
      const rest = remainder(error, matches, new Set());
      if (rest === undefined) return true;
      if (Object.is(rest.error, error)) return false;
      throw rest.error;
    },
  };
}

type Matcher = (error: unknown) => unknown;

function matcher(filter: unknown): Matcher {
  if (typeof filter === "function") {
    return isClass(filter)
      ? (error) => error instanceof (filter as new () => unknown)
      : (filter as Matcher);
  }
  const shape = isObject(filter) ? Object.entries(filter) : [];
  if (shape.length === 0) {
    throw new TypeError(
      `suppress() takes error classes, shapes such as { code: "ENOENT" }, and predicates, not ${describe(filter)}: an empty shape would suppress everything`,
    );
  }
  return (error) =>
    isObject(error) &&
    shape.every(([key, value]) => Object.is((error as Record<string, unknown>)[key], value));
}

/** A class's prototype cannot be exchanged; that of a class compiled to ES5 can, but is an error's. */
function isClass(fn: object): boolean {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype");
  return prototype?.writable === false || prototype?.value instanceof Error;
}

/** What is left of an error: undefined where nothing is, the error itself where nothing is named. */
function remainder(
  error: unknown,
  matches: Matcher,
  opened: ReadonlySet<unknown>,
): { readonly error: unknown } | undefined {
  if (matches(error)) return undefined;
  // One that holds itself is left as it is.
  if (opened.has(error)) return { error };
  const path = new Set(opened).add(error);
  if (isSuppressedError(error)) {
    // It is one event, not a group: what is left of it would be told without what it came with.
    const whole = flattenErrors(error).every((one) => remainder(one, matches, path) === undefined);
    return whole ? undefined : { error };
  }
  if (!isAggregateError(error)) return { error };
  const { errors } = error;
  const rest = errors.map((one) => remainder(one, matches, path));
  const left = rest.filter((one) => one !== undefined);
  if (left.length === 0 && errors.length > 0) return undefined;
  if (rest.every((one, index) => one !== undefined && Object.is(one.error, errors[index]))) {
    return { error };
  }
  return like(
    error,
    new AggregateError(
      left.map((one) => one.error),
      error.message,
    ),
  );
}

function isAggregateError(value: unknown): value is AggregateError {
  return (
    value instanceof AggregateError ||
    // One of another realm.
    (Object.prototype.toString.call(value) === "[object Error]" &&
      (value as Error).name === "AggregateError" &&
      Array.isArray((value as AggregateError).errors))
  );
}

/** The rest of an error was not thrown anew: it keeps where the error was thrown, and its cause. */
function like(error: Error, rest: Error): { readonly error: Error } {
  for (const key of ["stack", "cause"] as const) {
    if (key in error) {
      Object.defineProperty(rest, key, hidden(error[key]));
    }
  }
  // As a `SuppressedError` holds its errors: it tells of the whole, so it replaces that on the way out.
  Object.defineProperty(rest, "error", { value: error });
  return { error: rest };
}
