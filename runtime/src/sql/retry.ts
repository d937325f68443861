import { describe } from "../describe.js";
import type { AbortSignalLike } from "./connection.js";
import { CommitUnknown } from "./errors.js";
import { anyOf, isRetryable } from "./failures.js";
import { sleep } from "./time.js";

/** How often, and when, a transaction is run again. */
export interface RetryOptions {
  /** How often the body is run at most, the first time included. */
  readonly attempts: number;
  /**
   * The longest wait before the second attempt, in milliseconds; twice that before each further one.
   * What is waited is a random part of it, so that those who met do not meet again. 10 by default.
   */
  readonly delayMs?: number | undefined;
  /** The longest wait of all, in milliseconds; 1,000 by default. */
  readonly maxDelayMs?: number | undefined;
  /**
   * Which failures are worth another attempt; by default those of which the server says so:
   * serialization failures and deadlocks, and MySQL's lock wait timeout.
   */
  readonly when?: ((error: unknown) => boolean) | undefined;
}

/** Runs something again while it fails as `options` say; rejects with what the last attempt threw. */
export async function retrying<R>(
  run: (attempt: number) => Promise<R>,
  { attempts, delayMs = 10, maxDelayMs = 1_000, when = isRetryable }: RetryOptions,
  signal: AbortSignalLike | undefined,
): Promise<R> {
  if (!Number.isInteger(attempts) || attempts < 1) {
    throw new TypeError(`retry.attempts is ${describe(attempts)}: give a whole number from 1 on`);
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt);
    } catch (error) {
      if (attempt >= attempts || signal?.aborted === true) throw error;
      // What may be committed already is not done a second time.
      if (anyOf(error, (one) => one instanceof CommitUnknown) || !when(error)) throw error;
    }
    await sleep(Math.random() * Math.min(maxDelayMs, delayMs * 2 ** (attempt - 1)), signal);
  }
}
