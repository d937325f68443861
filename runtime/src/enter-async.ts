import { AsyncExitStack } from "./async-exit-stack.js";
import type { EnteredContext } from "./enter.js";
import { takingOutcome } from "./entry.js";
import { report } from "./observe.js";
import type { AsyncContext, EnteredAsync } from "./protocol.js";
import { asyncDispose } from "./symbols.js";

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
  const stack = new AsyncExitStack();
  const value = await stack.enterContext(manager);
  const handle = {
    value,
    complete: () => stack.complete(),
    [asyncDispose]: takingOutcome(
      () => stack.disposeAsync(),
      (failure) => stack.exitAsync(failure),
    ),
  };
  report?.("linked", handle, stack);
  return handle;
}
