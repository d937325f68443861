import { describe } from "../describe.js";
import type { AbortSignalLike, Dialect } from "./connection.js";

/** The standard's isolation levels, as SQL spells them. */
export type Isolation = "read uncommitted" | "read committed" | "repeatable read" | "serializable";

/** How a transaction is begun. */
export interface TransactionOptions {
  /** The isolation level; the server's default where it is left out. */
  readonly isolation?: Isolation | undefined;
  /** Whether the server refuses to write; it may, by default. */
  readonly readOnly?: boolean | undefined;
  /**
   * PostgreSQL only: a serializable, read-only transaction waits for a moment at which nothing can
   * make it fail.
   */
  readonly deferrable?: boolean | undefined;
  /** Rolls back when it is aborted, and interrupts the statement under way. */
  readonly signal?: AbortSignalLike | undefined;
  /** Whose SQL it is; only needed where the connection's shape does not tell. */
  readonly dialect?: Dialect | undefined;
}

const levels: readonly unknown[] = [
  "read uncommitted",
  "read committed",
  "repeatable read",
  "serializable",
];

/**
 * The statements that begin a transaction.
 *
 * @throws TypeError where an option is unknown, or unknown to this dialect.
 */
export function beginStatements(dialect: Dialect, options: TransactionOptions): string[] {
  const { isolation, readOnly, deferrable } = options;
  if (isolation !== undefined && !levels.includes(isolation)) {
    throw new TypeError(
      `The isolation level is ${describe(isolation)}: give ${levels.map((level) => JSON.stringify(level)).join(", ")}`,
    );
  }
  const level = isolation === undefined ? [] : [`ISOLATION LEVEL ${isolation.toUpperCase()}`];
  const access = readOnly === undefined ? [] : [readOnly ? "READ ONLY" : "READ WRITE"];
  if (dialect === "postgres") {
    const wait = deferrable === undefined ? [] : [deferrable ? "DEFERRABLE" : "NOT DEFERRABLE"];
    return [["BEGIN", ...level, ...access, ...wait].join(" ")];
  }
  if (deferrable !== undefined) {
    throw new TypeError("deferrable is an option of PostgreSQL: MySQL and MariaDB have none");
  }
  return [
    // For the next transaction only.
    ...level.map((words) => `SET TRANSACTION ${words}`),
    ["START TRANSACTION", ...access].join(" "),
  ];
}

/** The options that can only be given to the outermost transaction, of those that are given. */
export function outermostOnly(options: TransactionOptions): string[] {
  return (["isolation", "readOnly", "deferrable"] as const).filter(
    (name) => options[name] !== undefined,
  );
}
