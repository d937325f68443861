import type { Pool } from "./pools/pool.js";

/** Which pool a connection is on loan from. */
const leases = new WeakMap<object, { readonly pool: Pool }>();

export function leaseOf(connection: object): { readonly pool: Pool } | undefined {
  return leases.get(connection);
}

export function recordLease(connection: object, pool: Pool): void {
  leases.set(connection, { pool });
}

export function endLease(connection: object): void {
  leases.delete(connection);
}
