import { primaryError, withAsyncContext } from "unwind";
import { inTransaction, transaction } from "unwind/sql";
import { describe, expect, test } from "vitest";

import { type Connection, drivers } from "./databases.js";
import { fixture } from "./fixture.js";
import { signalled } from "./signalled.js";

describe.each(drivers)("$name", (database) => {
  const it = fixture(database);
  const insert = (connection: unknown, table: string, id: number) =>
    it.query(connection, `INSERT INTO ${table} (id) VALUES (${id})`);

  test("runs again what lost against another transaction, in a deadlock", async () => {
    const table = await it.beside.table();
    await it.beside.query(`INSERT INTO ${table} (id, who) VALUES (1, ''), (2, '')`);
    await it.beside.query(`CREATE UNIQUE INDEX i_${table} ON ${table} (id)`);
    const pool = it.open(2);
    const holds = [signalled(), signalled()];
    const attempts = [0, 0];
    const cross = (index: 0 | 1) =>
      inTransaction(
        pool.source,
        async (tx, attempt) => {
          attempts[index] = attempt;
          const update = (id: number) =>
            it.query(tx, `UPDATE ${table} SET who = '${index}' WHERE id = ${id}`);
          await update(index + 1);
          holds[index]?.resolve();
          await holds[1 - index]?.promise;
          await update(2 - index);
          return index;
        },
        { retry: { attempts: 10 } },
      );
    expect(await Promise.all([cross(0), cross(1)])).toEqual([0, 1]);
    // One of them won the first time.
    expect(Math.min(...attempts)).toBe(1);
    expect(Math.max(...attempts)).toBeGreaterThan(1);
  });

  test("without retry, the deadlock comes out; other errors are never run again", async () => {
    const pool = it.open(1);
    let runs = 0;
    const refused = inTransaction(
      pool.source,
      async (tx) => {
        runs++;
        await it.query(tx, "SELECT nothing FROM nowhere_at_all");
      },
      { retry: { attempts: 5 } },
    );
    await expect(refused).rejects.toThrow(/nowhere_at_all/);
    expect(runs).toBe(1);
    await expect(inTransaction(pool.source, () => 1, { retry: { attempts: 0 } })).rejects.toThrow(
      /retry.attempts/,
    );
  });

  if (database.dialect === "mysql") {
    test("a deadlock in a nested transaction: nothing that follows is committed by itself", async () => {
      const table = await it.beside.table();
      await it.beside.query(`INSERT INTO ${table} (id, who) VALUES (1, ''), (2, ''), (3, '')`);
      await it.beside.query(`CREATE UNIQUE INDEX i_${table} ON ${table} (id)`);
      const pool = it.open(2);
      const holds = [signalled(), signalled()];
      const caught: unknown[] = [];
      const cross = (index: 0 | 1) =>
        inTransaction(pool.source, async (connection) => {
          const tx = connection as Connection;
          const update = (id: number) =>
            it.query(tx, `UPDATE ${table} SET who = 'by ${index}' WHERE id = ${id}`);
          await update(index + 1);
          await withAsyncContext(transaction(tx), async () => {
            holds[index]?.resolve();
            await holds[1 - index]?.promise;
            await update(2 - index);
          }).catch((error: unknown) => caught.push(error));
          // The one that lost goes on, as if nothing had happened.
          await insert(tx, table, 10 + index);
        });
      const results = await Promise.allSettled([cross(0), cross(1)]);
      expect(caught).toHaveLength(1);
      expect(primaryError(caught[0])).toMatchObject({ errno: 1213 });
      const winner = results.findIndex(({ status }) => status === "fulfilled");
      expect(results[1 - winner]).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringContaining("cannot be committed") as string },
      });
      expect(await it.beside.ids(table)).toEqual([1, 2, 3, 10 + winner]);
      await expect(inTransaction(pool.source, () => 1, { deferrable: true })).rejects.toThrow(
        /deferrable is an option of PostgreSQL/,
      );
    });
    return;
  }

  test("a statement's error that is swallowed does not pass for a commit", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const running = inTransaction(pool.source, async (tx) => {
      await insert(tx, table, 1);
      await it.query(tx, "SELECT nothing FROM nowhere_at_all").catch(() => {});
    });
    await expect(running).rejects.toThrow(/answered COMMIT with ROLLBACK/);
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("a COMMIT that a deferred constraint refuses is a rollback, with the server's error", async () => {
    const table = await it.beside.table();
    await it.beside.query(
      `ALTER TABLE ${table} ADD CONSTRAINT u_${table} UNIQUE (id) DEFERRABLE INITIALLY DEFERRED`,
    );
    const pool = it.open(1);
    const running = inTransaction(pool.source, async (tx) => {
      await insert(tx, table, 1);
      await insert(tx, table, 1);
    });
    await expect(running).rejects.toThrow(/duplicate key/);
    expect(await it.beside.ids(table)).toEqual([]);
    await inTransaction(pool.source, (tx) => insert(tx, table, 2));
    expect(await it.beside.ids(table)).toEqual([2]);
  });

  test("runs again what cannot be serialized, until it can", async () => {
    const table = await it.beside.table();
    const pool = it.open(5);
    // Each counts, and writes the next number: serializable, no number comes twice.
    const next = () =>
      inTransaction(
        pool.source,
        async (tx) => {
          const [row] = await it.query(tx, `SELECT COUNT(*) AS n FROM ${table}`);
          await insert(tx, table, Number(row?.["n"]));
        },
        { isolation: "serializable", retry: { attempts: 100, maxDelayMs: 50 } },
      );
    await Promise.all(Array.from({ length: 20 }, next));
    expect(await it.beside.ids(table)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test("can be serializable, read only and deferrable", async () => {
    const pool = it.open(1);
    const options = { isolation: "serializable", readOnly: true, deferrable: true } as const;
    const [row] = await inTransaction(
      pool.source,
      (tx) =>
        it.query(
          tx,
          "SELECT current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only') || ' ' || current_setting('transaction_deferrable') AS it",
        ),
      options,
    );
    expect(row?.["it"]).toBe("serializable on on");
  });
});

test.each(drivers)("$name: a pool is no connection, and says what to do", async (database) => {
  const pool = database.open(1);
  expect(() => transaction(pool.source as never)).toThrow(/a pool.*inTransaction\(pool, body\)/);
  await pool.end();
});
