import { AbstractAsyncContextManager } from "../abstract-async-context-manager.js";
import { describe, describeError } from "../describe.js";
import type { AsyncContextManager, Failure } from "../protocol.js";
import type { AbortSignalLike, Dialect, SqlConnection } from "./connection.js";
import type { Driver } from "./drivers/driver.js";
import { requireDriver } from "./drivers/driver-of.js";
import { LockNotObtained } from "./errors.js";
import { anyOf, isRefusedStatement, mayBeLostConnection, sqlState } from "./failures.js";
import {
  type LockKey,
  type LockStatements,
  lockStatements,
  type Statement,
} from "./lock-statements.js";
import { findOpen } from "./open-transactions.js";
import { poison } from "./poison.js";
import { sleep } from "./time.js";

declare const performance: { now(): number };

/** How an advisory lock is obtained, and for how long. */
export interface AdvisoryLockOptions {
  /**
   * How long to wait for it, in milliseconds; 0 tries once. It is asked for again and again then, and
   * so may be overtaken by others. Without it, the server is asked to wait for as long as it takes.
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait. The lock is asked for again and again then, as with `timeoutMs`. */
  readonly signal?: AbortSignalLike | undefined;
  /**
   * PostgreSQL only: `"transaction"` holds it until the transaction that is open has ended, which is
   * also after what the body changed can be seen by others. `"session"` by default.
   */
  readonly scope?: "session" | "transaction" | undefined;
  /** PostgreSQL only: whether others may share it; they may not by default. */
  readonly shared?: boolean | undefined;
  /** Whose SQL it is; only needed where the connection's shape does not tell. */
  readonly dialect?: Dialect | undefined;
}

/**
 * Holds an advisory lock of the server while a body runs: PostgreSQL's `pg_advisory_lock`, MySQL's
 * `GET_LOCK`. It is released whatever happens in the body; when that fails, the connection is poisoned,
 * so that `pooled` destroys it and the server releases the lock with its session. A plain `release()` of
 * a pooled connection would keep the lock.
 *
 * Around a transaction, not inside it: others would get the lock before they can see what was
 * committed. Inside, use `scope: "transaction"`. In a PostgreSQL transaction that has failed, the lock
 * is released after its rollback. Obtaining it twice in one session succeeds.
 *
 * @param connection - As for `transaction`.
 * @param key - The lock's name: text, a whole number, or (PostgreSQL) two of 32 bits.
 * @param options - `timeoutMs` and `signal` for the wait; `scope`, `shared`, `dialect`.
 * @returns A manager that gives the connection. Entering rejects with a {@link LockNotObtained}
 *   when the time is over, and with the signal's reason. Exiting rejects where the lock was lost or
 *   could not be released.
 * @throws TypeError where it is no such connection, or an option or the key is wrong.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withAsyncContext } from "unwind";
 * import { advisoryLock } from "unwind/sql";
 *
 * const statements: string[] = [];
 * const client = {
 *   async query(text: string) {
 *     statements.push(text);
 *     return { rows: [{ done: true }] };
 *   },
 * };
 *
 * const lock = advisoryLock(client, 42, { dialect: "postgres", timeoutMs: 0 });
 * const running = withAsyncContext(lock, () => {
 *   throw new RangeError("no such report");
 * });
 * await assert.rejects(running, RangeError);
 * assert.deepEqual(statements, [
 *   "SELECT pg_try_advisory_lock($1::bigint) AS done",
 *   "SELECT pg_advisory_unlock($1::bigint) AS done",
 * ]);
 * ```
 */
export function advisoryLock<C extends SqlConnection>(
  connection: C,
  key: LockKey,
  options: AdvisoryLockOptions = {},
): AsyncContextManager<C, false> & AsyncDisposable {
  return new AdvisoryLock(connection, key, options);
}

/** The waits between two attempts grow up to this, in milliseconds. */
const longestPause = 200;

class AdvisoryLock<C extends object> extends AbstractAsyncContextManager<C, false> {
  readonly #connection: C;
  readonly #driver: Driver;
  readonly #key: LockKey;
  readonly #statements: LockStatements;
  readonly #options: AdvisoryLockOptions;

