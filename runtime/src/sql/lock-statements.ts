import { describe } from "../describe.js";
import type { Dialect } from "./connection.js";

/**
 * The name of an advisory lock. PostgreSQL's own keys are a whole number of 64 bits, or two of 32; text
 * is hashed to 64 bits by the server. MySQL's are text of at most 64 characters.
 */
export type LockKey = string | number | bigint | readonly [number, number];

/** One statement and its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The statements of one lock; each gives one row with `done`, which is true or 1 where it was. */
export interface LockStatements {
  /** Waits for as long as it takes. */
  readonly lock: Statement;
  /** Does not wait. */
  readonly tryLock: Statement;
  /** Undefined where the lock goes with the transaction. */
  readonly unlock: Statement | undefined;
}

/** What kind of a lock it is. */
export interface LockKind {
  readonly scope: "session" | "transaction";
  readonly shared: boolean;
}

/** @throws TypeError where the server has no such lock, or no such key. */
export function lockStatements(dialect: Dialect, key: LockKey, kind: LockKind): LockStatements {
  return dialect === "postgres" ? ofPostgres(key, kind) : ofMysql(key, kind);
}

function ofPostgres(key: LockKey, { scope, shared }: LockKind): LockStatements {
  const { text, values } = postgresKey(key);
  const suffix = `${scope === "transaction" ? "_xact" : ""}_lock${shared ? "_shared" : ""}`;
  return {
    // Its result is void, which is not null; it is asked so that the function is really called.
    lock: {
      text: `SELECT CASE WHEN pg_advisory${suffix}(${text}) IS NULL THEN false ELSE true END AS done`,
      values,
    },
    tryLock: { text: `SELECT pg_try_advisory${suffix}(${text}) AS done`, values },
    unlock:
      scope === "transaction"
        ? undefined
        : {
            text: `SELECT pg_advisory_unlock${shared ? "_shared" : ""}(${text}) AS done`,
            values,
          },
  };
}

function postgresKey(key: LockKey): Statement {
  if (typeof key === "string") return { text: "hashtextextended($1::text, 0)", values: [key] };
  if (typeof key === "bigint" || Number.isSafeInteger(key)) {
    if (typeof key === "bigint" && BigInt.asIntN(64, key) !== key) {
      throw new TypeError(`The key ${key} of an advisory lock has more than 64 bits`);
    }
    return { text: "$1::bigint", values: [String(key)] };
  }
  if (Array.isArray(key) && key.length === 2 && key.every((part) => (part | 0) === part)) {
    return { text: "$1::int, $2::int", values: key.map(String) };
  }
  throw new TypeError(
    `The key of an advisory lock is ${describe(key)}: give text, a whole number, or two of 32 bits`,
  );
}

/** A year, in seconds: MariaDB knows no endless wait. */
const endless = 31_536_000;

function ofMysql(key: LockKey, { scope, shared }: LockKind): LockStatements {
  if (scope === "transaction" || shared) {
    throw new TypeError(
      "MySQL and MariaDB have only exclusive locks of a session: leave out scope and shared",
    );
  }
  const name = typeof key === "string" ? key : Array.isArray(key) ? key.join(",") : String(key);
  if (name === "" || name.length > 64) {
    throw new TypeError(
      `The key of an advisory lock is ${describe(key)}: MySQL and MariaDB take 1 to 64 characters`,
    );
  }
  return {
    lock: { text: "SELECT GET_LOCK(?, ?) AS done", values: [name, endless] },
    tryLock: { text: "SELECT GET_LOCK(?, 0) AS done", values: [name] },
    unlock: { text: "SELECT RELEASE_LOCK(?) AS done", values: [name] },
  };
}
