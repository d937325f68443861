import { describe } from "../../describe.js";
import { isObject } from "../../objects.js";
import { type Dialect, hasMethod } from "../connection.js";
import { poolOf } from "../pools/pool-of.js";
import type { Driver } from "./driver.js";
import { mysql } from "./mysql.js";
import { pg, postgresJs } from "./postgres.js";

/**
 * Chooses the driver by a connection's shape.
 *
 * @param caller - The function that was given it, for the error's message.
 * @throws TypeError that names the cure, where it is no connection, or one of an unknown dialect.
 */
export function requireDriver(
  connection: unknown,
  dialect: Dialect | undefined,
  caller: string,
): Driver {
  const names = `${caller}() was given ${describe(connection)}`;
  if (![undefined, "postgres", "mysql"].includes(dialect)) {
    throw new TypeError(`The dialect is ${describe(dialect)}: give "postgres" or "mysql"`);
  }
  if (poolOf(connection) !== undefined) {
    throw new TypeError(
      `${names}, a pool, whose statements go to different connections: use inTransaction(pool, body), or take a connection by pooled(pool)`,
    );
  }
  if (hasMethod(connection, "promise") && hasMethod(connection, "query")) {
    throw new TypeError(
      `${names}, a connection with callbacks: give connection.promise(), or use mysql2/promise`,
    );
  }
  if (hasMethod(connection, "unsafe") && hasMethod(connection, "savepoint")) {
    throw new TypeError(
      `${names}, in a transaction of postgres.js's own: use its savepoint(), or begin with sql.reserve()`,
    );
  }
  const driver = driverOf(connection, dialect);
  if (driver !== undefined) return driver;
  if (hasMethod(connection, "query")) {
    throw new TypeError(
      `${names}, and cannot tell which SQL it speaks: give the option dialect, "postgres" or "mysql"`,
    );
  }
  throw new TypeError(
    `${names}, which is no connection: it has neither query(text), as those of pg and mysql2/promise, nor unsafe(text), as what sql.reserve() of postgres.js gives`,
  );
}

/** As {@link requireDriver}; undefined where it is no connection to a database that is known here. */
export function driverOf(connection: unknown, dialect?: Dialect): Driver | undefined {
  if (!isObject(connection)) return undefined;
  if (hasMethod(connection, "unsafe")) return postgresJs;
  if (!hasMethod(connection, "query")) return undefined;
  if (dialect !== undefined) return dialect === "mysql" ? mysql : pg;
  if (hasMethod(connection, "beginTransaction")) return mysql;
  return hasMethod(connection, "escapeIdentifier") ? pg : undefined;
}
