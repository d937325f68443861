import type { AbortSignalLike } from "./connection.js";
import type { Driver } from "./drivers/driver.js";
import { cut, loanOf } from "./leases.js";
import { late, within } from "./time.js";

/**
 * How long another connection may take to come, and how long the body may take to end after its
 * statement was cancelled, in milliseconds.
 */
const grace = 500;

/**
 * Stops what a transaction's connection is doing when a signal is aborted: another connection of the
 * same pool cancels the statement and, where the body does not end then, ends the connection. Where
 * there is no pool, or no connection free in it, this connection is cut.
 */
export class Interruption {
  readonly #connection: object;
  readonly #driver: Driver;
  readonly #signal: AbortSignalLike;
  readonly #backend: number;
  #running: Promise<void> | undefined;
  readonly #ended: Promise<void>;
  readonly #end: () => void;

  constructor(connection: object, driver: Driver, signal: AbortSignalLike, backend: number) {
    this.#connection = connection;
    this.#driver = driver;
    this.#signal = signal;
    this.#backend = backend;
    let end: (() => void) | undefined;
    this.#ended = new Promise((resolve) => (end = resolve));
    this.#end = () => end?.();
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#onAbort();
  }

  /** The body has ended. Waits until nothing of this can reach the connection any more. */
  async finish(): Promise<void> {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#end();
    await this.#running;
  }

  readonly #onAbort = (): void => {
    this.#running ??= this.#interrupt();
  };

  async #interrupt(): Promise<void> {
    try {
      if (await this.#fromBeside()) return;
    } catch {
      // No other connection could do it.
    }
    cut(this.#connection, this.#driver);
  }

  /** Whether another connection has interrupted this one. */
  async #fromBeside(): Promise<boolean> {
    const pool = loanOf(this.#connection)?.pool;
    if (pool === undefined) return false;
    const waiting = pool.lease();
    const lease = await within(grace, waiting);
    if (lease === late) {
      waiting.then(
        (tooLate) => tooLate.release(),
        () => undefined,
      );
      return false;
    }
    try {
      const { connection } = lease;
      await this.#driver.cancel(connection, this.#backend);
      if ((await within(grace, this.#ended)) === late) {
        await this.#driver.terminate(connection, this.#backend);
      }
    } catch (error) {
      await lease.destroy(error);
      throw error;
    }
    await lease.release();
    return true;
  }
}
