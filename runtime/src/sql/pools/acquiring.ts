import { isPoisoned, poison } from "../poison.js";
import { type Lease, type Pool, Watch } from "./pool.js";

interface Acquiring {
  release(connection: object): unknown;
}

function lease(pool: Acquiring, connection: object, destroy: (reason: unknown) => unknown): Lease {
  const watch = new Watch(connection);
  const leave = async (how: () => unknown): Promise<void> => {
    try {
      await how();
    } finally {
      watch.stop();
    }
  };
  return {
    connection,
    get lost() {
      return watch.lost;
    },
    release: () => leave(() => pool.release(connection)),
    destroy: (reason) => leave(() => destroy(reason)),
  };
}

interface GenericPool extends Acquiring {
  acquire(): PromiseLike<unknown>;
  destroy(resource: object): unknown;
}

/** `Pool` of generic-pool: connections go back by the pool's own methods. */
export function genericPool(pool: GenericPool): Pool {
  return {
    async lease() {
      const connection = (await pool.acquire()) as object;
      return lease(pool, connection, () => pool.destroy(connection));
    },
  };
}

interface TarnPool extends Acquiring {
  acquire(): { readonly promise: PromiseLike<unknown> };
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
      return lease(pool, connection, (reason) => {
        poison(connection, reason);
        return pool.release(connection);
      });
    },
  };
}
