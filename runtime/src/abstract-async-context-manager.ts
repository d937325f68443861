import { describe } from "./describe.js";
import type { AsyncContextManager, Failure } from "./protocol.js";
import { asyncDispose } from "./symbols.js";
import { unknownOutcome } from "./unknown-outcome.js";

/**
 * The base of async managers that are classes, for managed use (`withAsyncContext`, stacks) and for
 * use by hand (`enterAsync()`, and `exitAsync()` or `await using`). A subclass says how to `acquire`
 * and how to `release`; this class sees to it that each acquisition is released once. It may be
 * entered again after it was exited, but not before.
 *
 * Under `await using` nobody can tell success from failure: `release` then gets an `UnknownOutcome`,
 * unless `complete()` was called. Disposing what was not entered does nothing; where entering is
 * still under way, it waits for that.
 *
 * `T` is what entering gives, `X` what releasing answers: where it cannot be `true`, nothing is
 * suppressed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AbstractAsyncContextManager, type Failure, withAsyncContext } from "unwind";
 *
 * const pool = { idle: 1 };
 * class Lease extends AbstractAsyncContextManager<Lease> {
 *   protected async acquire() {
 *     pool.idle--;
 *     return this;
 *   }
 *   protected async release(_failure?: Failure) {
 *     pool.idle++;
 *   }
 * }
 *
 * await withAsyncContext(new Lease(), () => assert.equal(pool.idle, 0));
 * {
 *   await using lease = new Lease();
 *   await lease.enterAsync();
 *   assert.equal(pool.idle, 0);
 * }
 * assert.equal(pool.idle, 1);
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a release that answers nothing is the common one
export abstract class AbstractAsyncContextManager<T = void, X extends boolean | void = void>
  implements AsyncContextManager<T, X | false>, AsyncDisposable
{
  /** The acquisition that is under way or done; undefined where there is none to release. */
  #entering: PromiseLike<unknown> | undefined;
  #completed = false;

  /** Acquires the resource; where it fails, `release` is not called. */
  protected abstract acquire(): PromiseLike<T>;

  /**
   * Releases the resource; called once for each acquisition.
   *
   * @param failure - What the body threw, or an `UnknownOutcome`; absent on success.
   * @returns Exactly `true` suppresses the failure.
   */
  protected abstract release(failure?: Failure): PromiseLike<X>;

  /**
   * Acquires the resource.
   *
   * @returns Rejects with an Error where it is entered already, and with whatever acquiring throws.
   */
  async enterAsync(): Promise<T> {
    if (this.#entering !== undefined) {
      throw new Error(`${describe(this)} is entered already: exit it first, or make another one`);
    }
    this.#completed = false;
    const entering = (async () => this.acquire())();
    this.#entering = entering;
    try {
      return await entering;
    } catch (error) {
      if (this.#entering === entering) this.#entering = undefined;
      throw error;
    }
  }

  /**
   * Releases the resource; does nothing where it is not entered.
   *
   * @param failure - What the body threw; absent when it completed.
   * @returns What `release` answers; exactly `true` suppresses the failure.
   */
  async exitAsync(failure?: Failure): Promise<X | false> {
    const entering = this.#entering;
    if (entering === undefined) return false;
    this.#entering = undefined;
    try {
      await entering;
    } catch {
      // Whoever entered is told; there is nothing to release.
      return false;
    }
    return await this.release(failure);
  }

  /** Says that the work succeeded, which disposing cannot know. Entering takes it back. */
  complete(): void {
    this.#completed = true;
  }

  /** Releases the resource; does nothing where it is not entered. */
  async [asyncDispose](): Promise<void> {
    await this.exitAsync(this.#completed ? undefined : unknownOutcome);
  }
}
