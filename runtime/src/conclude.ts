import type { Newest } from "./entry.js";
import { leaveAll } from "./leave.js";
import { leaveAllAsync } from "./leave-async.js";
import type { Failure } from "./protocol.js";

/**
 * Exits all that was entered, after a body that ended with `failure` or, where that is absent,
 * completed. Returns where nothing is on its way any more, so also where the failure was suppressed.
 */
export function conclude(newest: Newest, failure: Failure | undefined): void {
  if (!leaveAll(newest, failure) && failure !== undefined) throw failure.error;
}

/** As {@link conclude}; waits for each exit. */
export async function concludeAsync(newest: Newest, failure: Failure | undefined): Promise<void> {
  if (!(await leaveAllAsync(newest, failure)) && failure !== undefined) throw failure.error;
}
