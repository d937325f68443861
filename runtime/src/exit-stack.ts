import {
  type Entry,
  entry,
  type Newest,
  syncEntrance,
  syncResource,
  takingOutcome,
} from "./entry.js";
import { leaveAll } from "./leave.js";
import { hidden } from "./objects.js";
import type { Context, ContextManager, Entered, Failure } from "./protocol.js";
import { type AcquisitionForm, report } from "./observe.js";
import { callable } from "./refuse.js";
import { dispose } from "./symbols.js";
import { unknownOutcome } from "./unknown-outcome.js";

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- most exits answer nothing
type Exit = (failure?: Failure) => boolean | void;

type Pushed = Pick<ContextManager<unknown>, "exit">;

/**
 * A number of things to be released together, in reverse order, that is known only at run time.
 *
 * It is the standard `DisposableStack`, and knows the outcome besides: what comes in by
 * {@link ExitStack.enterContext} or {@link ExitStack.push} sees the failure and may suppress it. The
 * outcome is known where the stack is itself a context manager (`withContext(new ExitStack(), …)`),
 * and after {@link ExitStack.complete}. Where it is not, under `using` or by
 * {@link ExitStack.dispose}, managers that offer `[Symbol.dispose]` are released by it, and all
 * others exit as failed, with an `UnknownOutcome` for the error.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExitStack, withContext } from "unwind";
 *
 * const closed: string[] = [];
 * const open = (name: string) => ({ name, close: () => closed.push(name) });
 *
 * withContext(new ExitStack(), (stack) => {
 *   for (const name of ["a", "b", "c"]) stack.adopt(open(name), (file) => file.close());
 *   stack.push((failure) => {
 *     closed.push(failure ? "failed" : "completed");
 *   });
 * });
 *
 * assert.deepEqual(closed, ["completed", "c", "b", "a"]);
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- put in place below
export class ExitStack implements ContextManager<ExitStack, boolean> {
  /** The newest entry, if there is any; null once the stack was released or moved. */
  #newest: Newest | null;
  /** What exits are told where nobody tells the stack. */
  #outcome: Failure | undefined = unknownOutcome;

  declare readonly [Symbol.toStringTag]: string;

  /** Whether the stack was released or moved. */
  get disposed(): boolean {
    return this.#newest === null;
  }

  /**
   * Takes a disposable, to be released with the stack.
   *
   * @param value - Null and undefined are given back and otherwise ignored.
   * @returns `value`.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where the value has no `[Symbol.dispose]()` method.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { closing, ExitStack } from "unwind";
   *
   * const file = { open: true, close: () => void (file.open = false) };
   * const stack = new ExitStack();
   * assert.equal(stack.use(closing(file)), file);
   *
   * stack.dispose();
   * assert.equal(file.open, false);
   * ```
   */
  use<T extends Disposable | null | undefined>(value: T): T {
    this.#open();
    if ((value as unknown) != null) this.#take("use", syncResource(value));
    return value;
  }

  /**
   * Takes any value together with the function that releases it.
   *
   * @param value - Anything; it need not have a dispose method.
   * @param onDispose - Is called with the value, once.
   * @returns `value`.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where `onDispose` is not a function.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { closeSync, fstatSync, openSync } from "node:fs";
   * import { devNull } from "node:os";
   * import { ExitStack } from "unwind";
   *
   * const stack = new ExitStack();
   * const fd = stack.adopt(openSync(devNull, "r"), closeSync);
   * stack.dispose();
   *
   * assert.throws(() => fstatSync(fd), { code: "EBADF" });
   * ```
   */
  adopt<T>(value: T, onDispose: (value: T) => void): T {
    this.#open();
    return this.#take("adopt", entry(value, callable(onDispose).bind(undefined, value))) as T;
  }

  /**
   * Takes a function to be called when the stack is released.
   *
   * @param onDispose - Is called without arguments, once.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where `onDispose` is not a function.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { ExitStack } from "unwind";
   *
   * const called: number[] = [];
   * const stack = new ExitStack();
   * stack.defer(() => called.push(1));
   * stack.defer(() => called.push(2));
   * stack.dispose();
   *
   * assert.deepEqual(called, [2, 1]);
   * ```
   */
  defer(onDispose: () => void): void {
    this.#open();
    this.#take("defer", entry(undefined, callable(onDispose)));
  }

  /**
   * Enters a manager, to be exited with the stack. A plain disposable is taken as by
   * {@link ExitStack.use}.
   *
   * @param manager - A manager, which is entered, or a `Disposable`, which is only held.
   * @returns What the manager's `enter` gives, or the disposable itself.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where the value is no manager, or an async one.
   * @throws whatever `enter` throws; the manager is then not exited.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { type Failure, ExitStack, withContext } from "unwind";
   *
   * const log: string[] = [];
   * const transaction = {
   *   enter: () => "tx-1",
   *   exit: (failure?: Failure) => void log.push(failure ? "rollback" : "commit"),
   * };
   *
   * withContext(new ExitStack(), (stack) => {
   *   assert.equal(stack.enterContext(transaction), "tx-1");
   * });
   * assert.deepEqual(log, ["commit"]);
   * ```
   */
  enterContext<M extends Context>(manager: M): Entered<M> {
    this.#open();
    return this.#take("enter", syncEntrance(manager)) as Entered<M>;
  }

  /**
   * Takes an exit alone: a function, or a manager that was entered already.
   *
   * @param exit - Sees the failure, and suppresses it by returning exactly `true`.
   * @returns `exit`.
   * @throws ReferenceError where the stack was released or moved.
   * @throws TypeError where it is neither.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { ExitStack, withContext } from "unwind";
   *
   * const result = withContext(new ExitStack(), (stack): string => {
   *   stack.push((failure) => failure?.error instanceof RangeError);
   *   throw new RangeError("suppressed");
   * });
   * assert.equal(result, undefined);
   * ```
   */
  push<E extends Exit | Pushed>(exit: E): E {
    this.#open();
    return this.#take(
      "push",
      entry(exit, undefined, callable((exit as Partial<Pushed> | null)?.exit ?? (exit as Exit))),
    ) as E;
  }

  /**
   * Says that the work succeeded, for the release under `using` or by {@link ExitStack.dispose},
   * which cannot know. Only marks: it belongs before every regular way out. What fails while the
   * stack is released counts all the same.
   *
   * @throws ReferenceError where the stack was released or moved.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { ExitStack } from "unwind";
   *
   * const log: string[] = [];
   * {
   *   using stack = new ExitStack();
   *   stack.push((failure) => void log.push(failure ? "rollback" : "commit"));
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
   * Moves all that the stack holds, and its mark by {@link ExitStack.complete}, to a new stack. The
   * old one counts as released.
   *
   * @throws ReferenceError where the stack was released or moved.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { ExitStack } from "unwind";
   *
   * const closed: string[] = [];
   * function openBoth(): ExitStack {
   *   using stack = new ExitStack();
   *   stack.defer(() => closed.push("a"));
   *   stack.defer(() => closed.push("b"));
   *   return stack.move();
   * }
   *
   * const both = openBoth();
   * assert.deepEqual(closed, []);
   * both.dispose();
   * assert.deepEqual(closed, ["b", "a"]);
   * ```
   */
  move(): ExitStack {
    const moved = new ExitStack();
    moved.#newest = this.#open();
    moved.#outcome = this.#outcome;
    this.#newest = null;
    report?.("moved", this, moved);
    return moved;
  }

  /**
   * Releases all that the stack holds, in reverse order, whatever fails. Does nothing the second
   * time.
   *
   * @throws what failed, as a `SuppressedError` where that is more than one error.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { ExitStack } from "unwind";
   *
   * const stack = new ExitStack();
   * stack.dispose();
   *
   * assert.equal(stack.disposed, true);
   * assert.throws(() => stack.defer(() => {}), ReferenceError);
   * ```
   */
  dispose(): void {
    this.exit(this.#outcome);
  }

  /**
   * Gives the stack itself.
   *
   * @throws ReferenceError where the stack was released or moved.
   */
  enter(): this {
    this.#open();
    return this;
  }

  /**
   * Releases all that the stack holds with a known outcome. Does nothing where the stack was
   * released or moved.
   *
   * @param failure - What the body threw; absent when it completed.
   * @returns Whether the failure was suppressed.
   * @throws what else failed, as a `SuppressedError` where that is more than one error.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { ExitStack } from "unwind";
   *
   * const stack = new ExitStack();
   * stack.push((failure) => failure?.error === "late");
   * assert.equal(stack.exit({ error: "late" }), true);
   * ```
   */
  exit(failure?: Failure): boolean {
    const newest = this.#newest;
    this.#newest = null;
    return leaveAll(newest, failure);
  }

  /** Enters what was looked up, and holds it. */
  #take(form: AcquisitionForm, entry: Entry): unknown {
    report?.(form, entry, this);
    const value = entry.enter ? entry.enter.call(entry.self) : entry.self;
    try {
      entry.below = this.#open();
      this.#newest = entry;
    } catch (error) {
      // Entering ran code that released the stack; nobody else would exit the manager then.
      leaveAll(entry, { error });
      throw error;
    }
    report?.("acquired", entry);
    return value;
  }

  #open(): Newest {
    if (this.#newest === null) throw new ReferenceError("This stack was released or moved");
    return this.#newest;
  }

  static {
    Object.defineProperties(this.prototype, {
      // As in the standard: both names hold the same function.
      [dispose]: hidden(takingOutcome(this.prototype.dispose, this.prototype.exit)),
      [Symbol.toStringTag]: { value: "ExitStack", configurable: true },
    });
  }
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- as above
export interface ExitStack {
  /** The same function as {@link ExitStack.dispose}. */
  [dispose](): void;
}
