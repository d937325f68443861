import { AbstractContextManager } from "../abstract-context-manager.js";
import { describe, describeError } from "../describe.js";
import type { Failure } from "../protocol.js";
import type { SqliteDatabase } from "./connection.js";
import { forget, type Frame, openIn, type OpenTransactions } from "./open-transactions.js";
import { poison, poisonOf } from "./poison.js";

/** How a transaction in SQLite is begun. */
export interface SqliteTransactionOptions {
  /**
   * When SQLite locks the database: at the first statement that needs it (`"deferred"`, SQLite's
   * default), for writing at once (`"immediate"`), or also against reading (`"exclusive"`). A deferred
   * one that reads before it writes can fail at the write, however long SQLite would wait.
   */
  readonly mode?: "deferred" | "immediate" | "exclusive" | undefined;
}

const modes: readonly unknown[] = ["deferred", "immediate", "exclusive"];

/** A transaction in SQLite; see `transaction`. */
export class SyncTransaction<D extends SqliteDatabase> extends AbstractContextManager<D, false> {
  readonly #database: D;
  readonly #mode: string | undefined;
  #open: OpenTransactions | undefined;
  #frame: Frame | undefined;

  constructor(database: D, { mode }: SqliteTransactionOptions) {
    super();
    if (mode !== undefined && !modes.includes(mode)) {
      throw new TypeError(
        `The mode is ${describe(mode)}: give ${modes.map((one) => JSON.stringify(one)).join(", ")}`,
      );
    }
    this.#database = database;
    this.#mode = mode;
  }

  protected acquire(): D {
    const database = this.#database;
    const poisoned = poisonOf(database);
    if (poisoned !== undefined) {
      throw new Error(`${describe(database)} cannot be used any more: open it again`, {
        cause: poisoned.reason,
      });
    }
    const open = openIn(database);
    const nested = open.frames.length > 0 || isOpen(database) === true;
    if (nested && this.#mode !== undefined) {
      throw new TypeError(
        "mode cannot be given to a nested transaction, which is a savepoint: give it to the outermost one",
      );
    }
    const frame = { savepoint: nested ? open.nextSavepoint() : undefined };
    const begin = this.#mode === undefined ? "BEGIN" : `BEGIN ${this.#mode.toUpperCase()}`;
    database.exec(frame.savepoint === undefined ? begin : `SAVEPOINT ${frame.savepoint}`);
    open.frames.push(frame);
    this.#frame = frame;
    this.#open = open;
    return database;
  }

  protected release(failure?: Failure): false {
    const open = this.#open;
    const frame = this.#frame;
    if (open === undefined || frame === undefined) return false;
    this.#open = undefined;
    this.#frame = undefined;
    if (!open.mayEnd(frame)) {
      const error = new Error(
        `Transactions in one database overlap (${describe(this.#database)}): what runs in parallel needs a connection each. None of them was committed`,
      );
      const here = open.frames.includes(frame);
      open.frames.length = 0;
      if (here) this.#rollBack({ savepoint: undefined });
      else if (failure !== undefined) return false;
      throw error;
    }
    try {
      if (failure === undefined) this.#commit(frame);
      else this.#rollBack(frame);
    } finally {
      open.frames.pop();
      if (open.frames.length === 0) forget(this.#database);
    }
    return false;
  }

  #commit(frame: Frame): void {
    const { savepoint } = frame;
    try {
      this.#database.exec(savepoint === undefined ? "COMMIT" : `RELEASE ${savepoint}`);
    } catch (error) {
      // As by a deferred constraint, or because another process is reading: it is still open.
      this.#rollBack(frame);
      throw error;
    }
  }

  #rollBack({ savepoint }: Frame): void {
    // Some errors end the transaction by themselves: sqlite.org, "Transactions", 2.
    if (isOpen(this.#database) === false) return;
    const statement = savepoint === undefined ? "ROLLBACK" : `ROLLBACK TO ${savepoint}`;
    try {
      this.#database.exec(statement);
      if (savepoint !== undefined) this.#database.exec(`RELEASE ${savepoint}`);
    } catch (error) {
      // The same, where the database does not tell.
      if (
        isOpen(this.#database) === undefined &&
        String(error).includes("no transaction is active")
      ) {
        return;
      }
      poison(this.#database, error);
      throw new Error(`${statement} failed: ${describeError(error)}`, { cause: error });
    }
  }
}

/** Whether a transaction is open; undefined where the database does not tell. */
function isOpen(database: object): boolean | undefined {
  // node:sqlite since Node 22.16, better-sqlite3 and bun:sqlite.
  const { isTransaction, inTransaction } = database as Readonly<Record<string, unknown>>;
  const open = isTransaction ?? inTransaction;
  return typeof open === "boolean" ? open : undefined;
}
