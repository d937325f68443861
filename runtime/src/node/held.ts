import { describe } from "../describe.js";

/** What a manager holds while it is entered: one thing at a time. */
export class Held<T> {
  readonly #whose: object;
  #busy = false;
  #value: { readonly value: T } | undefined;

  constructor(whose: object) {
    this.#whose = whose;
  }

  /** @throws Error where the manager is entered already; whatever acquiring throws. */
  acquire(acquire: () => T): T {
    this.#begin();
    try {
      const value = acquire();
      this.#value = { value };
      return value;
    } finally {
      this.#busy = this.#value !== undefined;
    }
  }

  /** As {@link Held.acquire}; waits. */
  async acquireAsync(acquire: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      const value = await acquire();
      this.#value = { value };
      return value;
    } finally {
      this.#busy = this.#value !== undefined;
    }
  }

  /** What is held, which is held no longer; undefined where there is nothing. */
  take(): { readonly value: T } | undefined {
    const value = this.#value;
    this.#value = undefined;
    this.#busy = false;
    return value;
  }

  #begin(): void {
    if (this.#busy) {
      throw new Error(
        `${describe(this.#whose)} is entered already: exit it first, or make another one`,
      );
    }
    this.#busy = true;
  }
}
