import type { Ledger } from "./ledger.js";

/** The statement by which `unwind/sql` asks whether a transaction is open. */
const asksStatus = "SELECT now()";

/** A connection of `pg` that lives on; what is acquired and released is its transaction. */
export function lastingClient(label: string, ledger: Ledger): object {
  let transaction: object = {};
  let open = false;
  const end = (how: string): void => {
    open = false;
    ledger.release(transaction, how);
  };
  return {
    escapeIdentifier: (name: string) => name,
    query: (statement: string) => {
      switch (statement) {
        case "BEGIN":
          return ledger.later(() => {
            transaction = ledger.acquired(label, {}, false);
            open = true;
          });
        case "COMMIT":
          return ledger.later(() => end("commit"));
        case "ROLLBACK":
          // The server only warns where there is none, as after a `COMMIT` that failed.
          return ledger.later(() => open && end("rollback"));
        default:
          return ledger.laterUse(statement, transaction);
      }
    },
  };
}

/** A connection of a `pg` pool, which is asked whether its transaction is open when it goes back. */
export function lentClient(label: string, ledger: Ledger): object {
  let open = false;
  const client = {
    escapeIdentifier: (name: string) => name,
    query: async (statement: string) => {
      if (statement.startsWith(asksStatus)) return { rows: [{ open }] };
      await ledger.laterUse(statement, client);
      if (statement === "BEGIN") open = true;
      if (/^(COMMIT|ROLLBACK)$/.test(statement)) open = false;
      return { rows: [] };
    },
    release: () => ledger.release(client),
  };
  return ledger.acquired(label, client, false);
}

/** A query runner of TypeORM. That its transaction is rolled back first is not for the trace. */
export function queryRunner(label: string, ledger: Ledger): object {
  const runner = {
    isTransactionActive: false,
    startTransaction: async () => {
      await ledger.laterUse("begin", runner);
      runner.isTransactionActive = true;
    },
    commitTransaction: async () => {
      await ledger.laterUse("commit work", runner);
      runner.isTransactionActive = false;
    },
    rollbackTransaction: () => ledger.later(() => void (runner.isTransactionActive = false)),
    query: (statement: string) => ledger.laterUse(statement, runner),
    release: () => ledger.later(() => ledger.release(runner)),
  };
  return ledger.acquired(label, runner, false);
}
