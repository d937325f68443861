import { describe } from "../describe.js";
import { takingOutcome } from "../entry.js";
import { extendInPlace } from "../in-place.js";
import { type AsyncContextManager, asyncDispose, type Failure, UnknownOutcome } from "../index.js";

/** An object that was made a manager of itself, in place. */
export type Managed<T> = T & AsyncDisposable & AsyncContextManager<T, void>;

/** How an object is entered and released. */
export interface Management {
  /** Rejects where it cannot be used; it is not released then. */
  enter(): Promise<void>;
  /**
   * Called once.
   *
   * @param failure - How the body ended, an `UnknownOutcome` where nobody knows.
   */
  release(failure: Failure | undefined): Promise<void>;
}

/**
 * Makes an object of Node a manager and a disposable, in place, as `closing` does: it stays the same
 * object. The methods are not enumerable, and are taken away when the release begins.
 *
 * @param whose - The function that does so, for the error.
 * @throws TypeError where the object cannot be extended.
 */
export function manageInPlace<T extends object>(
  whose: string,
  object: T,
  management: Management,
): Managed<T> {
  let releasing: Promise<void> | undefined;

  const release = (failure?: Failure): Promise<void> => {
    // Who comes second waits for the end, but is not told the error another time.
    if (releasing !== undefined) return releasing.catch(() => undefined);
    takeAway?.();
    return (releasing = management.release(failure));
  };

  const methods = new Map<PropertyKey, unknown>([
    [
      "enterAsync",
      async () => {
        try {
          await management.enter();
        } catch (error) {
          takeAway?.();
          throw error;
        }
        return object;
      },
    ],
    ["exitAsync", release],
    // Also a stack's `use` tells the outcome where it is known.
    [asyncDispose, takingOutcome(() => release({ error: new UnknownOutcome() }), release)],
  ]);
  const takeAway = extendInPlace(object, methods);
  if (takeAway === undefined) {
    throw new TypeError(`${whose}() cannot extend ${describe(object)}: it is frozen or sealed`);
  }
  return object as Managed<T>;
}
