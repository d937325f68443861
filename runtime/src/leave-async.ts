import { type Entry } from "./entry.js";
import { isPromiseLike } from "./objects.js";
import type { Unwinding } from "./unwinding.js";

/**
 * Exits entries in reverse order, one after the other, whatever fails. What `finish` gives or throws
 * is the result; it is part of this function because each further `await` would delay the result by
 * a turn that the standard does not have.
 */
export async function leaveAllAsync<R>(
  entries: readonly Entry[],
  unwinding: Unwinding,
  finish: () => R,
): Promise<R> {
  let awaited = false;
  for (let index = entries.length - 1; index >= 0; index--) {
    const { self, exit, release } = entries[index] as Entry;
    try {
      if (exit !== undefined && (release === undefined || !unwinding.isUnknown)) {
        const answer = exit.call(self, unwinding.outcome);
        if ((isPromiseLike(answer) ? await answer : answer) === true) unwinding.suppress();
      } else if (release !== undefined) {
        // Awaited even when it is no promise: so the standard has it.
        awaited = true;
        await release.call(self);
      }
    } catch (error) {
      unwinding.fail(error);
    }
  }
  // A stack that holds only null or undefined takes a turn all the same.
  if (entries.length > 0 && !awaited) await Promise.resolve();
  return finish();
}
