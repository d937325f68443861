/**
 * The connections that this module works with, by their shapes: no driver is imported, and any object
 * of one of these shapes will do.
 */

/** Whose SQL a connection speaks: MariaDB counts as MySQL. */
export type Dialect = "postgres" | "mysql";

/**
 * A connection of `pg` (`Client`, `PoolClient`), of `mysql2/promise` (`Connection`,
 * `PoolConnection`), or of anything else that answers a query with a promise.
 */
export interface QueryConnection {
  /** @param text - One statement. */
  query(text: string): PromiseLike<unknown>;
  // What pools have, and no connection has.
  readonly totalCount?: never;
  readonly getConnection?: never;
}

/** A connection of `postgres` (postgres.js), as `sql.reserve()` gives it. */
export interface ReservedConnection {
  /** @param text - One statement. */
  unsafe(text: string): PromiseLike<unknown>;
  // What `sql` itself has, which is a pool.
  readonly reserve?: never;
}

/** One connection to a database server; never a pool, whose statements go to different connections. */
export type SqlConnection = QueryConnection | ReservedConnection;

/**
 * A database in this process, as `DatabaseSync` of `node:sqlite`, and `Database` of `better-sqlite3`
 * and `bun:sqlite`.
 */
export interface SqliteDatabase {
  /** @param sql - One or more statements. */
  exec(sql: string): unknown;
  /** @param sql - One statement. */
  prepare(sql: string): unknown;
}

/** What is used of an `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  /**
   * @param type - The only one there is.
   * @param listener - Is called when the signal is aborted.
   */
  addEventListener(type: "abort", listener: () => void): void;
  /**
   * @param type - The only one there is.
   * @param listener - Is called no longer.
   */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Whether the value has a method of this name. */
export function hasMethod<K extends string>(
  value: unknown,
  name: K,
): value is Record<K, (...args: unknown[]) => unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as Readonly<Record<string, unknown>>)[name] === "function"
  );
}
