import { hasMethod } from "../connection.js";
import { type Driver, firstOf } from "./driver.js";

interface MysqlConnection {
  query(text: string, values?: readonly unknown[]): PromiseLike<unknown>;
}

/** SERVER_STATUS_IN_TRANS: dev.mysql.com, "Client/Server Protocol", status flags. */
const inTransaction = 1;

async function query(
  connection: object,
  text: string,
  values?: readonly unknown[],
): Promise<unknown> {
  const it = connection as MysqlConnection;
  return values === undefined ? it.query(text) : it.query(text, values);
}

/** mysql2 answers `[rows, fields]`; others answer the rows themselves. */
function unpack(result: unknown): unknown {
  return Array.isArray(result) && result.length === 2 && !isRow(result[0])
    ? (result as unknown[])[0]
    : result;
}

function isRow(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !("affectedRows" in value)
  );
}

/** `mysql2/promise`, for MySQL and MariaDB. */
export const mysql: Driver = {
  dialect: "mysql",
  query,
  firstRow: (result) => firstOf(unpack(result)),
  command: () => undefined,
  status: () => undefined,
  async askStatus(connection) {
    // A statement that does nothing: its answer holds the server's status.
    const header = unpack(await query(connection, "DO 0")) as
      { serverStatus?: unknown } | undefined;
    const status = header?.serverStatus;
    if (typeof status === "number") return (status & inTransaction) === 0 ? "idle" : "open";
    // A driver that keeps the status for itself: nothing is open after this.
    await query(connection, "ROLLBACK");
    return "idle";
  },
  async backend(connection) {
    const result = await query(connection, "SELECT CONNECTION_ID() AS backend");
    return Number(firstOf(unpack(result))["backend"]);
  },
  cancel: (by, backend) => query(by, `KILL QUERY ${backend}`),
  terminate: (by, backend) => query(by, `KILL CONNECTION ${backend}`),
  cut(connection) {
    // After `destroy`, mysql2 leaves the statement under way without an answer for ever; an error of
    // its socket it passes on.
    const core = (connection as { connection?: unknown }).connection ?? connection;
    killBeside(core);
    const stream = (core as { stream?: unknown }).stream;
    const error = Object.assign(new Error("The connection was cut"), {
      code: "PROTOCOL_CONNECTION_LOST",
      fatal: true,
    });
    if (hasMethod(stream, "destroy")) stream.destroy(error);
    else if (hasMethod(connection, "destroy")) connection.destroy();
  },
};

/** mysql2's own connection, which a promise's or a pool's stands for. */
interface CoreConnection {
  readonly config?: unknown;
  readonly threadId?: unknown;
  on?(event: string, listener: () => void): unknown;
  query?(text: string, callback: () => void): unknown;
  destroy?(): unknown;
}

/** Ends the connection in the server by one that is opened for nothing else. */
function killBeside(core: CoreConnection): void {
  const { config, threadId } = core;
  if (typeof threadId !== "number" || typeof config !== "object" || config === null) return;
  // A pool's connection is constructed with its pool: a closed one never hears of it again.
  const Core = core.constructor as new (...args: readonly object[]) => CoreConnection;
  const beside = Core.length > 1 ? new Core({ _closed: true }, { config }) : new Core({ config });
  beside.on?.("error", () => undefined);
  beside.query?.(`KILL CONNECTION ${threadId}`, () => beside.destroy?.());
}
