import { AbstractAsyncContextManager } from "../abstract-async-context-manager.js";
import type { AsyncContextManager, Failure } from "../protocol.js";
import { UnknownOutcome } from "../unknown-outcome.js";
import type { AbortSignalLike } from "./connection.js";
import { driverOf } from "./drivers/driver-of.js";
import type { Status } from "./drivers/driver.js";
import { anyOf, isLostConnection, mayBeLostConnection } from "./failures.js";
import { endLoan, recordLoan } from "./leases.js";
import { findOpen, forget } from "./open-transactions.js";
import { poisonOf } from "./poison.js";
import type { Lease, Pool } from "./pools/pool.js";
import {
  type AcquiringPool,
  type ConnectingPool,
  type ConnectionPool,
  type PendingPool,
  requirePool,
  type ReservingPool,
} from "./pools/pool-of.js";
import { late, within } from "./time.js";

/** The pools that {@link pooled} knows, by their shapes. */
export type ConnectionSource =
  ConnectingPool | ConnectionPool | ReservingPool | AcquiringPool | PendingPool;

/** What a pool gives. */
export type Pooled<P> =
  P extends ConnectionPool<infer C>
    ? C
    : P extends ReservingPool<infer C>
      ? C
      : P extends PendingPool<infer C>
        ? C
        : P extends AcquiringPool<infer C>
          ? C
          : P extends ConnectingPool<infer C>
            ? C
            : never;

/** How a connection is taken, and judged when it goes back. */
export interface PooledOptions<C = unknown> {
  /** Ends the wait for a connection; one that comes too late goes back. */
  readonly signal?: AbortSignalLike | undefined;
  /**
   * Whether a connection can go back into the pool: asked at the end of each lease, besides all other
   * checks. For connections that are none to an SQL server it is the only check.
   */
  readonly isHealthy?: ((connection: C) => PromiseLike<boolean> | boolean) | undefined;
}

/** How long a connection may take to answer whether it is well, in milliseconds. */
const patience = 2_000;

/**
 * Lends a connection of a pool to a body. It goes back when the body ends, also when the body fails;
 * but one that is not sound is destroyed instead, so that nobody gets it after us:
 *
 * - its end was noticed while it was lent, or the body failed with its driver's error about that;
 * - it is poisoned: a `transaction` could not be rolled back, a lock not be given back;
 * - a transaction is open in it. When the body has completed all the same, that is an error, because
 *   what it wrote is rolled back now;
 * - it does not answer within two seconds.
 *
 * A connection is asked by an empty statement: of mysql2 and postgres.js always, because they do not
 * tell whether a transaction is open; of pg only where the body failed or left a statement under way.
 * A failure of the body alone is no evidence against the connection. The same holds under
 * `await using`, where the outcome is unknown.
 *
 * @param pool - A pool of `pg`, `mysql2/promise`, `generic-pool` or `tarn`, or `sql` of `postgres`
 *   (postgres.js), which reserves a connection.
 * @param options - `signal` ends the wait for a connection; `isHealthy` judges it when it goes back.
 * @returns A manager that gives the connection when it is entered. Entering rejects with what the pool
 *   rejects with, or with the signal's reason.
 * @throws TypeError where it is no such pool.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withAsyncContext } from "unwind";
 * import { pooled } from "unwind/sql";
 *
 * const log: string[] = [];
 * const connection = { isReady: true };
 * const pool = {
 *   acquire: async () => connection,
 *   release: async (_: object) => void log.push("released"),
 *   destroy: async (_: object) => void log.push("destroyed"),
 * };
 * const lease = () => pooled(pool, { isHealthy: (it) => it.isReady });
 *
 * await withAsyncContext(lease(), () => {});
 * await withAsyncContext(lease(), (it) => {
 *   it.isReady = false;
 * });
 * assert.deepEqual(log, ["released", "destroyed"]);
 * ```
 */
