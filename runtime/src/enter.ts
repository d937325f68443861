import { type Entry, syncEntrance, takesOutcome } from "./entry.js";
import { leaveAll } from "./leave.js";
import type { Context, Entered, Failure } from "./protocol.js";
import { dispose } from "./symbols.js";
import { Unwinding } from "./unwinding.js";

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
  const entrance = syncEntrance(manager);
  const { self } = entrance;
  const value = entrance.enter === undefined ? self : entrance.enter.call(self);
  return new Handle(value as Entered<M>, entrance);
}

class Handle<T> implements EnteredContext<T> {
  readonly value: T;
  /** Undefined once it was exited. */
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

  [dispose](): void {
    this.#exit(new Unwinding(undefined, !this.#completed)).rethrow();
  }

  [takesOutcome](failure?: Failure): boolean {
    return this.#exit(new Unwinding(failure)).settle(failure);
  }

  #exit(unwinding: Unwinding): Unwinding {
    const entry = this.#entry;
    this.#entry = undefined;
    if (entry !== undefined) leaveAll([entry], unwinding);
    return unwinding;
  }
}
