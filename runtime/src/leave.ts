import { describe } from "./describe.js";
import { type Entry } from "./entry.js";
import { isPromiseLike } from "./objects.js";
import { Unwinding } from "./unwinding.js";

/** Exits entries in reverse order, whatever fails. */
export function leaveAll(entries: readonly Entry[], unwinding: Unwinding): void {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index] as Entry;
    try {
      if (leave(entry, unwinding) === true) unwinding.suppress();
    } catch (error) {
      unwinding.fail(error);
    }
  }
}

/**
 * Exits one entry. Only the answer of an `exit` counts, never that of a release.
 *
 * @throws TypeError where the answer is a promise, which nobody would await.
 */
export function leave(entry: Entry, unwinding: Unwinding | undefined): unknown {
  const { self, exit, release } = entry;
  const releases = release !== undefined && (exit === undefined || unwinding?.isUnknown === true);
  const answer = releases ? release.call(self) : exit?.call(self, unwinding?.outcome);
  refuseLatePromise(answer, self);
  return releases ? undefined : answer;
}

/** What nobody would await must not be dropped. */
export function refuseLatePromise(answer: unknown, self: unknown): void {
  if (isPromiseLike(answer)) {
    const whose = self === undefined ? "A callback" : `The exit of ${describe(self)}`;
    throw new TypeError(
      `${whose} returned a promise, which a synchronous form cannot await: use withAsyncContext or an AsyncExitStack`,
    );
  }
}
