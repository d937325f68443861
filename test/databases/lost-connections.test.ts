import { flattenErrors, primaryError, withAsyncContext } from "unwind";
import { CommitUnknown, inTransaction, pooled, transaction } from "unwind/sql";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { backendOf, type Connection, databases } from "./databases.js";
import { fixture } from "./fixture.js";
import { type Proxy, startProxy } from "./proxy.js";

describe.each(databases)("$name", (database) => {
  let proxy: Proxy;
  beforeAll(async () => {
    const ports = inject("databases");
    proxy = await startProxy(database.dialect === "postgres" ? ports.postgres : ports.mariadb);
  });
  afterAll(() => proxy.close());
  const it = fixture(database);

  const insert = (connection: unknown, table: string, id: number) =>
    it.query(connection, `INSERT INTO ${table} (id) VALUES (${id})`);
  /**
   * A driver learns of a loss in its own time. A statement in between fails as well; but postgres.js
   * never uses that connection's place again (porsager/postgres#1215).
   */
  const moment = () => new Promise((next) => setTimeout(next, 50));
  const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => expect.unreachable("it has to fail"),
      (error: unknown) => error,
    );

  test("killed in the body: the driver's error comes out alone, and nothing is committed", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const backends: number[] = [];
    const error = await failureOf(
      inTransaction(pool.source, async (tx) => {
        const backend = await backendOf(database, tx);
        backends.push(backend);
        await insert(tx, table, 1);
        const sleeping = it.query(
          tx,
          database.dialect === "postgres" ? "SELECT pg_sleep(60)" : "SELECT SLEEP(60)",
        );
        // A statement that is still on its way when the connection dies is lost to postgres.js, too.
        await Promise.all([sleeping, moment().then(() => it.beside.kill(backend))]);
      }),
    );
    expect(flattenErrors(error)).toHaveLength(1);
    expect(String(error)).toMatch(/terminat|kill|lost|closed|interrupt/i);
    expect(await it.beside.ids(table)).toEqual([]);
    backends.push(await it.lend(pool, (client) => backendOf(database, client)));
    expect(backends[1]).not.toBe(backends[0]);
  });

  test("killed while the body does something else: the next statement fails", async () => {
    const table = await it.beside.table();
    const pool = it.open(2);
    const running = inTransaction(pool.source, async (tx) => {
      await insert(tx, table, 1);
      await it.beside.kill(await backendOf(database, tx));
      await moment();
      await insert(tx, table, 2);
    });
    await expect(running).rejects.toThrow();
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("killed in a nested transaction: all of it fails, also when the body goes on", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const running = inTransaction(pool.source, async (connection) => {
      const tx = connection as Connection;
      await insert(tx, table, 1);
      await withAsyncContext(transaction(tx), async () => {
        await it.beside.kill(await backendOf(database, tx));
        await moment();
        await insert(tx, table, 2);
      }).catch(() => {});
    });
    await expect(running).rejects.toThrow(/cannot be committed/);
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test.each([
    { when: "before", ids: [] },
    { when: "after", ids: [1] },
  ] as const)("lost in COMMIT, $when the server executes it: unknown", async ({ when, ids }) => {
    const table = await it.beside.table();
    const pool = it.open(1, proxy.port);
    let runs = 0;
    const backends: number[] = [];
    const running = inTransaction(
      pool.source,
      async (tx) => {
        runs++;
        backends.push(await backendOf(database, tx));
        await insert(tx, table, 1);
        proxy.fault = { statement: "COMMIT", when };
      },
      // Never run again: it may be committed.
      { retry: { attempts: 3, when: () => true } },
    );
    await expect(running).rejects.toThrow(CommitUnknown);
    expect(runs).toBe(1);
    await it.beside.gone(backends[0] as number);
    expect(await it.beside.ids(table)).toEqual(ids);
    backends.push(await it.lend(pool, (client) => backendOf(database, client)));
    expect(backends[1]).not.toBe(backends[0]);
  });

  test.each(["before", "after"] as const)(
    "lost in ROLLBACK, %s the server executes it: the body's error is the primary one",
    async (when) => {
      const table = await it.beside.table();
      const pool = it.open(1, proxy.port);
      const body = new RangeError("body");
      const backends: number[] = [];
      const error = await failureOf(
        inTransaction(pool.source, async (tx) => {
          backends.push(await backendOf(database, tx));
          await insert(tx, table, 1);
          proxy.fault = { statement: "ROLLBACK", when };
          throw body;
        }),
      );
      expect(primaryError(error)).toBe(body);
      expect(String(error)).toMatch(/ROLLBACK failed/);
      await it.beside.gone(backends[0] as number);
      expect(await it.beside.ids(table)).toEqual([]);
      backends.push(await it.lend(pool, (client) => backendOf(database, client)));
      expect(backends[1]).not.toBe(backends[0]);
    },
  );

  test("lost in BEGIN: the body does not run, and the connection does not go back", async () => {
    const pool = it.open(1, proxy.port);
    const before = await it.lend(pool, (client) => backendOf(database, client));
    const statement = database.dialect === "postgres" ? "BEGIN" : "START TRANSACTION";
    proxy.fault = { statement, when: "after" };
    const running = inTransaction(pool.source, () => expect.unreachable("not begun"));
    expect(String(await failureOf(running))).toMatch(/terminat|lost|closed|reset/i);
    expect(await it.lend(pool, (client) => backendOf(database, client))).not.toBe(before);
  });

  test("lost in RELEASE SAVEPOINT: nothing of it is committed", async () => {
    const table = await it.beside.table();
    const pool = it.open(1, proxy.port);
    const running = inTransaction(pool.source, async (connection) => {
      const tx = connection as Connection;
      await withAsyncContext(transaction(tx), async () => {
        await insert(tx, table, 1);
        proxy.fault = { statement: "RELEASE", when: "after" };
      });
    });
    expect(await failureOf(running)).not.toBeInstanceOf(CommitUnknown);
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("many lost at once: those who wait for a connection get one", async () => {
    const pool = it.open(3);
    const killed = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        withAsyncContext(pooled(pool.source), async (client) => {
          const backend = await backendOf(database, client);
          if (index % 2 === 0) {
            await it.beside.kill(backend);
            await moment();
          }
          await it.query(client, "SELECT 1");
        }),
      ),
    );
    const ended = killed.map(({ status }) => status);
    expect(ended).toEqual(
      Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? "rejected" : "fulfilled")),
    );
  });
});
