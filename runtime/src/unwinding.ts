import { describe } from "./describe.js";
import type { Failure } from "./protocol.js";
import { SuppressedError } from "./suppressed-error.js";
import { isUnknown } from "./unknown-outcome.js";

/*
 * What is on its way while exits run is the newest failure alone, so that each exit sees the newest
 * error as it was thrown. What it came on top of is kept beside it, and told in the end.
 */

/**
 * Failures that an exit suppressed. What a stack throws after that did not come on top of them: they
 * are gone, as they would be had the managers been nested by hand.
 */
const gone = new WeakSet<Failure>();

/**
 * What is on its way after an exit that saw `current` has thrown, where the body ended with `outcome`.
 *
 * @param older - The errors that `current` came on top of, from the oldest to the newest.
 */
export function thrown(
  error: unknown,
  current: Failure | undefined,
  outcome: Failure | undefined,
  older: unknown[],
): Failure {
  if (current) {
    if (Object.is(error, current.error)) return current;
    if (gone.has(current)) suppressed(outcome, older);
    else if (!(isUnknown(current) || records(error, current.error))) older.push(current.error);
  }
  return { error };
}

/**
 * What is on its way after an exit has answered `true`, where the body ended with `outcome`. An
 * unknown outcome stays unknown: it is no error.
 */
export function suppressed(outcome: Failure | undefined, older: unknown[]): Failure | undefined {
  if (outcome) gone.add(outcome);
  older.length = 0;
  return isUnknown(outcome) ? outcome : undefined;
}

/**
 * Whether a thrown error tells of the current one, and so stands for both: by its `cause`, or by what
 * it holds as `error` or `suppressed`, as a `SuppressedError` does, one of any realm or polyfill, and
 * what `suppress` has left of an error.
 */
function records(error: unknown, current: unknown): boolean {
  // A set's iteration comes also to what is added meanwhile.
  const told = new Set([error]);
  try {
    for (const one of told) {
      for (const key of ["cause", "error", "suppressed"]) {
        // `cause: undefined` has to be told from no cause, for undefined can be thrown.
        if (key in Object(one)) told.add((one as Record<PropertyKey, unknown>)[key]);
      }
    }
  } catch {
    // A getter that throws must not keep the remaining exits from running.
  }
  return told.has(current);
}

/**
 * What exits answer in the end that were told `outcome`: whether they suppressed it.
 *
 * @param last - What is on its way after the last of them.
 * @param errors - Those that it came on top of, from the oldest to the newest; it is added to them.
 * @throws what it holds, with those errors, where that is not `outcome` itself.
 */
export function settle(
  last: Failure | undefined,
  outcome: Failure | undefined,
  errors: unknown[],
): boolean {
  if (!last || last === outcome) return last !== outcome;
  errors.push(last.error);
  const combined = errors.reduce(
    (before, error) =>
      new SuppressedError(error, before, `${describe(error)} (after ${describe(errors[0])})`),
  );
  if (errors.length > 1) {
    try {
      // Engines print neither error, only the stack of the `SuppressedError`, which leads to this
      // file. So the errors' own stacks go there: those of the first few, for people read it.
      for (const error of errors.slice(0, 9)) {
        (combined as { stack: string }).stack +=
          `\n${(error as Partial<Error> | null | undefined)?.stack ?? describe(error)}`;
      }
    } catch {
      // A getter that throws, or an engine that holds its stacks fast: the errors are there all the same.
    }
  }
  throw combined;
}
