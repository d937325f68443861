import { hasMethod } from "../connection.js";
import { type Pool, watchedLease } from "./pool.js";

/** A pool whose connections have `release()` themselves; `destroy` says how one is thrown away. */
function releasing(
  connect: () => PromiseLike<unknown>,
  destroy: (connection: object, reason: unknown) => unknown,
): Pool {
  return {
    async lease() {
      const connection = (await connect()) as object;
      return watchedLease(connection, {
        release() {
          if (hasMethod(connection, "release")) return connection.release();
          throw new TypeError("The pool gave a connection that has no release() method");
        },
        destroy: (reason) => destroy(connection, reason),
      });
    },
  };
}

/** `Pool` of pg: `release(error)` throws the client away. */
export function pgPool(pool: { connect(): PromiseLike<unknown> }): Pool {
  return releasing(
    () => pool.connect(),
    (client, reason) =>
      (client as { release(reason: unknown): unknown }).release(
        reason instanceof Error ? reason : true,
      ),
  );
}

/** `Pool` of mysql2/promise. */
export function mysqlPool(pool: { getConnection(): PromiseLike<unknown> }): Pool {
  return releasing(
    () => pool.getConnection(),
    (connection) => (connection as { destroy(): unknown }).destroy(),
  );
}