export function pooled<P extends ConnectionSource>(
  pool: P,
  options: PooledOptions<Pooled<P>> = {},
): AsyncContextManager<Pooled<P>, false> & AsyncDisposable {
  return new PooledConnection<Pooled<P>>(requirePool(pool), options);
}

class PooledConnection<C> extends AbstractAsyncContextManager<C, false> {
  readonly #pool: Pool;
  readonly #options: PooledOptions<C>;
  #lease: Lease | undefined;

  constructor(pool: Pool, options: PooledOptions<C>) {
    super();
    this.#pool = pool;
    this.#options = options;
  }

  protected async acquire(): Promise<C> {
    const lease = await leaseUnless(this.#options.signal, this.#pool);
    this.#lease = lease;
    recordLoan(lease, this.#pool);
    return lease.connection as C;
  }

  protected async release(failure?: Failure): Promise<false> {
    const lease = this.#lease;
    if (lease === undefined) return false;
    this.#lease = undefined;
    const { connection } = lease;
    let verdict;
    try {
      verdict = await this.#judge(lease, failure);
    } catch (error) {
      verdict = { reason: error, status: "broken" };
    }
    endLoan(connection);
    if (verdict === undefined) {
      await lease.release();
      return false;
    }
    forget(connection);
    await lease.destroy(verdict.reason);
    if (verdict.status === "open" && failure === undefined) throw verdict.reason;
    return false;
  }

  /** Why the connection cannot go back; undefined where it can. */
  async #judge(
    lease: Lease,
    failure: Failure | undefined,
  ): Promise<{ readonly reason: unknown; readonly status: "open" | "broken" } | undefined> {
    const { connection } = lease;
    const broken = (reason: unknown) => ({ reason, status: "broken" }) as const;

    const before = lease.lost;
    if (before !== undefined) return broken(before.error);
    const poisoned = poisonOf(connection);
    if (poisoned !== undefined) return broken(poisoned.reason);
    const driver = driverOf(connection);
    const failed = failure !== undefined && !(failure.error instanceof UnknownOutcome);
    // Where the connection cannot be asked, what any socket may say counts against it.
    const evidence = driver === undefined ? mayBeLostConnection : isLostConnection;
    if (failed && anyOf(failure.error, evidence)) return broken(failure.error);

    if (driver !== undefined) {
      let status: Status | typeof late | undefined;
      if (failure === undefined) status = driver.status(connection);
      status ??= await within(patience, driver.askStatus(connection));
      if (status === late) return broken(new Error(`No answer within ${patience} ms`));
      if (status === "open" || findOpen(connection) !== undefined) {
        return { reason: leftOpen(), status: "open" };
      }
    }
    const healthy = await this.#options.isHealthy?.(connection as C);
    if (healthy === false) return broken(new Error("isHealthy() said that it is not"));
    // It may have been lost meanwhile.
    const after = lease.lost;
    return after === undefined ? undefined : broken(after.error);
  }
}

function leftOpen(): Error {
  return new Error(
    "The body left a transaction open in a pooled connection: what it wrote is rolled back with the connection. End it by COMMIT or ROLLBACK, or use transaction()",
  );
}

/** As the pool's lease, unless the signal is aborted first. */
async function leaseUnless(signal: AbortSignalLike | undefined, pool: Pool): Promise<Lease> {
  if (signal === undefined) return pool.lease();
  const waiting = signal.aborted ? undefined : pool.lease();
  const aborted = await Promise.race([waiting, abortOf(signal, waiting)]);
  if (aborted !== undefined) return aborted;
  waiting?.then(
    (lease) => lease.release(),
    () => undefined,
  );
  throw signal.reason;
}

/** Resolves when the signal is aborted; forgets the signal when there is nothing to wait for. */
function abortOf(
  signal: AbortSignalLike,
  waiting: Promise<unknown> | undefined,
): Promise<undefined> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener("abort", done);
      resolve(undefined);
    };
    if (signal.aborted || waiting === undefined) return done();
    signal.addEventListener("abort", done);
    // In the turn after the race: it was won by what was waited for.
    waiting.then(done, done);
  });
}
