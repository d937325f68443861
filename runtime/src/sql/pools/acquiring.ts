import { isPoisoned, poison } from "../poison.js";
import { type Pool, watchedLease } from "./pool.js";

interface GenericPool {
  acquire(): PromiseLike<unknown>;
  release(connection: object): unknown;
  destroy(connection: object): unknown;
}

/** `Pool` of generic-pool: connections go back by the pool's own methods. */
export function genericPool(pool: GenericPool): Pool {
  return {
    async lease() {
      const connection = (await pool.acquire()) as object;
      return watchedLease(connection, {
        release: () => pool.release(connection),
        destroy: () => pool.destroy(connection),
      });
    },
  };
}

interface TarnPool {
  acquire(): { readonly promise: PromiseLike<unknown> };
  release(connection: object): unknown;
  validate?: (resource: object) => unknown;
}

/** Pools whose `validate` knows of poisoned connections already. */
const guarded = new WeakSet();

/**
 * `Pool` of tarn (Knex uses it). It cannot destroy one connection: it asks `validate` before it gives
 * one out, so that is where a broken one is named.
 */
export function tarnPool(pool: TarnPool): Pool {
  if (!guarded.has(pool)) {
    guarded.add(pool);
    const { validate } = pool;
    pool.validate = (resource) => !isPoisoned(resource) && (validate?.call(pool, resource) ?? true);
  }
  return {
    async lease() {
      const connection = (await pool.acquire().promise) as object;
      return watchedLease(connection, {
        release: () => pool.release(connection),
        destroy(reason) {
          poison(connection, reason);
          return pool.release(connection);
        },
      });
    },
  };
}
