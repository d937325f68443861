/**
 * Something did not end as it should: a child with an exit code other than 0, a server whose
 * connections had to be cut off. Who gives an `onEnd` is told there, and nothing is thrown.
 *
 * `T` is the outcome: a `ChildOutcome` or a `ServerOutcome`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { spawn } from "node:child_process";
 * import { once } from "node:events";
 * import { withAsyncContext } from "unwind";
 * import { child, OutcomeError } from "unwind/node";
 *
 * const failing = child(spawn(process.execPath, ["-e", "process.exit(3)"]));
 * await assert.rejects(
 *   withAsyncContext(failing, (it) => once(it, "exit")),
 *   (error) => error instanceof OutcomeError && error.outcome.code === 3,
 * );
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `instanceof` gives the default, of which every outcome is one
export class OutcomeError<T = any> extends Error {
  readonly outcome: T;

  static {
    Object.defineProperty(this.prototype, "name", { value: "OutcomeError", configurable: true });
  }

  /**
   * @param message - What went wrong.
   * @param outcome - What the release would have told otherwise.
   */
  constructor(message: string, outcome: T) {
    super(message);
    this.outcome = outcome;
  }
}
