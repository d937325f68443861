import { AsyncExitStack } from "../async-exit-stack.js";
import { withAsyncContext } from "../with-async-context.js";
import { AsyncTransaction } from "./async-transaction.js";
import type { SqlConnection } from "./connection.js";
import { TransactionAborted } from "./errors.js";
import { findOpen } from "./open-transactions.js";
import { type ConnectionSource, pooled, type Pooled } from "./pooled.js";
import { poolOf } from "./pools/pool-of.js";
import { type RetryOptions, retrying } from "./retry.js";
import type { TransactionOptions } from "./statements.js";

/** How {@link inTransaction} runs its body. */
export interface InTransactionOptions extends TransactionOptions {
  /** Runs the body again when the server says that this may help; not by default. */
  readonly retry?: RetryOptions | undefined;
}

/**
 * Runs a body in a transaction, on a connection of a pool or on one that is at hand, and gives what
 * the body gives. It is `withAsyncContext` with {@link pooled} and `transaction`, and can run the body
 * again when the server refuses the transaction because of others that ran beside it.
 *
 * A body that may run again has to do all of its work in the transaction: what it changes elsewhere is
 * not rolled back. Nothing is run again after a lost `COMMIT` (`CommitUnknown`), or when the signal
 * is aborted.
 *
 * @param source - A pool, as for `pooled`; each attempt takes a connection. Or a connection, as for
 *   `transaction`; where a transaction is open in it, this one is a savepoint.
 * @param body - Gets the connection, and which attempt it is, from 1 on.
 * @param options - Those of `transaction`, and `retry`.
 * @returns What the body gives, once it is committed. Rejects with what the body threw in the last
 *   attempt; with a TypeError where `source` is neither, or an option is wrong; with a
 *   `TransactionAborted` where the signal was aborted, also while it waited for a connection.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inTransaction } from "unwind/sql";
 *
 * const statements: string[] = [];
 * const client = { query: async (text: string) => void statements.push(text) };
 *
 * const attempts = await inTransaction(
 *   client,
 *   (_tx, attempt) => {
 *     if (attempt < 3) {
 *       throw Object.assign(new Error("could not serialize access"), {
 *         code: "40001",
 *         severity: "ERROR",
 *       });
 *     }
 *     return attempt;
 *   },
 *   { dialect: "postgres", isolation: "serializable", retry: { attempts: 5 } },
 * );
 * assert.equal(attempts, 3);
 * assert.deepEqual(statements.slice(-2), ["BEGIN ISOLATION LEVEL SERIALIZABLE", "COMMIT"]);
 * ```
 */
export function inTransaction<P extends ConnectionSource, R>(
  source: P,
  body: (connection: Pooled<P>, attempt: number) => R,
  options?: InTransactionOptions,
): Promise<Awaited<R>>;
export function inTransaction<C extends SqlConnection, R>(
  source: C,
  body: (connection: C, attempt: number) => R,
  options?: InTransactionOptions,
): Promise<Awaited<R>>;
export async function inTransaction(
  source: ConnectionSource | SqlConnection,
  body: (connection: never, attempt: number) => unknown,
  options: InTransactionOptions = {},
): Promise<unknown> {
  const { retry, signal } = options;
  const run = body as (connection: object, attempt: number) => unknown;
  const on = (connection: object, attempt: number): Promise<unknown> =>
    withAsyncContext(new AsyncTransaction(connection, options), (tx) => run(tx, attempt));

  if (poolOf(source) === undefined) {
    if (retry === undefined) return on(source, 1);
    if (findOpen(source) !== undefined) {
      throw new TypeError(
        "retry cannot be given to a nested transaction: a serialization failure ends the outermost one, which has to be run again",
      );
    }
    return retrying((attempt) => on(source, attempt), retry, signal);
  }

  const attempt = async (number: number): Promise<unknown> => {
    const lease = pooled(source as ConnectionSource, { signal });
    let connection: unknown;
    try {
      connection = await lease.enterAsync();
    } catch (error) {
      throw signal?.aborted === true ? new TransactionAborted(signal.reason, error) : error;
    }
    return withAsyncContext(new AsyncExitStack(), (stack) => {
      stack.push(lease);
      return on(connection as object, number);
    });
  };
  return retry === undefined ? attempt(1) : retrying(attempt, retry, signal);
}
