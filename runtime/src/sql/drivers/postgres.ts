import { hasMethod } from "../connection.js";
import { sqlState } from "../failures.js";
import { type Driver, firstOf, type Status } from "./driver.js";

type Rows = Pick<Driver, "query" | "firstRow">;

/**
 * Of a transaction block, `now()` is the beginning; of a statement alone it is the statement's own.
 * Only by the simple protocol: the extended one counts its messages as statements.
 */
const inBlock = "SELECT now() <> statement_timestamp() AS open";

/** What PostgreSQL does, whoever speaks to it. */
function postgres(rows: Rows): Omit<Driver, "status" | "cut"> {
  return {
    ...rows,
    dialect: "postgres",
    command: (result) => (result as { command?: string } | undefined)?.command,
    async askStatus(connection) {
      try {
        return rows.firstRow(await rows.query(connection, inBlock))["open"] === true
          ? "open"
          : "idle";
      } catch (error) {
        // in_failed_sql_transaction
        if (sqlState(error) === "25P02") return "open";
        throw error;
      }
    },
    async backend(connection) {
      const result = await rows.query(connection, "SELECT pg_backend_pid() AS backend");
      return Number(rows.firstRow(result)["backend"]);
    },
    cancel: (by, backend) => rows.query(by, `SELECT pg_cancel_backend(${backend})`),
    terminate: (by, backend) => rows.query(by, `SELECT pg_terminate_backend(${backend})`),
  };
}

interface PgClient {
  query(text: string, values?: readonly unknown[]): PromiseLike<unknown>;
  /** False while a statement is under way. */
  readonly readyForQuery?: boolean;
}

/** `pg`, and all that answers `query(text)` as it does. */
export const pg: Driver = {
  ...postgres({
    async query(connection, text, values) {
      const client = connection as PgClient;
      return values === undefined ? client.query(text) : client.query(text, values);
    },
    firstRow: (result) => firstOf((result as { rows?: unknown } | undefined)?.rows),
  }),
  status(connection) {
    // Since pg 8.17: the status of the server's last ReadyForQuery message.
    if (!hasMethod(connection, "getTransactionStatus")) return undefined;
    if ((connection as unknown as PgClient).readyForQuery !== true) return undefined;
    const status = connection.getTransactionStatus();
    return status === "I" ? "idle" : status === "T" || status === "E" ? "open" : undefined;
  },
  cut(connection) {
    cancelBeside(connection);
    // While a statement is under way, `end` closes the socket without a farewell.
    if (hasMethod(connection, "end")) ignore(connection.end());
  },
};

interface CancellingClient {
  readonly connection?: { on?(event: string, listener: () => void): unknown };
  cancel(client: object, query: unknown): unknown;
}

/**
 * Sends the protocol's CancelRequest, as pg does it: by a client that connects for nothing else.
 * postgresql.org, "Message Flow", Canceling Requests in Progress.
 */
function cancelBeside(client: object): void {
  if (!hasMethod(client, "cancel") || !hasMethod(client, "_getActiveQuery")) return;
  const query = client._getActiveQuery();
  if (query === null || query === undefined) return;
  const { host, port } = client as { host?: unknown; port?: unknown };
  const Client = client.constructor as new (config: object) => CancellingClient;
  const beside = new Client({ host, port, ssl: false });
  beside.connection?.on?.("error", () => undefined);
  beside.cancel(client, query);
}

interface ReservedSql {
  unsafe(text: string, values?: readonly unknown[]): PromiseLike<unknown>;
}

/** postgres.js. It has no way to close one connection. */
export const postgresJs: Driver = {
  ...postgres({
    async query(connection, text, values) {
      const sql = connection as ReservedSql;
      return values === undefined ? sql.unsafe(text) : sql.unsafe(text, values);
    },
    firstRow: firstOf,
  }),
  status: (): Status | undefined => undefined,
  cut: () => undefined,
};

function ignore(promise: unknown): void {
  Promise.resolve(promise).catch(() => undefined);
}
