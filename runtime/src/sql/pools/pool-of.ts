import { describe } from "../../describe.js";
import { isObject } from "../../objects.js";
import { hasMethod } from "../connection.js";
import { genericPool, tarnPool } from "./acquiring.js";
import type { Pool } from "./pool.js";
import { postgresJsPool } from "./postgres-js.js";
import { mysqlPool, pgPool } from "./releasing.js";

/** `Pool` of pg: `connect()` gives a client with `release(error?)`. */
export interface ConnectingPool<C = unknown> {
  readonly totalCount: number;
  // The second one, because inference looks at overloads from the last one on.
  connect: { (): PromiseLike<C>; (callback: never): void };
}

/** `Pool` of mysql2/promise: `getConnection()` gives a connection with `release()` and `destroy()`. */
export interface ConnectionPool<C = unknown> {
  getConnection(): PromiseLike<C>;
}

/** `sql` of postgres.js: `reserve()` gives a connection with `release()`. */
export interface ReservingPool<C = unknown> {
  reserve(): PromiseLike<C>;
}

/** `Pool` of generic-pool: connections go back by `release(connection)` and `destroy(connection)`. */
export interface AcquiringPool<C = unknown> {
  acquire(): PromiseLike<C>;
  // `never`, so that only what is acquired tells what a connection is.
  /** @param connection - Goes back. */
  release(connection: never): unknown;
  /** @param connection - Is closed. */
  destroy(connection: never): unknown;
}

/** `Pool` of tarn: `acquire()` gives an operation with a `promise`. */
export interface PendingPool<C = unknown> {
  acquire(): { readonly promise: PromiseLike<C> };
  /** @param connection - Goes back. */
  release(connection: never): unknown;
  numUsed(): number;
}

/** Which of the pools a value is, and how it is used; undefined where it is none. */
export function poolOf(value: unknown): Pool | undefined {
  if (!isObject(value)) return undefined;
  const pool = value as never;
  if (hasMethod(value, "reserve") && hasMethod(value, "unsafe")) return postgresJsPool(pool);
  if (hasMethod(value, "getConnection")) {
    return hasMethod(value, "promise") ? undefined : mysqlPool(pool);
  }
  if (hasMethod(value, "acquire") && hasMethod(value, "release")) {
    if (hasMethod(value, "numUsed")) return tarnPool(pool);
    return hasMethod(value, "destroy") ? genericPool(pool) : undefined;
  }
  // A single client of pg has connect(), too.
  if (
    hasMethod(value, "connect") &&
    typeof (value as { totalCount?: unknown }).totalCount === "number"
  ) {
    return pgPool(pool);
  }
  return undefined;
}

/** As {@link poolOf}; throws a TypeError that names the cure. */
export function requirePool(value: unknown): Pool {
  const pool = poolOf(value);
  if (pool !== undefined) return pool;
  if (hasMethod(value, "getConnection")) {
    throw new TypeError(
      `pooled() was given ${describe(value)} with callbacks: give pool.promise(), or use mysql2/promise`,
    );
  }
  throw new TypeError(
    `pooled() was given ${describe(value)}, which is no pool that it knows: those of pg, mysql2/promise, postgres.js, generic-pool and tarn are`,
  );
}
