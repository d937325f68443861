import type { AbortSignalLike } from "./connection.js";

// Every engine has them, but `lib` of a plain ECMAScript does not name them.
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

/**
 * Waits, or less long where the signal is aborted.
 *
 * @param ms - Milliseconds.
 */
export function sleep(ms: number, signal?: AbortSignalLike): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal?.aborted === true) done();
    else signal?.addEventListener("abort", done);
  });
}

/** What `within` gives when the time is over. */
export const late: unique symbol = Symbol("late");

/**
 * Waits for a promise, but not longer than some time.
 *
 * @param ms - Milliseconds.
 * @returns What the promise gives, or `late`. What it does afterwards, also if it rejects, is nobody's.
 */
export function within<T>(ms: number, promise: PromiseLike<T>): Promise<T | typeof late> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late), ms);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it was thrown
        reject(error);
      },
    );
  });
}
