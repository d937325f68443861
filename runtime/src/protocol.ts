import type {} from "./symbols.js";

/** How a body ended when it did not complete. An object, because anything, even undefined, can be thrown. */
export interface Failure {
  readonly error: unknown;
}

/**
 * Something that is entered before a body of code and exited after it, whatever happened in between.
 *
 * `T` is what entering gives. `X` is what exiting answers: where it cannot be `true`, the manager
 * suppresses nothing, and `withContext` gives exactly what its body gives.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ContextManager, type Failure, withContext } from "unwind";
 *
 * const log: string[] = [];
 * const transaction: ContextManager<string, void> = {
 *   enter() {
 *     log.push("begin");
 *     return "tx-1";
 *   },
 *   exit(failure?: Failure) {
 *     log.push(failure ? "rollback" : "commit");
 *   },
 * };
 *
 * withContext(transaction, (id) => log.push(id));
 * assert.deepEqual(log, ["begin", "tx-1", "commit"]);
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- an exit that answers nothing at all is the common one
export interface ContextManager<T, X extends boolean | void = boolean | void> {
  enter(): T;
  /**
   * Called once, always, unless `enter` threw.
   *
   * @param failure - What the body threw; absent when it completed.
   * @returns Exactly `true` suppresses the failure.
   */
  exit(failure?: Failure): X;
}

/**
 * A context manager whose entering and exiting take time. Its methods' names differ from those of a
 * {@link ContextManager}, so that an object may offer both, and so that the sync form can refuse an
 * async manager before anything is entered.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type AsyncContextManager, type Failure, withAsyncContext } from "unwind";
 *
 * const log: string[] = [];
 * const transaction: AsyncContextManager<string, void> = {
 *   async enterAsync() {
 *     log.push("begin");
 *     return "tx-1";
 *   },
 *   async exitAsync(failure?: Failure) {
 *     log.push(failure ? "rollback" : "commit");
 *   },
 * };
 *
 * await withAsyncContext(transaction, async (id) => log.push(id));
 * assert.deepEqual(log, ["begin", "tx-1", "commit"]);
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- an exit that answers nothing at all is the common one
export interface AsyncContextManager<T, X extends boolean | void = boolean | void> {
  enterAsync(): PromiseLike<T>;
  /**
   * Called once, always, unless `enterAsync` failed.
   *
   * @param failure - What the body threw; absent when it completed.
   * @returns Exactly `true` suppresses the failure.
   */
  exitAsync(failure?: Failure): PromiseLike<X>;
}

/** What the sync forms take. */
export type Context = ContextManager<unknown> | Disposable;

/** What the async forms take. */
export type AsyncContext = AsyncContextManager<unknown> | AsyncDisposable | Context;

/** What the sync forms enter: what the manager's `enter` gives, or the `Disposable` itself. */
export type Entered<M> = M extends ContextManager<infer T> ? T : M;

/** What the async forms enter: what the manager's `enterAsync` or `enter` gives, or the resource itself. */
export type EnteredAsync<M> =
  M extends AsyncContextManager<infer T> ? T : M extends ContextManager<infer T> ? T : M;

/** {@link Entered} for each element of a tuple. */
export type EnteredAll<Ms extends readonly unknown[]> = {
  -readonly [I in keyof Ms]: Entered<Ms[I]>;
};

/** {@link EnteredAsync} for each element of a tuple. */
export type EnteredAllAsync<Ms extends readonly unknown[]> = {
  -readonly [I in keyof Ms]: EnteredAsync<Ms[I]>;
};

/** `undefined` where the exit's type says that `M` may suppress a failure; distributes over unions. */
export type Skipped<M> =
  M extends ContextManager<unknown, infer X> ? (true extends X ? undefined : never) : never;

/** As {@link Skipped}, for the async forms. */
export type SkippedAsync<M> =
  M extends AsyncContextManager<unknown, infer X>
    ? true extends X
      ? undefined
      : never
    : Skipped<M>;
