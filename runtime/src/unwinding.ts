import { describeError } from "./describe.js";
import type { Failure } from "./protocol.js";
import { isSuppressedError, SuppressedError } from "./suppressed-error.js";
import { UnknownOutcome } from "./unknown-outcome.js";

/**
 * Under which an error holds the one that it stands for, though it is not caused by it: it is what
 * `suppress` left of it. Registered, so that two copies of this package understand each other.
 */
export const standsFor: symbol = Symbol.for("unwind.standsFor");

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
    this.#failure = undefined;
    this.#older = undefined;
  }

  /** An exit threw. */
  fail(error: unknown): void {
    const current = this.#failure;
    if (current === undefined) {
      if (this.#unknownOutcome !== undefined && this.#unknownOutcome.error === error) return;
    } else {
      if (Object.is(current.error, error)) return;
      if (!records(error, current.error)) (this.#older ??= []).push(current.error);
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
  const seen = new Set<unknown>();
  const pending = [error];
  try {
    while (pending.length > 0) {
      const next = pending.pop();
      if (typeof next !== "object" || next === null || seen.has(next)) continue;
      seen.add(next);
      const told: unknown[] = isSuppressedError(next) ? [next.error, next.suppressed] : [];
      // `cause: undefined` has to be told from no cause, for undefined can be thrown.
      if ("cause" in next) told.push(next.cause);
      if (standsFor in next) told.push((next as Record<symbol, unknown>)[standsFor]);
      if (told.some((one) => Object.is(one, current))) return true;
      pending.push(...told);
    }
  } catch {
    // A getter that throws must not keep the remaining exits from running.
  }
  return false;
}

function combine(older: readonly unknown[] | undefined, newest: unknown): unknown {
  if (older === undefined) return newest;
  const errors = [...older, newest];
  const first = describeError(errors[0]);
  let combined = errors[0];
  for (let index = 1; index < errors.length; index++) {
    const between = index > 1 ? `, then ${String(index - 1)} more` : "";
    const message = `${describeError(errors[index])} (while unwinding from ${first}${between})`;
    combined = new SuppressedError(errors[index], combined, message);
  }
  return printable(combined as SuppressedError, errors);
}

/**
 * Engines print neither of the two errors, only the stack of the `SuppressedError` itself, which
 * leads to this file. What they print is `stack`, so that is where the errors' own stacks go.
 */
function printable(combined: SuppressedError, errors: readonly unknown[]): SuppressedError {
  const parts = errors.slice(0, listed).map((error, index) => {
    const [head = "", ...lines] = stackOf(error).split("\n");
    return [`  [${String(index + 1)}] ${head}`, ...lines.map((line) => `  ${line}`)].join("\n");
  });
  if (errors.length > listed) parts.push(`  … and ${String(errors.length - listed)} more`);
  try {
    Object.defineProperty(combined, "stack", {
      value: [stackOf(combined), ...parts].join("\n"),
      writable: true,
      configurable: true,
    });
  } catch {
    // Some engine may hold its stacks fast; the errors are there all the same.
  }
  return combined;
}

function stackOf(error: unknown): string {
  try {
    const stack = error instanceof Error ? error.stack : undefined;
    return typeof stack === "string" && stack !== "" ? stack : describeError(error);
  } catch {
    return "an error";
  }
}
