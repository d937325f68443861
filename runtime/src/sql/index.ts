export { advisoryLock, type AdvisoryLockOptions } from "./advisory-lock.js";
export type {
  AbortSignalLike,
  Dialect,
  QueryConnection,
  ReservedConnection,
  SqlConnection,
  SqliteDatabase,
} from "./connection.js";
export { CommitUnknown, LockNotObtained, TransactionAborted } from "./errors.js";
export { inTransaction, type InTransactionOptions } from "./in-transaction.js";
export type { LockKey } from "./lock-statements.js";
export { isPoisoned } from "./poison.js";
export { type ConnectionSource, pooled, type Pooled, type PooledOptions } from "./pooled.js";
export type {
  AcquiringPool,
  ConnectingPool,
  ConnectionPool,
  PendingPool,
  ReservingPool,
} from "./pools/pool-of.js";
export type { RetryOptions } from "./retry.js";
export type { Isolation, TransactionOptions } from "./statements.js";
export type { SqliteTransactionOptions } from "./sync-transaction.js";
export { type SqliteTransaction, transaction, type Transaction } from "./transaction.js";
