import type { EnteredContext } from "./enter.js";
import { asyncEntrance, type Entry, takesOutcome } from "./entry.js";
import { leaveAllAsync } from "./leave-async.js";
import type { AsyncContext, EnteredAsync, Failure } from "./protocol.js";
import { asyncDispose } from "./symbols.js";
import { Unwinding } from "./unwinding.js";

/** A manager that was entered, for `await using` to exit. */
export interface EnteredAsyncContext<T>
  extends AsyncDisposable, Omit<EnteredContext<T>, typeof Symbol.dispose> {}

/**
 * Enters a manager for `await using`, which cannot tell success from failure. A manager that offers
 * `[Symbol.asyncDispose]` or `[Symbol.dispose]` is released by that; any other one exits as failed,
 * with an `UnknownOutcome` for the error, unless `complete()` was called. Inside a stack, the outcome
 * of the stack counts where it is known.
 *
 * @param manager - A manager or disposable, async or not; a disposable is the value itself.
 * @returns The value, `complete()`, and the dispose method, which exits the manager once. Rejects with
 *   a TypeError where it is no manager, and with whatever entering throws.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { enterAsync, type Failure } from "unwind";
 *
 * const log: string[] = [];
 * const transaction = {
 *   enterAsync: async () => "tx-1",
 *   exitAsync: async (failure?: Failure) => void log.push(failure ? "rollback" : "commit"),
 * };
 *
 * async function save(valid: boolean) {
 *   await using entered = await enterAsync(transaction);
 *   assert.equal(entered.value, "tx-1");
 *   if (!valid) return;
 *   entered.complete();
 * }
 *
 * await save(true);
 * await save(false);
 * assert.deepEqual(log, ["commit", "rollback"]);
 * ```
 */
export async function enterAsync<M extends AsyncContext>(
  manager: M,
): Promise<EnteredAsyncContext<EnteredAsync<M>>> {
  const entrance = asyncEntrance(manager);
  const { self } = entrance;
  const value = entrance.enter === undefined ? self : await entrance.enter.call(self);
  return new AsyncHandle(value as EnteredAsync<M>, entrance);
}

class AsyncHandle<T> implements EnteredAsyncContext<T> {
  readonly value: T;
  /** Undefined once its exiting has begun. */
  #entry: Entry | undefined;
  #completed = false;

  constructor(value: T, entry: Entry) {
    this.value = value;
    this.#entry = entry;
  }

  complete(): void {
    if (this.#entry === undefined) throw new ReferenceError("This manager was exited already");
    this.#completed = true;
  }

  [asyncDispose](): Promise<void> {
    const unwinding = new Unwinding(undefined, !this.#completed);
    return this.#exit(unwinding, () => {
      unwinding.rethrow();
    });
  }

  [takesOutcome](failure?: Failure): Promise<boolean> {
    const unwinding = new Unwinding(failure);
    return this.#exit(unwinding, () => unwinding.settle(failure));
  }

  #exit<R>(unwinding: Unwinding, finish: () => R): Promise<R> {
    const entry = this.#entry;
    this.#entry = undefined;
    return leaveAllAsync(entry === undefined ? [] : [entry], unwinding, finish);
  }
}