  constructor(connection: C, key: LockKey, options: AdvisoryLockOptions) {
    super();
    const { scope = "session", shared = false, timeoutMs } = options;
    if (!["session", "transaction"].includes(scope)) {
      throw new TypeError(`The scope is ${describe(scope)}: give "session" or "transaction"`);
    }
    if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
      throw new TypeError(`timeoutMs is ${describe(timeoutMs)}: give milliseconds, from 0 on`);
    }
    this.#driver = requireDriver(connection, options.dialect, "advisoryLock");
    this.#statements = lockStatements(this.#driver.dialect, key, { scope, shared });
    this.#connection = connection;
    this.#key = key;
    this.#options = options;
  }

  protected async acquire(): Promise<C> {
    const { timeoutMs, signal } = this.#options;
    throwIfAborted(signal);
    await this.#requireTransaction();
    try {
      if (timeoutMs === undefined && signal === undefined) {
        if (!(await this.#run(this.#statements.lock))) throw this.#notObtained(0);
      } else {
        await this.#poll(timeoutMs ?? Infinity, signal);
      }
    } catch (error) {
      // Without an answer of the server, the session may hold it all the same.
      const known = error instanceof LockNotObtained || error === signal?.reason;
      if (!known && !isRefusedStatement(error)) poison(this.#connection, error);
      throw error;
    }
    return this.#connection;
  }

  async #poll(timeoutMs: number, signal: AbortSignalLike | undefined): Promise<void> {
    const end = performance.now() + timeoutMs;
    for (let pause = 5; ; pause = Math.min(longestPause, pause * 2)) {
      if (await this.#run(this.#statements.tryLock)) return;
      const left = end - performance.now();
      if (left <= 0) throw this.#notObtained(timeoutMs);
      await sleep(Math.min(left, pause * (0.5 + Math.random())), signal);
      throwIfAborted(signal);
    }
  }

  async #requireTransaction(): Promise<void> {
    if (this.#statements.unlock !== undefined) return;
    const connection = this.#connection;
    if (findOpen(connection) !== undefined) return;
    const status = this.#driver.status(connection) ?? (await this.#driver.askStatus(connection));
    if (status === "open") return;
    throw new Error(
      'A lock with the scope "transaction" is released with the statement that obtains it where no transaction is open: begin one first, or leave out scope',
    );
  }

  protected async release(failure?: Failure): Promise<false> {
    const { unlock } = this.#statements;
    if (unlock === undefined) return false;
    try {
      if (!(await this.#run(unlock))) {
        throw new Error(
          `The advisory lock ${this.#name} was lost: the session did not hold it any more`,
        );
      }
    } catch (error) {
      const open = findOpen(this.#connection);
      // in_failed_sql_transaction
      if (sqlState(error) === "25P02" && open !== undefined) {
        open.afterRollback.push(() => this.#unlockLater(unlock));
        return false;
      }
      poison(this.#connection, error);
      // The server releases it with the session that is lost, which was reported already.
      if (
        failure !== undefined &&
        mayBeLostConnection(error) &&
        anyOf(failure.error, mayBeLostConnection)
      ) {
        return false;
      }
      throw new Error(
        `The advisory lock ${this.#name} could not be released: the connection is not used any more (${describeError(error)})`,
        { cause: error },
      );
    }
    return false;
  }

  async #unlockLater(unlock: Statement): Promise<void> {
    try {
      await this.#run(unlock);
    } catch (error) {
      poison(this.#connection, error);
    }
  }

  async #run({ text, values }: Statement): Promise<boolean> {
    const result = await this.#driver.query(this.#connection, text, values);
    const done = this.#driver.firstRow(result)["done"];
    return done === true || Number(done) === 1;
  }

  get #name(): string {
    const key = this.#key;
    if (typeof key === "string") return JSON.stringify(key);
    return typeof key === "object" ? `(${key.join(", ")})` : String(key);
  }

  #notObtained(timeoutMs: number): LockNotObtained {
    return new LockNotObtained(this.#key, this.#name, timeoutMs);
  }
}

function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted === true) throw signal.reason;
}
