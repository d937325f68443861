import { AbstractAsyncContextManager } from "../abstract-async-context-manager.js";
import { describe, describeError } from "../describe.js";
import type { Failure } from "../protocol.js";
import { UnknownOutcome } from "../unknown-outcome.js";
import type { Driver } from "./drivers/driver.js";
import { requireDriver } from "./drivers/driver-of.js";
import { CommitUnknown, TransactionAborted } from "./errors.js";
import { anyOf, isRefusedStatement, mayBeLostConnection } from "./failures.js";
import { Interruption } from "./interruption.js";
import { cut } from "./leases.js";
import { forget, type Frame, openIn, type OpenTransactions } from "./open-transactions.js";
import { poison, poisonOf } from "./poison.js";
import { beginStatements, outermostOnly, type TransactionOptions } from "./statements.js";

/** A transaction on a connection to a server; see `transaction`. */
export class AsyncTransaction<C extends object> extends AbstractAsyncContextManager<C, false> {
  readonly #connection: C;
  readonly #driver: Driver;
  readonly #options: TransactionOptions;
  readonly #begin: readonly string[];
  #open: OpenTransactions | undefined;
  #frame: Frame | undefined;
  #interruption: Interruption | undefined;

  constructor(connection: C, options: TransactionOptions) {
    super();
    this.#driver = requireDriver(connection, options.dialect, "transaction");
    this.#begin = beginStatements(this.#driver.dialect, options);
    this.#connection = connection;
    this.#options = options;
  }

  protected async acquire(): Promise<C> {
    const connection = this.#connection;
    const { signal } = this.#options;
    if (signal?.aborted === true) throw new TransactionAborted(signal.reason);
    const poisoned = poisonOf(connection);
    if (poisoned !== undefined) {
      throw new Error(`${describe(connection)} cannot be used any more: take another connection`, {
        cause: poisoned.reason,
      });
    }
    const open = openIn(connection);
    if (open.busy) {
      throw new Error(
        `Transactions on one connection overlap (${describe(connection)}): another one is just beginning or ending. What runs in parallel needs a connection each`,
      );
    }
    open.busy = true;
    try {
      const nested = open.frames.length > 0 || this.#driver.status(connection) === "open";
      const frame = { savepoint: nested ? open.nextSavepoint() : undefined };
      await this.#enter(frame);
      open.frames.push(frame);
      this.#frame = frame;
      this.#open = open;
    } finally {
      open.busy = false;
      if (open.frames.length === 0) forget(connection);
    }
    if (signal !== undefined) await this.#watch(signal);
    return connection;
  }

  async #enter({ savepoint }: Frame): Promise<void> {
    if (savepoint !== undefined) {
      const refused = outermostOnly(this.#options);
      if (refused.length > 0) {
        throw new TypeError(
          `${refused.join(", ")} cannot be given to a nested transaction, which is a savepoint: give it to the outermost one`,
        );
      }
    }
    try {
      const statements = savepoint === undefined ? this.#begin : [`SAVEPOINT ${savepoint}`];
      for (const statement of statements) await this.#query(statement);
    } catch (error) {
      // Without an answer of the server, a transaction may be open all the same.
      if (!isRefusedStatement(error)) poison(this.#connection, error);
      throw error;
    }
  }

  async #watch(signal: NonNullable<TransactionOptions["signal"]>): Promise<void> {
    const failed = async (error: unknown): Promise<never> => {
      await this.release({ error }).catch(() => undefined);
      throw error;
    };
    const backend = await this.#driver.backend(this.#connection).catch(failed);
    if (signal.aborted) return failed(new TransactionAborted(signal.reason));
    this.#interruption = new Interruption(this.#connection, this.#driver, signal, backend);
  }

