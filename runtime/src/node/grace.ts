import { describe } from "../describe.js";

/** Longer than this, timers of Node fire at once. */
const longest = 2 ** 31 - 1;

/**
 * @param whose - The function whose option it is.
 * @throws RangeError where it is no number of milliseconds; `Infinity` is one.
 */
export function requireGrace(whose: string, graceMs: unknown): void {
  if (typeof graceMs === "number" && graceMs >= 0) return;
  const found = typeof graceMs === "number" ? String(graceMs) : describe(graceMs);
  throw new RangeError(
    `graceMs of ${whose}() has to be a number of milliseconds, 0 or more (Infinity: no limit), not ${found}`,
  );
}

/**
 * Waits for something, but not longer than a limit.
 *
 * @returns Whether it came in time. Rejects as it does.
 */
export async function within(awaited: Promise<unknown>, limitMs: number): Promise<boolean> {
  if (limitMs > longest) {
    await awaited;
    return true;
  }
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  try {
    return await Promise.race([awaited.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets what has happened already, but was not told yet, be told: the end of a child, for example. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
