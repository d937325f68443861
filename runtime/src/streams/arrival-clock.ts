/*
 * When chunks come. Reading the clock costs more than all else that is measured of a chunk, and tells
 * nothing new of chunks that were there already: those that come one after the other in the same turn
 * of the event loop. So in such a burst it is not read again before the turn is over.
 */

/** Less than this between two chunks, in milliseconds, and nobody has waited for the second one. */
const noWait = 0.005;

/** How many chunks make a burst. Before that, calling back at the end of the turn is not worth it. */
const burst = 8;

interface Engine {
  readonly performance: { now(): number };
  /** Node, Deno and Bun have it; where there is none, the clock is read for each chunk. */
  readonly setImmediate?: (fn: () => void) => unknown;
}

const engine = globalThis as unknown as Engine;

/** Milliseconds. Looked up at each call, so that a test's clock counts. */
export function now(): number {
  return engine.performance.now();
}

/** Tells when a chunk has come. */
export class ArrivalClock {
  #last = -Infinity;
  /** How many chunks nobody has waited for, one after the other. */
  #together = 0;
  #inBurst = false;

  /** Reads the clock where time may have passed since the last call. */
  arrival(): number {
    if (this.#inBurst) return this.#last;
    const at = now();
    this.#together = at - this.#last < noWait ? this.#together + 1 : 0;
    this.#last = at;
    if (this.#together >= burst && engine.setImmediate !== undefined) {
      this.#inBurst = true;
      engine.setImmediate(this.#turnIsOver);
    }
    return at;
  }

  readonly #turnIsOver = (): void => {
    this.#inBurst = false;
    this.#together = 0;
  };
}
