import { describeError } from "../describe.js";
import { hidden } from "../objects.js";

/**
 * The connection was lost while `COMMIT` was under way. Nobody knows whether the server committed:
 * the one who called has to look, or to make the work repeatable. It is never retried.
 *
 * `cause` is the driver's error.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withAsyncContext } from "unwind";
 * import { CommitUnknown, transaction } from "unwind/sql";
 *
 * const client = {
 *   async query(text: string) {
 *     if (text === "COMMIT") throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
 *   },
 * };
 * await assert.rejects(
 *   withAsyncContext(transaction(client, { dialect: "postgres" }), () => {}),
 *   CommitUnknown,
 * );
 * ```
 */
export class CommitUnknown extends Error {
  static {
    Object.defineProperty(this.prototype, "name", hidden("CommitUnknown"));
  }

  /** @param cause - What the driver threw. */
  constructor(cause: unknown) {
    super(
      `The connection was lost while COMMIT was under way: whether the server committed is unknown (${describeError(cause)})`,
      { cause },
    );
  }
}

/**
 * A transaction did not commit because its signal was aborted. `name` is `"AbortError"` and `code`
 * is `"ABORT_ERR"`, as those of Node's own functions.
 *
 * `cause` is what the body threw, most often the driver's error about the cancelled statement, or
 * the signal's reason where the body threw nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withAsyncContext } from "unwind";
 * import { transaction, TransactionAborted } from "unwind/sql";
 *
 * const statements: string[] = [];
 * const client = { query: async (text: string) => void statements.push(text) };
 * const controller = new AbortController();
 *
 * const running = withAsyncContext(
 *   transaction(client, { dialect: "postgres", signal: controller.signal }),
 *   () => controller.abort("too late"),
 * );
 * await assert.rejects(
 *   running,
 *   (error) => error instanceof TransactionAborted && error.reason === "too late",
 * );
 * assert.equal(statements.at(-1), "ROLLBACK");
 * ```
 */
export class TransactionAborted extends Error {
  static {
    Object.defineProperty(this.prototype, "name", hidden("AbortError"));
  }

  readonly code = "ABORT_ERR";
  /** The reason that the signal was aborted with. */
  readonly reason: unknown;

  /**
   * @param reason - What the signal was aborted with.
   * @param cause - What the body or the driver threw because of it.
   */
  constructor(reason: unknown, cause: unknown = reason) {
    super("The transaction was aborted and rolled back", { cause });
    this.reason = reason;
  }
}

/**
 * An advisory lock is held by another session.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withAsyncContext } from "unwind";
 * import { advisoryLock, LockNotObtained } from "unwind/sql";
 *
 * const client = { query: async (_text: string) => ({ rows: [{ done: false }] }) };
 * await assert.rejects(
 *   withAsyncContext(
 *     advisoryLock(client, "nightly-report", { dialect: "postgres", timeoutMs: 0 }),
 *     () => {},
 *   ),
 *   (error) => error instanceof LockNotObtained && error.key === "nightly-report",
 * );
 * ```
 */
export class LockNotObtained extends Error {
  static {
    Object.defineProperty(this.prototype, "name", hidden("LockNotObtained"));
  }

  /** The key as it was given. */
  readonly key: unknown;

  /**
   * @param key - As it was given.
   * @param name - How messages name it.
   * @param timeoutMs - How long it was waited for, in milliseconds.
   */
  constructor(key: unknown, name: string, timeoutMs: number) {
    super(
      `The advisory lock ${name} is held by another session${timeoutMs > 0 ? `, and was not released within ${timeoutMs} ms` : ""}`,
    );
    this.key = key;
  }
}
