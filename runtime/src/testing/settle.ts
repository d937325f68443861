import type { Leak } from "./leak.js";
import type { Scope } from "./scope.js";

// As they were when this was loaded: tests put fake timers in their place.
const { setImmediate, setTimeout } = globalThis;
const now = performance.now.bind(performance);

/** By default, how long what is being released may take, in milliseconds. */
const patience = 100;

/**
 * Waits until nothing of a scope is held any more, or its time is over; then ends the scope.
 *
 * @returns What is held then.
 */
export async function settle(scope: Scope): Promise<Leak[]> {
  const end = now() + (scope.options.settle ?? patience);
  // What was closed is destroyed in the next turn, and told of in the one after that.
  await turn();
  await turn();
  let leaks = scope.leaks();
  while ((leaks.length > 0 || scope.pending.size > 0) && now() < end) {
    await pause();
    leaks = scope.leaks();
  }
  scope.closed = true;
  return leaks;
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}

/**
 * Waits for a promise, but not for ever.
 *
 * @param limit - In milliseconds.
 * @returns What it gives or, when the limit is over, `late`.
 */
export function within<T, L>(limit: number, promise: PromiseLike<T>, late: L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(late);
    }, limit);
    const settled = (): void => {
      clearTimeout(timer);
    };
    promise.then(resolve, reject);
    promise.then(settled, settled);
  });
}
