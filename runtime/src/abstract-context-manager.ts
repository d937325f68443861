import { describe } from "./describe.js";
import type { ContextManager, Failure } from "./protocol.js";
import { dispose } from "./symbols.js";
import { unknownOutcome } from "./unknown-outcome.js";

/**
 * The base of managers that are classes, for managed use (`withContext`, stacks) and for use by hand
 * (`enter()`, and `exit()` or `using`). A subclass says how to `acquire` and how to `release`; this
 * class sees to it that each acquisition is released once. It may be entered again after it was
 * exited, but not before.
 *
 * Under `using` nobody can tell success from failure: `release` then gets an `UnknownOutcome`, unless
 * `complete()` was called. Disposing what was not entered does nothing.
 *
 * `T` is what entering gives, `X` what releasing answers: where it cannot be `true`, nothing is
 * suppressed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AbstractContextManager, type Failure, withContext } from "unwind";
 *
 * const log: string[] = [];
 * class Transaction extends AbstractContextManager<Transaction> {
 *   protected acquire() {
 *     log.push("begin");
 *     return this;
 *   }
 *   protected release(failure?: Failure) {
 *     log.push(failure ? "rollback" : "commit");
 *   }
 * }
 *
 * withContext(new Transaction(), () => {});
 * {
 *   using transaction = new Transaction();
 *   transaction.enter();
 * }
 * {
 *   using neverEntered = new Transaction();
 * }
 * assert.deepEqual(log, ["begin", "commit", "begin", "rollback"]);
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a release that answers nothing is the common one
export abstract class AbstractContextManager<T = void, X extends boolean | void = void>
  implements ContextManager<T, X | false>, Disposable
{
  #entered = false;
  #completed = false;

  /** Acquires the resource; where it throws, `release` is not called. */
  protected abstract acquire(): T;

  /**
   * Releases the resource; called once for each acquisition.
   *
   * @param failure - What the body threw, or an `UnknownOutcome`; absent on success.
   * @returns Exactly `true` suppresses the failure.
   */
  protected abstract release(failure?: Failure): X;

  /**
   * Acquires the resource.
   *
   * @throws Error where it is entered already; whatever acquiring throws.
   */
  enter(): T {
    if (this.#entered) {
      throw new Error(`${describe(this)} is entered already: exit it first, or make another one`);
    }
    this.#completed = false;
    // Before, so that an acquisition that enters again is told so; after, nothing is left to release.
    this.#entered = true;
    let acquired = false;
    try {
      const value = this.acquire();
      acquired = true;
      return value;
    } finally {
      this.#entered = acquired;
    }
  }

  /**
   * Releases the resource; does nothing where it is not entered.
   *
   * @param failure - What the body threw; absent when it completed.
   * @returns What `release` answers; exactly `true` suppresses the failure.
   */
  exit(failure?: Failure): X | false {
    if (!this.#entered) return false;
    this.#entered = false;
    return this.release(failure);
  }

  /** Says that the work succeeded, which disposing cannot know. Entering takes it back. */
  complete(): void {
    this.#completed = true;
  }

  /** Releases the resource; does nothing where it is not entered. */
  [dispose](): void {
    this.exit(this.#completed ? undefined : unknownOutcome);
  }
}
