import type { Driver } from "./drivers/driver.js";
import type { Lease, Pool } from "./pools/pool.js";

/** A connection on loan, and the pool that it is from. */
interface Loan {
  readonly pool: Pool;
  readonly lease: Lease;
}

const loans = new WeakMap<object, Loan>();

/** The loan of a connection; undefined where it is not from `pooled`. */
export function loanOf(connection: object): Loan | undefined {
  return loans.get(connection);
}

export function recordLoan(lease: Lease, pool: Pool): void {
  loans.set(lease.connection, { pool, lease });
}

export function endLoan(connection: object): void {
  loans.delete(connection);
}

/** Closes a connection at once, by whoever knows how: see `cut` of drivers. */
export function cut(connection: object, driver: Driver): void {
  const lease = loans.get(connection)?.lease;
  if (lease?.cut === undefined) driver.cut(connection);
  else lease.cut();
}
