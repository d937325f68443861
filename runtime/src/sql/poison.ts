import { hidden } from "../objects.js";

/** Registered, so that two copies of this package understand each other. */
const poisoned: unique symbol = Symbol.for("unwind.sql.poisoned") as never;

type Markable = Readonly<Record<typeof poisoned, unknown>>;

/** Marks a connection as one whose state nobody knows; the first reason stays. */
export function poison(connection: object, reason: unknown): void {
  if (poisonOf(connection) !== undefined) return;
  Reflect.defineProperty(connection, poisoned, hidden({ reason }));
}

/** Why the connection is not to be used again; undefined where it may be. */
export function poisonOf(connection: object): { readonly reason: unknown } | undefined {
  return (connection as Markable)[poisoned] as { reason: unknown } | undefined;
}

/**
 * Whether a connection is not to be used again: a `ROLLBACK` failed on it, the connection was lost
 * during a `COMMIT`, a lock could not be given back. `pooled` destroys such a connection. A pool that
 * is used without `pooled` can ask in its own check.
 *
 * @param connection - Any connection.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withAsyncContext } from "unwind";
 * import { isPoisoned, transaction } from "unwind/sql";
 *
 * const client = {
 *   async query(text: string) {
 *     if (text === "ROLLBACK") throw new Error("socket hang up");
 *   },
 * };
 * const running = withAsyncContext(transaction(client, { dialect: "postgres" }), () => {
 *   throw new RangeError("no such row");
 * });
 * await assert.rejects(running, /RangeError: no such row/);
 * assert.equal(isPoisoned(client), true);
 * ```
 */
export function isPoisoned(connection: object): boolean {
  return poisonOf(connection) !== undefined;
}
