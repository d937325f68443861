/** What modules of a run tell its world, and learn from it. */
export interface Ledger {
  /** Something was acquired, unless this fails. */
  acquired<T>(label: string, value: T, idempotent: boolean): T;
  /** @param how as the trace says it; `release` by default */
  release(value: unknown, how?: string): void;
  /** Something was done with a value, which cannot fail. */
  note(what: string, value: unknown): void;
  /** Something is done with a value that takes its time, and may fail. */
  laterUse(what: string, value: unknown): Promise<void>;
  /** Does something as late as an asynchronous call does. */
  later<T>(act: () => T): Promise<T>;
}
