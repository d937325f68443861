import { acquire, isEntering } from "./acquire.js";
import {
  asyncEntrance,
  asyncResource,
  type Entry,
  entry,
  type Newest,
  takingOutcome,
} from "./entry.js";
import { leaveAllAsync } from "./leave-async.js";
import { hidden } from "./objects.js";
import type {
  AsyncContext,
  AsyncContextManager,
  ContextManager,
  EnteredAsync,
  Failure,
} from "./protocol.js";
import { type AcquisitionForm, report } from "./observe.js";
import { callable } from "./refuse.js";
import { asyncDispose } from "./symbols.js";
import { unknownOutcome } from "./unknown-outcome.js";

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- most exits answer nothing
type AsyncExit = (failure?: Failure) => PromiseLike<boolean | void> | boolean | void;

/**
 * A number of things to be released together, in reverse order and one after the other, that is
 * known only at run time. Takes synchronous things too.
 *
 * It is the standard `AsyncDisposableStack`, and knows the outcome besides: what comes in by
 * {@link AsyncExitStack.enterContext} or {@link AsyncExitStack.push} sees the failure and may
 * suppress it. The outcome is known where the stack is itself a context manager
 * (`withAsyncContext(new AsyncExitStack(), …)`), and after {@link AsyncExitStack.complete}. Where it
 * is not, under `await using` or by {@link AsyncExitStack.disposeAsync}, managers that offer
 * `[Symbol.asyncDispose]` or `[Symbol.dispose]` are released by it, and all others exit as failed,
 * with an `UnknownOutcome` for the error.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { open } from "node:fs/promises";
 * import { devNull } from "node:os";
 * import { AsyncExitStack, withAsyncContext } from "unwind";
 *
 * const log: string[] = [];
 * await withAsyncContext(new AsyncExitStack(), async (stack) => {
 *   for (const name of ["a", "b"]) {
 *     stack.adopt(await open(devNull), async (file) => {
 *       await file.close();
 *       log.push(`closed ${name}`);
 *     });
 *   }
 *   stack.push((failure) => {
 *     log.push(failure ? "failed" : "completed");
 *   });
 * });
 *
 * assert.deepEqual(log, ["completed", "closed b", "closed a"]);
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- put in place below
export class AsyncExitStack implements AsyncContextManager<AsyncExitStack, boolean> {
  /** The newest entry, if there is any; null once the stack was released or moved. */
  #newest: Newest | null;
  /** What exits are told where nobody tells the stack. */
  #outcome: Failure | undefined = unknownOutcome;

  declare readonly [Symbol.toStringTag]: string;

  /** Whether the stack was released, or its release has begun, or it was moved. */
  get disposed(): boolean {
    return this.#newest === null;
  }

  /**
   * Takes a disposable, async or not, to be released with the stack.
   *
   * @param value - Null and undefined are given back and otherwise ignored.
   * @returns `value`.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where the value has no dispose method.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { AsyncExitStack, closing } from "unwind";
   *
   * const pool = { open: true, end: async () => void (pool.open = false) };
   * const stack = new AsyncExitStack();
   * assert.equal(stack.use(closing(pool, (it) => it.end())), pool);
   *
   * await stack.disposeAsync();
   * assert.equal(pool.open, false);
   * ```
   */
  use<T extends AsyncDisposable | Disposable | null | undefined>(value: T): T {
    this.#open();
    const resource: unknown = value;
    // Of null and undefined there is nothing to release, but the standard waits a turn.
    if (resource == null) this.#push(entry(undefined));
    else this.#hold(asyncResource(resource), "use");
    return value;
  }

  /**
   * Takes any value together with the function that releases it.
   *
   * @param value - Anything; it need not have a dispose method.
   * @param onDisposeAsync - Is called with the value, once, and awaited.
   * @returns `value`.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where `onDisposeAsync` is not a function.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { existsSync } from "node:fs";
   * import { mkdtemp, rm } from "node:fs/promises";
   * import { tmpdir } from "node:os";
   * import { join } from "node:path";
   * import { AsyncExitStack } from "unwind";
   *
   * const stack = new AsyncExitStack();
   * const directory = stack.adopt(await mkdtemp(join(tmpdir(), "work-")), (path) =>
   *   rm(path, { recursive: true }),
   * );
   * assert.equal(existsSync(directory), true);
   *
   * await stack.disposeAsync();
   * assert.equal(existsSync(directory), false);
   * ```
   */
  adopt<T>(value: T, onDisposeAsync: (value: T) => PromiseLike<void> | void): T {
    this.#open();
    this.#hold(entry(value, callable(onDisposeAsync).bind(undefined, value)), "adopt");
    return value;
  }

  /**
   * Takes a function to be called, and awaited, when the stack is released.
   *
   * @param onDisposeAsync - Is called without arguments, once.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where `onDisposeAsync` is not a function.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { setTimeout as sleep } from "node:timers/promises";
   * import { AsyncExitStack } from "unwind";
   *
   * const called: number[] = [];
   * const stack = new AsyncExitStack();
   * stack.defer(() => void called.push(1));
   * stack.defer(async () => {
   *   await sleep(5);
   *   called.push(2);
   * });
   * await stack.disposeAsync();
   *
   * assert.deepEqual(called, [2, 1]);
   * ```
   */
  defer(onDisposeAsync: () => PromiseLike<void> | void): void {
    this.#open();
    this.#hold(entry(undefined, callable(onDisposeAsync)), "defer");
  }

  /**
   * Enters a manager, async or not, to be exited with the stack. A plain disposable is taken as by
   * {@link AsyncExitStack.use}.
   *
   * @param manager - A manager of either kind, which is entered, or a disposable of either
   *   kind, which is only held.
   * @returns What the manager's `enterAsync` or `enter` gives, or the disposable itself. Rejects with
   *   a ReferenceError where the stack was released or moved, also if only in the meantime (the
   *   manager is exited then); with a TypeError where the value is no manager; with whatever
   *   entering threw (the manager is not exited then).
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { AsyncExitStack, type Failure, withAsyncContext } from "unwind";
   *
   * const log: string[] = [];
   * const transaction = {
   *   enterAsync: async () => "tx-1",
   *   exitAsync: async (failure?: Failure) => void log.push(failure ? "rollback" : "commit"),
   * };
   *
   * await withAsyncContext(new AsyncExitStack(), async (stack) => {
   *   assert.equal(await stack.enterContext(transaction), "tx-1");
   * });
   * assert.deepEqual(log, ["commit"]);
   * ```
   */
  async enterContext<M extends AsyncContext>(manager: M): Promise<EnteredAsync<M>> {
    this.#open();
    const entrance = asyncEntrance(manager);
    let value = acquire(entrance, this);
    if (isEntering(entrance, value)) value = await value;
    try {
      this.#push(entrance);
    } catch (error) {
      // The stack was released meanwhile; nobody else would exit the manager then.
      await leaveAllAsync(entrance, { error });
      throw error;
    }
    report?.("acquired", entrance);
    return value as EnteredAsync<M>;
  }

  /**
   * Takes an exit alone: a function, or a manager that was entered already.
   *
   * @param exit - Sees the failure, and suppresses it by answering exactly `true`.
   * @returns `exit`.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where it is neither.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { AsyncExitStack, withAsyncContext } from "unwind";
   *
   * const result = await withAsyncContext(new AsyncExitStack(), (stack): string => {
   *   stack.push(async (failure) => failure?.error instanceof RangeError);
   *   throw new RangeError("suppressed");
   * });
   * assert.equal(result, undefined);
   * ```
   */
  push<
    E extends
      | AsyncExit
      | Pick<AsyncContextManager<unknown>, "exitAsync">
      | Pick<ContextManager<unknown>, "exit">,
  >(exit: E): E {
    this.#open();
    const manager = exit as { exitAsync?: AsyncExit; exit?: AsyncExit } | null | undefined;
    this.#hold(
      entry(exit, undefined, callable(manager?.exitAsync ?? manager?.exit ?? (exit as AsyncExit))),
      "push",
    );
    return exit;
  }

  /**
   * Says that the work succeeded, for the release under `await using` or by
   * {@link AsyncExitStack.disposeAsync}, which cannot know. Only marks: it belongs before every
   * regular way out. What fails while the stack is released counts all the same.
   *
   * @throws ReferenceError where the stack was released or moved.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { AsyncExitStack } from "unwind";
   *
   * const log: string[] = [];
   * {
   *   await using stack = new AsyncExitStack();
   *   stack.push(async (failure) => void log.push(failure ? "rollback" : "commit"));
   *   stack.complete();
   * }
   * assert.deepEqual(log, ["commit"]);
   * ```
   */
  complete(): void {
    this.#open();
    this.#outcome = undefined;
  }

  /**
   * Moves all that the stack holds, and its mark by {@link AsyncExitStack.complete}, to a new stack.
   * The old one counts as released.
   *
   * @throws ReferenceError where the stack was released or moved.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { open } from "node:fs/promises";
   * import { devNull } from "node:os";
   * import { AsyncExitStack } from "unwind";
   *
   * async function openBoth() {
   *   await using stack = new AsyncExitStack();
   *   const from = stack.adopt(await open(devNull), (file) => file.close());
   *   const to = stack.adopt(await open(devNull), (file) => file.close());
   *   return { from, to, exits: stack.move() };
   * }
   *
   * const { from, to, exits } = await openBoth();
   * assert.ok(from.fd >= 0 && to.fd >= 0);
   * await exits.disposeAsync();
   * assert.ok(from.fd === -1 && to.fd === -1);
   * ```
   */
  move(): AsyncExitStack {
    const moved = new AsyncExitStack();
    moved.#newest = this.#open();
    moved.#outcome = this.#outcome;
    this.#newest = null;
    report?.("moved", this, moved);
    return moved;
  }

  /**
   * Releases all that the stack holds, in reverse order and one after the other, whatever fails.
   * Does nothing the second time.
   *
   * @returns Rejects with what failed, as a `SuppressedError` where that is more than one error.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { AsyncExitStack } from "unwind";
   *
   * const stack = new AsyncExitStack();
   * await stack.disposeAsync();
   *
   * assert.equal(stack.disposed, true);
   * assert.throws(() => stack.defer(() => {}), ReferenceError);
   * ```
   */
  disposeAsync(): Promise<void> {
    try {
      return this.#leave(this.#outcome) as Promise<undefined>;
    } catch (error) {
      // Not a stack: as in the standard, that too is a rejection.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it was thrown
      return Promise.reject(error);
    }
  }

  /**
   * Gives the stack itself.
   *
   * @returns Rejects with a ReferenceError where the stack was released or moved.
   */
  // eslint-disable-next-line @typescript-eslint/require-await -- so that what it throws is a rejection
  async enterAsync(): Promise<this> {
    this.#open();
    return this;
  }

  /**
   * Releases all that the stack holds with a known outcome. Does nothing where the stack was
   * released or moved.
   *
   * @param failure - What the body threw; absent when it completed.
   * @returns Whether the failure was suppressed. Rejects with what else failed, as a
   *   `SuppressedError` where that is more than one error.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { AsyncExitStack } from "unwind";
   *
   * const stack = new AsyncExitStack();
   * stack.push(async (failure) => failure?.error === "late");
   * assert.equal(await stack.exitAsync({ error: "late" }), true);
   * ```
   */
  async exitAsync(failure?: Failure): Promise<boolean> {
    return (await this.#leave(failure)) === true;
  }

  #leave(outcome: Failure | undefined): Promise<true | undefined> {
    const newest = this.#newest;
    this.#newest = null;
    return leaveAllAsync(newest, outcome);
  }

  /** Takes what is there already. */
  #hold(entry: Entry, form: AcquisitionForm): void {
    report?.(form, entry, this);
    this.#push(entry);
    report?.("acquired", entry);
  }

  #push(entry: Entry): void {
    entry.below = this.#open();
    this.#newest = entry;
  }

  #open(): Newest {
    if (this.#newest === null) throw new ReferenceError("This stack was released or moved");
    return this.#newest;
  }

  static {
    const { prototype } = this;
    Object.defineProperties(prototype, {
      // As in the standard: both names hold the same function.
      [asyncDispose]: hidden(takingOutcome(prototype.disposeAsync, prototype.exitAsync)),
      [Symbol.toStringTag]: { value: "AsyncExitStack", configurable: true },
    });
  }
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- as above
export interface AsyncExitStack {
  /** The same function as {@link AsyncExitStack.disposeAsync}. */
  [asyncDispose](): Promise<void>;
}
