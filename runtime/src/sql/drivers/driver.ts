import type { Dialect } from "../connection.js";

/** Whether a transaction is open in a connection, also one that failed and waits for its `ROLLBACK`. */
export type Status = "idle" | "open";

/** What the rest of this module asks of a driver; the connections are of the shape that it was chosen by. */
export interface Driver {
  readonly dialect: Dialect;

  /** Runs one statement. Without `values`, by the simple protocol. */
  query(connection: object, text: string, values?: readonly unknown[]): Promise<unknown>;

  /** The first row of a result. */
  firstRow(result: unknown): Readonly<Record<string, unknown>>;

  /** What the server says it did, as `COMMIT`; undefined where it does not say. */
  command(result: unknown): string | undefined;

  /** As the driver knows it without asking; undefined where it does not, or where it is busy. */
  status(connection: object): Status | undefined;

  /** Asks the server, and so also finds out whether it still answers. */
  askStatus(connection: object): Promise<Status>;

  /** By which number another connection of the same server can interrupt this one. */
  backend(connection: object): Promise<number>;

  /** Ends the statement that a backend is executing, if any. */
  cancel(by: object, backend: number): Promise<unknown>;

  /** Ends a backend, and with it what it is executing. */
  terminate(by: object, backend: number): Promise<unknown>;

  /**
   * Closes the connection at once, so that the statement under way fails, and tells the server to end
   * it, where the driver offers a way: by itself the server would notice only when it is done.
   */
  cut(connection: object): void;
}

/** The first of an array of rows, or an empty one. */
export function firstOf(rows: unknown): Readonly<Record<string, unknown>> {
  const first: unknown = Array.isArray(rows) ? rows[0] : undefined;
  return (first ?? {}) as Readonly<Record<string, unknown>>;
}
