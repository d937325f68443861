import { takingOutcome } from "./entry.js";
import { report } from "./observe.js";
import { ExitStack } from "./exit-stack.js";
import type { Context, Entered } from "./protocol.js";
import { dispose } from "./symbols.js";

/** A manager that was entered, for `using` to exit. */
export interface EnteredContext<T> extends Disposable {
  /** What entering gave. */
  readonly value: T;
  /**
   * Says that the work succeeded, which `using` cannot know. Only marks: it belongs before every
   * regular way out.
   *
   * @throws ReferenceError where the manager was exited already.
   */
  complete(): void;
}

/**
 * Enters a manager for `using`, which cannot tell success from failure. A manager that offers
 * `[Symbol.dispose]` is released by that; any other one exits as failed, with an `UnknownOutcome` for
 * the error, unless `complete()` was called. Inside a stack, the outcome of the stack counts where it
 * is known.
 *
 * @param manager - A manager, or a disposable, which is then the value itself.
 * @returns The value, `complete()`, and the dispose method, which exits the manager once.
 * @throws TypeError where it is no manager, or an async one; whatever entering throws.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { enter, type Failure } from "unwind";
 *
 * const log: string[] = [];
 * const transaction = {
 *   enter: () => "tx-1",
 *   exit: (failure?: Failure): void => void log.push(failure ? "rollback" : "commit"),
 * };
 *
 * function save(valid: boolean) {
 *   using entered = enter(transaction);
 *   assert.equal(entered.value, "tx-1");
 *   if (!valid) return;
 *   entered.complete();
 * }
 *
 * save(true);
 * save(false);
 * assert.deepEqual(log, ["commit", "rollback"]);
 * ```
 */
export function enter<M extends Context>(manager: M): EnteredContext<Entered<M>> {
  const stack = new ExitStack();
  const value = stack.enterContext(manager);
  const handle = {
    value,
    complete: () => stack.complete(),
    [dispose]: takingOutcome(
      () => stack.dispose(),
      (failure) => stack.exit(failure),
    ),
  };
  report?.("linked", handle, stack);
  return handle;
}
