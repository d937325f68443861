import { type Entry, subject } from "./entry.js";
import { isPromiseLike } from "./objects.js";
import { report } from "./observe.js";
import type { Failure } from "./protocol.js";
import { refuseSync } from "./refuse.js";
import { isUnknown } from "./unknown-outcome.js";
import { settle, suppressed, thrown } from "./unwinding.js";

/**
 * Exits entries in reverse order, whatever fails, after a body that ended with `outcome`.
 *
 * @returns Whether they suppressed it.
 * @throws what else is on its way in the end.
 */
export function leaveAll(entries: readonly Entry[], outcome: Failure | undefined): boolean {
  let current = outcome;
  for (let index = entries.length; index-- > 0;) {
    const entry = entries[index] as Entry;
    const { self, exit, release } = entry;
    try {
      const told = exit !== undefined && (release === undefined || !isUnknown(current));
      const answer = told ? exit.call(self, current) : release?.call(self);
      // Nobody would await it.
      if (isPromiseLike(answer)) refuseSync(subject(entry));
      report?.("released", entry);
      // Only the answer of an exit counts, never that of a release.
      if (told && answer === true) current = suppressed(outcome);
    } catch (error) {
      report?.("failed", entry);
      current = thrown(error, current, outcome);
    }
  }
  return settle(current, outcome);
}