  protected async release(failure?: Failure): Promise<false> {
    const open = this.#open;
    const frame = this.#frame;
    if (open === undefined || frame === undefined) return false;
    this.#open = undefined;
    this.#frame = undefined;
    await this.#interruption?.finish();
    this.#interruption = undefined;

    if (!open.mayEnd(frame)) return this.#abandon(open, frame, failure);
    open.busy = true;
    try {
      await this.#end(open, frame, failure);
    } finally {
      open.busy = false;
      open.frames.pop();
      if (open.frames.length === 0) forget(this.#connection);
    }
    return false;
  }

  async #end(open: OpenTransactions, frame: Frame, failure: Failure | undefined): Promise<void> {
    const { signal } = this.#options;
    const unknown = failure?.error instanceof UnknownOutcome;
    if (signal?.aborted === true && !unknown) {
      await this.#rollBack(open, frame, failure ?? { error: signal.reason });
      if (failure?.error instanceof TransactionAborted) return;
      throw failure === undefined
        ? new TransactionAborted(signal.reason)
        : new TransactionAborted(signal.reason, failure.error);
    }
    if (failure !== undefined) return this.#rollBack(open, frame, failure);
    const refusal = open.doomed ?? poisonOf(this.#connection);
    if (refusal !== undefined) {
      const cause = "error" in refusal ? refusal.error : refusal.reason;
      const error = new Error(
        "The transaction cannot be committed, because a transaction nested in it was not rolled back alone: all of it is rolled back",
        { cause },
      );
      await this.#rollBack(open, frame, { error });
      throw error;
    }
    await this.#commit(open, frame);
  }

  async #commit(open: OpenTransactions, frame: Frame): Promise<void> {
    const { savepoint } = frame;
    let result;
    try {
      result = await this.#query(
        savepoint === undefined ? "COMMIT" : `RELEASE SAVEPOINT ${savepoint}`,
      );
    } catch (error) {
      if (isRefusedStatement(error)) {
        await this.#rollBack(open, frame, { error });
        throw error;
      }
      poison(this.#connection, error);
      // A savepoint that is lost with its connection is rolled back for certain.
      throw savepoint === undefined ? new CommitUnknown(error) : error;
    }
    if (savepoint === undefined && this.#driver.command(result) === "ROLLBACK") {
      throw new Error(
        "The server answered COMMIT with ROLLBACK: a statement in the transaction had failed, and the body went on. Let the error out of the body, or put that statement into a nested transaction",
      );
    }
  }

  /** Throws where the state of the connection is not known afterwards, which poisons it. */
  async #rollBack(open: OpenTransactions, frame: Frame, failure: Failure): Promise<void> {
    const { savepoint } = frame;
    const statement = savepoint === undefined ? "ROLLBACK" : `ROLLBACK TO SAVEPOINT ${savepoint}`;
    try {
      await this.#query(statement);
      if (savepoint !== undefined) await this.#query(`RELEASE SAVEPOINT ${savepoint}`);
    } catch (error) {
      if (savepoint !== undefined && (await this.#reopen(open, error, failure))) return;
      poison(this.#connection, error);
      // The loss of the connection was reported already, and is itself a rollback.
      if (mayBeLostConnection(error) && anyOf(failure.error, mayBeLostConnection)) return;
      throw new Error(
        `${statement} failed: the connection is not used any more (${describeError(error)})`,
        { cause: error },
      );
    }
    for (const task of open.afterRollback.splice(0)) await task();
  }

  /**
   * MySQL answers a deadlock by rolling back the whole transaction, savepoints included, and would
   * commit what follows statement by statement. A new transaction catches that until the outermost
   * body ends; then it is rolled back, too.
   */
  async #reopen(open: OpenTransactions, error: unknown, failure: Failure): Promise<boolean> {
    // ER_SP_DOES_NOT_EXIST, which is also said of savepoints.
    if ((error as { errno?: unknown } | undefined)?.errno !== 1305) return false;
    open.doomed ??= { error: failure.error };
    await this.#query("START TRANSACTION");
    return true;
  }

  /** Two transactions overlap: what belongs to which cannot be told any more. */
  async #abandon(
    open: OpenTransactions,
    frame: Frame,
    failure: Failure | undefined,
  ): Promise<false> {
    const error = overlapping(this.#connection);
    const here = open.frames.includes(frame);
    open.frames.length = 0;
    forget(this.#connection);
    poison(this.#connection, error);
    // The other one is still at work: its next statement must not be committed by itself.
    if (here) {
      await this.#query("ROLLBACK").catch(() => undefined);
      cut(this.#connection, this.#driver);
    } else if (failure !== undefined) return false;
    throw error;
  }

  #query(text: string): Promise<unknown> {
    return this.#driver.query(this.#connection, text);
  }
}

function overlapping(connection: object): Error {
  return new Error(
    `Transactions on one connection overlap (${describe(connection)}): what runs in parallel needs a connection each. None of them was committed`,
  );
}
