import { describeError } from "./describe.js";
import { hidden, isObject } from "./objects.js";
import type { Failure } from "./protocol.js";
import { isSuppressedError, SuppressedError } from "./suppressed-error.js";
import { UnknownOutcome } from "./unknown-outcome.js";

/**
 * Under which an error holds the one that it stands for, though it is not caused by it: it is what
 * `suppress` left of it. Registered, so that two copies of this package understand each other.
 */
export const standsFor: symbol = Symbol.for("unwind.standsFor");

/**
 * Failures that a stack's exit suppressed before something else failed in it. What it throws then did
 * not come on top of them: they are gone, as they would be had the managers been nested by hand.
 */
const gone = new WeakSet<Failure>();

/** Above this many, a stack trace lists only the first errors: it is read by people. */
const listed = 10;

/**
 * The state in which exits run: what each of them sees, and what is thrown in the end. The exits'
 * errors stay apart until then, so that each exit sees the newest error as it was thrown.
 */
export class Unwinding {
  /** The newest error that is still on its way. */
  #failure: Failure | undefined;
  /** The errors that the newest one came on top of, oldest first. */
  #older: unknown[] | undefined;
  /** Whether the body's own failure was suppressed. */
  #suppressed = false;
  /** Whether nobody knows how the body ended. */
  readonly #unknown: boolean;
  /** What exits see then, while there is no error; made when the first one looks. */
  #unknownOutcome: Failure | undefined;

  /**
   * @param outcome - How the body ended: absent when it completed.
   * @param unknown - Whether nobody knows.
   */
  constructor(outcome: Failure | undefined, unknown = false) {
    if (outcome !== undefined && outcome.error instanceof UnknownOutcome) {
      this.#unknown = true;
      this.#unknownOutcome = outcome;
    } else {
      this.#unknown = unknown;
      this.#failure = outcome;
    }
  }

  /** What the next exit sees. */
  get outcome(): Failure | undefined {
    if (this.isUnknown) this.#unknownOutcome ??= { error: new UnknownOutcome() };
    return this.#failure ?? this.#unknownOutcome;
  }

  /** Whether nobody can tell whether this is success. */
  get isUnknown(): boolean {
    return this.#unknown && this.#failure === undefined;
  }

  /** An exit answered `true`. An unknown outcome stays unknown: it is no error. */
  suppress(): void {
    this.#suppressed ||= this.#failure !== undefined;
    this.#failure = undefined;
    this.#older = undefined;
  }

  /** An exit threw. */
  fail(error: unknown): void {
    const current = this.#failure;
    if (current === undefined) {
      if (this.#unknownOutcome?.error === error && error instanceof UnknownOutcome) return;
    } else {
      if (Object.is(current.error, error)) return;
      if (gone.has(current)) this.suppress();
      else if (!records(error, current.error)) (this.#older ??= []).push(current.error);
    }
    this.#failure = { error };
  }

  /**
   * What an exit answers that was told `outcome` and exited all others: whether they suppressed it.
   *
   * @throws what else is on its way in the end.
   */
  settle(outcome: Failure | undefined): boolean {
    const failure = this.#failure;
    if (failure === undefined) return outcome !== undefined && !this.#unknown;
    if (outcome !== undefined && !this.#older && Object.is(failure.error, outcome.error)) {
      return false;
    }
    if (outcome !== undefined && this.#suppressed) gone.add(outcome);
    throw combine(this.#older, failure.error);
  }

  /** Throws what is on its way in the end. */
  rethrow(): void {
    if (this.#failure !== undefined) throw combine(this.#older, this.#failure.error);
  }
}

/**
 * Whether a thrown error tells of the current one: as a cause, or as what it suppressed. It then
 * stands for both.
 */
function records(error: unknown, current: unknown): boolean {
  // A set's iteration comes also to what is added meanwhile.
  const seen = new Set([error]);
  try {
    for (const next of seen) {
      if (!isObject(next)) continue;
      const members = next as Record<PropertyKey, unknown>;
      for (const key of isSuppressedError(next) ? [...told, "error", "suppressed"] : told) {
        // `cause: undefined` has to be told from no cause, for undefined can be thrown.
        if (!(key in next)) continue;
        const one = members[key];
        if (Object.is(one, current)) return true;
        seen.add(one);
      }
    }
  } catch {
    // A getter that throws must not keep the remaining exits from running.
  }
  return false;
}

/** The properties by which an error of any kind tells of another one. */
const told: readonly PropertyKey[] = ["cause", standsFor];

/**
 * Engines print neither of the two errors, only the stack of the `SuppressedError` itself, which
 * leads to this file. What they print is `stack`, so that is where the errors' own stacks go.
 */
function combine(older: readonly unknown[] | undefined, newest: unknown): unknown {
  if (older === undefined) return newest;
  const errors = [...older, newest];
  const parts: string[] = [];
  let combined: unknown;
  errors.forEach((error, index) => {
    if (index < listed) parts.push(`  [${index + 1}] ${stackOf(error).replaceAll("\n", "\n  ")}`);
    if (index === 0) {
      combined = error;
      return;
    }
    const between = index > 1 ? `, then ${index - 1} more` : "";
    combined = new SuppressedError(
      error,
      combined,
      `${describeError(error)} (while unwinding from ${describeError(errors[0])}${between})`,
    );
  });
  if (errors.length > listed) parts.push(`  … and ${errors.length - listed} more`);
  parts.unshift(stackOf(combined));
  // Where an engine holds its stacks fast, the errors are there all the same.
  Reflect.defineProperty(combined as object, "stack", hidden(parts.join("\n")));
  return combined;
}

function stackOf(error: unknown): string {
  try {
    if (error instanceof Error && error.stack) return error.stack;
  } catch {
    // A getter that throws.
  }
  return describeError(error);
}
