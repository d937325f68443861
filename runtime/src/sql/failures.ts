import { flattenErrors } from "../flatten-errors.js";
import { isObject } from "../objects.js";

/** What drivers put on their errors, as far as it is asked for here. */
interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly severity?: unknown;
  readonly severity_local?: unknown;
  readonly sqlState?: unknown;
  readonly fatal?: unknown;
  readonly message?: unknown;
}

/**
 * The SQLSTATE of an error that a server sent; undefined for what a driver or anything else made.
 * pg and postgres.js have it in `code`, beside the `severity` that only a server gives; mysql2 has
 * `sqlState`.
 */
export function sqlState(error: unknown): string | undefined {
  if (!isObject(error)) return undefined;
  const { code, severity, sqlState: state } = error as DriverError;
  if (typeof state === "string" && state !== "") return state;
  return typeof code === "string" && typeof severity === "string" ? code : undefined;
}

/** Whether the server refused one statement, and the connection goes on in a state that is known. */
export function isRefusedStatement(error: unknown): boolean {
  return sqlState(error) !== undefined && !isLostConnection(error);
}

/** pg throws these without a code. */
const pgLost =
  /^Connection terminated|^Client has encountered a connection error|^Client was closed/;
const lostCodes = new Set([
  // postgres.js
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  // mysql2
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "ER_CONNECTION_KILLED",
  "ER_SERVER_SHUTDOWN",
]);

/** Whether a driver's error says that its connection is lost; what any socket may say is not enough. */
export function isLostConnection(error: unknown): boolean {
  if (!isObject(error)) return false;
  const { code, severity, fatal, message } = error as DriverError;
  if (fatal === true || severity === "FATAL" || severity === "PANIC") return true;
  // SQLSTATE class 08 and the shutdowns of class 57: postgresql.org, "Error Codes", appendix A.
  if (/^(?:08...|57P0[1-3])$/.test(sqlState(error) ?? "")) return true;
  if (typeof code === "string" && lostCodes.has(code)) return true;
  return typeof message === "string" && pgLost.test(message);
}

const socketCodes = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTCONN",
]);

/** Whether an error may say that a connection is lost; it may also be about another socket. */
export function mayBeLostConnection(error: unknown): boolean {
  if (isLostConnection(error)) return true;
  return isObject(error) && socketCodes.has((error as DriverError).code as string);
}

/**
 * PostgreSQL's serialization_failure and deadlock_detected; MySQL's deadlock (of the same SQLSTATE),
 * lock wait timeout, and MariaDB's "Record has changed since last read".
 */
function isContention(error: unknown): boolean {
  if (!isObject(error)) return false;
  if (/^40(?:001|P01)$/.test(sqlState(error) ?? "")) return true;
  const { errno, sqlState: state } = error as DriverError;
  return typeof state === "string" && (errno === 1205 || errno === 1020);
}

/** Whether a transaction that failed with this may succeed when it is run again. */
export function isRetryable(error: unknown): boolean {
  return anyOf(error, isContention);
}

/** Whether one of the errors that a thrown value stands for, or one of their causes, is such a one. */
export function anyOf(error: unknown, is: (error: unknown) => boolean): boolean {
  const seen = new Set(flattenErrors(error));
  // A set's iteration comes also to what is added meanwhile.
  for (const one of seen) {
    if (is(one)) return true;
    if (!isObject(one)) continue;
    if ("cause" in one) seen.add(one.cause);
    // Node's connect() puts one error for each address into an AggregateError.
    if (one instanceof AggregateError) for (const part of one.errors) seen.add(part);
  }
  return false;
}
