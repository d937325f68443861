import type { AsyncContextManager, ContextManager } from "../protocol.js";
import { AsyncTransaction } from "./async-transaction.js";
import { hasMethod, type SqlConnection, type SqliteDatabase } from "./connection.js";
import type { TransactionOptions } from "./statements.js";
import { type SqliteTransactionOptions, SyncTransaction } from "./sync-transaction.js";

/** A transaction on a connection to a server, or a savepoint in one. */
export interface Transaction<C> extends AsyncContextManager<C, false>, AsyncDisposable {
  /** Says that the work succeeded, which `await using` cannot know: without it, it rolls back. */
  complete(): void;
}

/** A transaction in SQLite, or a savepoint in one. */
export interface SqliteTransaction<D> extends ContextManager<D, false>, Disposable {
  /** Says that the work succeeded, which `using` cannot know: without it, it rolls back. */
  complete(): void;
}

/**
 * Runs a body in a transaction: `BEGIN` when it is entered, `COMMIT` when the body has completed,
 * `ROLLBACK` when it failed. Entering gives the connection. The body's error comes out as it was thrown;
 * when the rollback fails as well, as a `SuppressedError` of both, and the connection is poisoned: it
 * begins no further transaction, and `pooled` destroys it.
 *
 * Where a transaction is open in the connection already, it is a savepoint in that one. One body at a
 * time: two transactions that overlap in one connection are found at the latest when one of them ends,
 * and none is committed then. What runs in parallel needs a connection each.
 *
 * What else there is to know:
 * - With PostgreSQL, a statement that fails takes the transaction with it, also when the body catches
 *   the error; `COMMIT` then rolls back, which is an error here. A nested transaction confines it.
 * - MySQL ends the whole transaction at a deadlock, and commits an open one at each statement that
 *   defines data (`CREATE TABLE`) or begins another one: do not begin one by hand around this.
 * - When the connection is lost during `COMMIT`, nobody knows the outcome: `CommitUnknown`.
 * - An aborted `signal` rolls back, with a `TransactionAborted`. The statement under way is cancelled by
 *   another connection, where this one is of `pooled` or `inTransaction`. If the body goes on for
 *   500 ms, or where there is no other connection, this one is closed. One that comes from
 *   `sql.reserve()` and not from `pooled` cannot be closed: the abort waits for its statement.
 *
 * @param connection - A connection of `pg`, `mysql2/promise` or `postgres` (postgres.js, reserved), or
 *   another one of these shapes with the option `dialect`; or a database of `node:sqlite` or
 *   `better-sqlite3`, for which it is synchronous. Not a pool: for that there is `inTransaction`.
 * @param options - `isolation`, `readOnly`, `deferrable` (PostgreSQL), `signal`, `dialect`; for SQLite,
 *   `mode`. What describes the whole transaction cannot be given to a nested one.
 * @returns A manager for `withAsyncContext`, stacks, and `await using`; of a SQLite database, for
 *   `withContext` and `using`. Under `using`, it rolls back unless `complete()` was called.
 * @throws TypeError where it is no such connection, or an option is wrong.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withAsyncContext } from "unwind";
 * import { transaction } from "unwind/sql";
 *
 * const statements: string[] = [];
 * const client = { query: async (text: string) => void statements.push(text) };
 * const begin = () => transaction(client, { dialect: "postgres" });
 *
 * await withAsyncContext(begin(), async (tx) => {
 *   await tx.query("INSERT INTO orders VALUES (1)");
 *   const nested = withAsyncContext(begin(), () => {
 *     throw new RangeError("no such coupon");
 *   });
 *   await assert.rejects(nested, RangeError);
 * });
 *
 * assert.deepEqual(statements, [
 *   "BEGIN",
 *   "INSERT INTO orders VALUES (1)",
 *   "SAVEPOINT unwind_1",
 *   "ROLLBACK TO SAVEPOINT unwind_1",
 *   "RELEASE SAVEPOINT unwind_1",
 *   "COMMIT",
 * ]);
 * ```
 *
 * @example Under `await using`
 * ```ts
 * import assert from "node:assert/strict";
 * import { enterAsync } from "unwind";
 * import { transaction } from "unwind/sql";
 *
 * const statements: string[] = [];
 * const client = { query: async (text: string) => void statements.push(text) };
 *
 * async function save(valid: boolean) {
 *   await using tx = await enterAsync(transaction(client, { dialect: "postgres" }));
 *   if (!valid) return;
 *   tx.complete();
 * }
 *
 * await save(true);
 * await save(false);
 * assert.deepEqual(statements, ["BEGIN", "COMMIT", "BEGIN", "ROLLBACK"]);
 * ```
 */
export function transaction<D extends SqliteDatabase>(
  connection: D,
  options?: SqliteTransactionOptions,
): SqliteTransaction<D>;
export function transaction<C extends SqlConnection>(
  connection: C,
  options?: TransactionOptions,
): Transaction<C>;
export function transaction(
  connection: SqliteDatabase | SqlConnection,
  options: TransactionOptions & SqliteTransactionOptions = {},
): SqliteTransaction<unknown> | Transaction<unknown> {
  if (hasMethod(connection, "exec") && hasMethod(connection, "prepare")) {
    return new SyncTransaction(connection, options);
  }
  return new AsyncTransaction(connection, options);
}
