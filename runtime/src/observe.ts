import { type Entry, subject } from "./entry.js";
import { isPromiseLike } from "./objects.js";

/**
 * How a thing came to be held. `enter`: it has a way in that unwind takes itself. `use` is also what
 * the `with` functions do with a plain disposable.
 *
 * @internal
 */
export type AcquisitionForm = "enter" | "use" | "adopt" | "defer" | "push" | "closing";

/**
 * What an observer makes of one acquisition. It is kept with what holds the resource, and by nothing
 * else, so it becomes garbage with that.
 *
 * @internal
 */
export type Hold = object;

/**
 * Is told of everything that is acquired and released through this package; `unwind/testing` stands
 * on it. Not told of: what managers do that are entered by hand, by their own `enter()`.
 *
 * @internal
 */
export interface Observer {
  /**
   * Something is about to be acquired. On the call stack of whoever acquires it, before any await,
   * and before anything was entered or taken. What this throws comes out as if acquiring had failed.
   *
   * @param subject - The manager (not what entering it gives), the disposable, the value given to
   *   `adopt` (which may be a primitive), the function given to `push` or a stack's `defer`, the
   *   disposable that `defer()` makes, the object given to `closing()`.
   * @param owner - The stack, where it is one's own.
   */
  acquiring(form: AcquisitionForm, subject: unknown, owner: object | undefined): Hold;

  /**
   * It was acquired; not called where entering failed. The last step: who holds the resource holds
   * it already. What this throws goes to the caller of a stack's method, while the stack keeps the
   * resource, and counts as a failure of the body of `withContext`, `withAsyncContext` and `wrap`.
   * Must not throw for `closing()` and `defer()`, whose resource nobody holds yet.
   */
  acquired(hold: Hold): void;

  /**
   * It was released: its exit or release has returned or thrown, and if that gave a promise, it has
   * settled. Once for each hold that was acquired; never where it leaks.
   *
   * @param failed - Whether it threw. Where not, what this throws counts as thrown by it. Where it
   *   did, this must not throw.
   */
  released(hold: Hold, failed: boolean): void;

  /**
   * The promise that the body of `withAsyncContext`, or a wrapped function, gave was fulfilled. What this throws
   * counts as if it had been rejected.
   *
   * @param subject - The manager or disposable within which it ran; of a tuple, the first one.
   */
  awaited(subject: unknown): void;

  /** A stack's `move()`: all that the one held is the other's now. Must not throw. */
  moved(from: object, to: object): void;

  /** `enter()`, `enterAsync()`: the handle stands for the stack inside it. Must not throw. */
  linked(handle: object, stack: object): void;
}

/**
 * What the modules of this package report. A form stands for the beginning of an acquisition; `calls`
 * calls a release (the third argument) for an entry.
 */
type Report = (
  event:
    AcquisitionForm | "acquired" | "released" | "failed" | "calls" | "awaited" | "moved" | "linked",
  one: unknown,
  other?: unknown,
) => unknown;

/**
 * Where they report it: undefined while nobody observes, which is always outside of tests. A live
 * binding. They report entries as they are, so that whatever an observer needs besides is made here,
 * and is in no bundle that sets none.
 *
 * @internal
 */
export let report: Report | undefined;

/**
 * Sets the observer, or takes it away: there is one for the whole package. It is not told of the
 * release of what was acquired before it was set, or under another one.
 *
 * @internal
 */
export function setObserver(observer: Observer | undefined): void {
  report = observer && reportTo(observer);
}

function reportTo(observer: Observer): Report {
  const holds = new WeakMap<Entry, Hold>();

  function released(entry: Entry, failed: boolean): void {
    const hold = holds.get(entry);
    // Once, also where the observer itself makes a release fail.
    holds.delete(entry);
    if (hold !== undefined) observer.released(hold, failed);
  }

  function calls(entry: Entry, release: () => unknown): unknown {
    let answer: unknown;
    try {
      answer = release();
      if (!isPromiseLike(answer)) released(entry, false);
    } catch (error) {
      released(entry, true);
      throw error;
    }
    return isPromiseLike(answer) ? settled(entry, answer) : answer;
  }

  async function settled(entry: Entry, answer: PromiseLike<unknown>): Promise<unknown> {
    try {
      const value = await answer;
      released(entry, false);
      return value;
    } catch (error) {
      released(entry, true);
      throw error;
    }
  }

  return (event, one, other) => {
    const entry = one as Entry;
    switch (event) {
      case "acquired": {
        const hold = holds.get(entry);
        if (hold !== undefined) observer.acquired(hold);
        return undefined;
      }
      case "released":
        return released(entry, false);
      case "failed":
        return released(entry, true);
      case "calls":
        return calls(entry, other as () => unknown);
      case "awaited":
        return observer.awaited(one);
      case "moved":
        return observer.moved(one as object, other as object);
      case "linked":
        return observer.linked(one as object, other as object);
      default: {
        const form = event === "enter" && entry.enter === undefined ? "use" : event;
        const about = form === "adopt" ? entry.self : subject(entry);
        holds.set(entry, observer.acquiring(form, about, other as object | undefined));
        return undefined;
      }
    }
  };
}
