import { describe } from "./describe.js";
import type { Failure } from "./protocol.js";
import { SuppressedError } from "./suppressed-error.js";
import { isUnknown } from "./unknown-outcome.js";

/*
 * What is on its way while exits run is the newest failure alone, so that each exit sees the newest
 * error as it was thrown. What it came on top of is kept beside it, and told in the end.
 */

/** The failure that each one came on top of. */
const older = new WeakMap<Failure, Failure | undefined>();

/**
 * Failures that an exit suppressed. What a stack throws after that did not come on top of them: they
 * are gone, as they would be had the managers been nested by hand.
 */
const gone = new WeakSet<Failure>();

/**
 * Under which an error holds the one that it stands for, though it is not caused by it: it is what
 * `suppress` left of it. Registered, so that two copies of this package understand each other.
 */
export const standsFor: symbol = Symbol.for("unwind.standsFor");

/** What is on its way after an exit that saw `current` has thrown, where the body ended with `outcome`. */
export function thrown(
  error: unknown,
  current: Failure | undefined,
  outcome: Failure | undefined,
): Failure {
  const failure = { error };
  if (current !== undefined) {
    if (Object.is(error, current.error)) return current;
    if (gone.has(current)) suppressed(outcome);
    else if (!isUnknown(current)) {
      older.set(failure, records(error, current.error) ? older.get(current) : current);
    }
  }
  return failure;
}

/**
 * What is on its way after an exit has answered `true`, where the body ended with `outcome`. An
 * unknown outcome stays unknown: it is no error.
 */
export function suppressed(outcome: Failure | undefined): Failure | undefined {
  if (outcome === undefined) return undefined;
  gone.add(outcome);
  return isUnknown(outcome) ? outcome : undefined;
}

/**
 * What exits answer in the end that were told `outcome`: whether they suppressed it.
 *
 * @param last - What is on its way after the last of them.
 * @throws what it holds, where that is not `outcome` itself.
 */
export function settle(last: Failure | undefined, outcome: Failure | undefined): boolean {
  if (last !== undefined && last !== outcome) throw combine(last);
  return last !== outcome;
}

/**
 * Whether a thrown error tells of the current one: as a cause, or as what it suppressed. It then
 * stands for both.
 */
function records(error: unknown, current: unknown): boolean {
  // A set's iteration comes also to what is added meanwhile.
  const told = new Set([error]);
  try {
    for (const one of told) {
      for (const key of ["cause", standsFor, "error", "suppressed"]) {
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
 * Engines print neither of the two errors, only the stack of the `SuppressedError` itself, which
 * leads to this file. What they print is `stack`, so that is where the errors' own stacks go: those of
 * the first few, for it is read by people.
 */
function combine(newest: Failure): unknown {
  const errors: unknown[] = [];
  for (let next: Failure | undefined = newest; next; next = older.get(next))
    errors.push(next.error);
  const first = describe(errors.reverse()[0]);
  const combined = errors.reduce(
    (before, error) =>
      new SuppressedError(error, before, `${describe(error)} (while unwinding from ${first})`),
  );
  if (errors.length > 1) {
    try {
      (combined as { stack: string }).stack += ["", ...errors.slice(0, 10).map(stackOf)]
        .join("\n")
        .replaceAll("\n", "\n  ");
    } catch {
      // A getter that throws, or an engine that holds its stacks fast: the errors are there all the same.
    }
  }
  return combined;
}

function stackOf(error: unknown): unknown {
  return (error as Partial<Error> | null | undefined)?.stack ?? describe(error);
}
