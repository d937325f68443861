import type { Newest } from "./entry.js";
import { isPromiseLike } from "./objects.js";
import { report } from "./observe.js";
import type { Failure } from "./protocol.js";
import { refuseSync } from "./refuse.js";
import { isUnknown } from "./unknown-outcome.js";
import { settle, suppressed, thrown } from "./unwinding.js";

/**
 * Exits entries, whatever fails, after a body that ended with `outcome`.
 *
 * @param newest - The one that exits first, and leads to the others.
 * @returns Whether they suppressed it.
 * @throws what else is on its way in the end.
 */
export function leaveAll(newest: Newest | null, outcome: Failure | undefined): boolean {
  const older: unknown[] = [];
  let current = outcome;
  for (let entry = newest; entry; entry = entry.below) {
    // Read once: entries are of many shapes, and each look costs.
    const { self, release, exit } = entry;
    try {
      const told = exit && !(release && isUnknown(current));
      const answer = told ? exit.call(self, current) : release?.call(self);
      // Nobody would await it.
      if (isPromiseLike(answer)) refuseSync(self ?? release);
      report?.("released", entry);
      // Only the answer of an exit counts, never that of a release.
      if (told && answer === true) current = suppressed(outcome, older);
    } catch (error) {
      report?.("failed", entry);
      current = thrown(error, current, outcome, older);
    }
  }
  return settle(current, outcome, older);
}
