import type { Entry } from "./entry.js";
import { leaveAll } from "./leave.js";
import { leaveAllAsync } from "./leave-async.js";
import type { Failure } from "./protocol.js";
import { Unwinding } from "./unwinding.js";

/**
 * Exits all that was entered, after a body that ended with `failure` or, where that is absent,
 * completed. Returns where nothing is on its way any more, so also where the failure was suppressed.
 */
export function conclude(entered: readonly Entry[], failure: Failure | undefined): void {
  const unwinding = new Unwinding(failure);
  leaveAll(entered, unwinding);
  finish(unwinding, failure);
}

/** As {@link conclude}; waits for each exit. */
export function concludeAsync(
  entered: readonly Entry[],
  failure: Failure | undefined,
): Promise<void> {
  const unwinding = new Unwinding(failure);
  return leaveAllAsync(entered, unwinding, () => {
    finish(unwinding, failure);
  });
}

function finish(unwinding: Unwinding, failure: Failure | undefined): void {
  if (!unwinding.settle(failure) && failure !== undefined) throw failure.error;
}
