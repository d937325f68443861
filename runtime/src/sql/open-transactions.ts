/** One transaction or savepoint that is open in a connection. */
export interface Frame {
  /** Undefined for the transaction itself. */
  readonly savepoint: string | undefined;
}

/**
 * What is open in a connection, outermost first. One connection has one transaction, into which
 * others nest: this is where one that begins finds out whether it is the outermost.
 */
export class OpenTransactions {
  readonly frames: Frame[] = [];
  /** Whether a statement that begins or ends one is under way. */
  busy = false;
  /** Why the whole must not commit, although it is open. */
  doomed: { readonly error: unknown } | undefined;
  /** What waits for a rollback, because the failed transaction refuses it. */
  readonly afterRollback: (() => PromiseLike<unknown>)[] = [];
  #savepoints = 0;

  nextSavepoint(): string {
    return `unwind_${++this.#savepoints}`;
  }

  /** Whether it is the innermost, and nothing is under way: whether it is its turn to end. */
  mayEnd(frame: Frame): boolean {
    return !this.busy && this.frames.at(-1) === frame;
  }
}

const all = new WeakMap<object, OpenTransactions>();

/** What is open in a connection; made where nothing is. */
export function openIn(connection: object): OpenTransactions {
  let open = all.get(connection);
  if (open === undefined) all.set(connection, (open = new OpenTransactions()));
  return open;
}

/** What is open in a connection; undefined where nothing is. */
export function findOpen(connection: object): OpenTransactions | undefined {
  const open = all.get(connection);
  return open !== undefined && open.frames.length > 0 ? open : undefined;
}

/** Forgets a connection in which nothing is open any more. */
export function forget(connection: object): void {
  all.delete(connection);
}
