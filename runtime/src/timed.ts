import { AbstractContextManager } from "./abstract-context-manager.js";
import { describeError } from "./describe.js";
import type { Failure } from "./protocol.js";

/** A running measurement. */
export interface Timer {
  readonly name: string;
  /** What has passed since it began, in milliseconds; it stands still once the body has ended. */
  readonly elapsed: number;
}

/** A measurement that has ended. */
export interface Timing {
  readonly name: string;
  /** In milliseconds, with fractions. */
  readonly duration: number;
  /** What the body threw; absent when it completed. */
  readonly failure: Failure | undefined;
}

/**
 * A manager that measures how long its body takes, for both forms. May be used again, but not while
 * it is running.
 *
 * @param name - What is measured.
 * @param onEnd - Gets the result, also where the body failed; without it, a line goes to
 *   `console.log`.
 * @returns A manager that enters to a {@link Timer}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { setTimeout as sleep } from "node:timers/promises";
 * import { timed, type Timing, withAsyncContext } from "unwind";
 *
 * const timings: Timing[] = [];
 * await withAsyncContext(
 *   timed("load", (timing) => timings.push(timing)),
 *   () => sleep(20),
 * );
 *
 * assert.equal(timings[0]?.name, "load");
 * assert.ok(timings[0].duration > 10);
 * assert.equal(timings[0].failure, undefined);
 * ```
 */
export function timed(
  name: string,
  onEnd: (timing: Timing) => unknown = print,
): AbstractContextManager<Timer> {
  return new Timed(name, onEnd);
}

class Timed extends AbstractContextManager<Timer> {
  readonly #name: string;
  readonly #onEnd: (timing: Timing) => unknown;
  #timer = new Stopwatch("");

  constructor(name: string, onEnd: (timing: Timing) => unknown) {
    super();
    this.#name = name;
    this.#onEnd = onEnd;
  }

  protected acquire(): Timer {
    return (this.#timer = new Stopwatch(this.#name));
  }

  protected release(failure?: Failure): void {
    const duration = this.#timer.stop();
    this.#onEnd({ name: this.#name, duration, failure });
  }
}

class Stopwatch implements Timer {
  readonly name: string;
  readonly #begin = now();
  #duration: number | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get elapsed(): number {
    return this.#duration ?? now() - this.#begin;
  }

  stop(): number {
    return (this.#duration = this.elapsed);
  }
}

/** What every engine has, though the language itself does not name it. */
const engine = globalThis as unknown as {
  readonly performance: { now(): number };
  readonly console: { log(line: string): void };
};

/** Looked up at each call, so that a test's clock counts. */
function now(): number {
  return engine.performance.now();
}

function print({ name, duration, failure }: Timing): void {
  const how = failure === undefined ? "" : `, failed: ${describeError(failure.error)}`;
  engine.console.log(`${name}: ${duration.toFixed(1)} ms${how}`);
}
