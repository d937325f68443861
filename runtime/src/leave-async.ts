import type { Newest } from "./entry.js";
import { isPromiseLike } from "./objects.js";
import { report } from "./observe.js";
import type { Failure } from "./protocol.js";
import { isUnknown } from "./unknown-outcome.js";
import { settle, suppressed, thrown } from "./unwinding.js";

/**
 * Exits entries in reverse order, one after the other, whatever fails, after a body that ended with
 * `outcome`.
 *
 * @returns `true` where they suppressed it. Rejects with what else is on its way in the end.
 */
export async function leaveAllAsync(
  newest: Newest | null,
  outcome: Failure | undefined,
): Promise<true | undefined> {
  const older: unknown[] = [];
  let current = outcome;
  let awaited = false;
  for (let entry = newest; entry; entry = entry.below) {
    const { self, exit, release } = entry;
    try {
      let answer;
      if (exit !== undefined && (release === undefined || !isUnknown(current))) {
        answer = exit.call(self, current);
        if (isPromiseLike(answer)) answer = await answer;
      } else if (release !== undefined) {
        // Awaited even when it is no promise: so the standard has it.
        awaited = true;
        await release.call(self);
      }
      report?.("released", entry);
      // Only the answer of an exit counts, never that of a release.
      if (answer === true) current = suppressed(outcome, older);
    } catch (error) {
      report?.("failed", entry);
      current = thrown(error, current, outcome, older);
    }
  }
  // A stack that holds only null or undefined takes a turn all the same.
  if (newest && !awaited) await Promise.resolve();
  return settle(current, outcome, older) || undefined;
}
