import { enterAsync, withAsyncContext } from "unwind";
import { inTransaction, pooled, TransactionAborted } from "unwind/sql";
import { describe, expect, test } from "vitest";

import { backendOf, type Connection, databases } from "./databases.js";
import { fixture } from "./fixture.js";
import { signalled } from "./signalled.js";

describe.each(databases)("$name", (database) => {
  const it = fixture(database);
  const insert = (connection: unknown, table: string, id: number) =>
    it.query(connection, `INSERT INTO ${table} (id) VALUES (${id})`);
  const begin = database.dialect === "postgres" ? "BEGIN" : "START TRANSACTION";

  test("a connection goes back, and is the same for the next one", async () => {
    const pool = it.open(1);
    const first = await it.lend(pool, (client) => backendOf(database, client));
    expect(await it.lend(pool, (client) => backendOf(database, client))).toBe(first);
  });

  test("goes back when the body fails with an error of its own, or of a refused statement", async () => {
    const pool = it.open(1);
    const backends: number[] = [];
    const failing = async (fail: (client: Connection) => unknown) => {
      const running = it.lend(pool, async (client) => {
        backends.push(await backendOf(database, client));
        await fail(client);
      });
      await expect(running).rejects.toThrow(/^(body|read ECONNRESET|.*nowhere_at_all.*)$/);
    };
    await failing(() => {
      throw new RangeError("body");
    });
    await failing((client) => it.query(client, "SELECT nothing FROM nowhere_at_all"));
    // Of another socket than the connection's.
    await failing(() => {
      throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    });
    backends.push(await it.lend(pool, (client) => backendOf(database, client)));
    expect(new Set(backends).size).toBe(1);
  });

  test("under await using, a sound connection goes back, and one in a transaction does not", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const backends: number[] = [];
    const use = async (body: (client: Connection) => unknown) => {
      await using lease = await enterAsync(pooled(pool.source));
      const client = lease.value as Connection;
      backends.push(await backendOf(database, client));
      await body(client);
    };
    await use(() => {});
    await use(async (client) => {
      await it.query(client, begin);
      await insert(client, table, 1);
    });
    await use(() => {});
    expect(backends[1]).toBe(backends[0]);
    expect(backends[2]).not.toBe(backends[1]);
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("a body that leaves a transaction open is told, and the next one does not inherit it", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const backends: number[] = [];
    const running = it.lend(pool, async (client) => {
      backends.push(await backendOf(database, client));
      await it.query(client, begin);
      await insert(client, table, 1);
    });
    await expect(running).rejects.toThrow(/left a transaction open in a pooled connection/);
    await it.lend(pool, async (client) => {
      backends.push(await backendOf(database, client));
      await insert(client, table, 2);
    });
    expect(backends[1]).not.toBe(backends[0]);
    expect(await it.beside.ids(table)).toEqual([2]);
  });

  test("a body that fails inside a transaction of its own: its error comes out alone", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const error = new RangeError("body");
    const running = it.lend(pool, async (client) => {
      await it.query(client, begin);
      await insert(client, table, 1);
      throw error;
    });
    await expect(running).rejects.toBe(error);
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("a failed body that left a long statement running does not give it to the next one", async () => {
    const pool = it.open(1);
    const backends: number[] = [];
    let sleeping: Promise<unknown> | undefined;
    const running = it.lend(pool, async (client) => {
      backends.push(await backendOf(database, client));
      sleeping = it.query(
        client,
        database.dialect === "postgres" ? "SELECT pg_sleep(60)" : "SELECT SLEEP(60)",
      );
      sleeping.catch(() => {});
      throw new RangeError("body");
    });
    await expect(running).rejects.toThrow("body");
    backends.push(await it.lend(pool, (client) => backendOf(database, client)));
    expect(backends[1]).not.toBe(backends[0]);
    await it.beside.query(
      database.dialect === "postgres"
        ? `SELECT pg_terminate_backend(${backends[0]})`
        : `KILL CONNECTION ${backends[0]}`,
    );
  });

  test("isHealthy decides, too", async () => {
    const pool = it.open(1);
    const backends: number[] = [];
    const use = (healthy: boolean) =>
      withAsyncContext(pooled(pool.source, { isHealthy: () => healthy }), async (client) => {
        backends.push(await backendOf(database, client));
      });
    await use(true);
    await use(false);
    await use(true);
    expect(backends[1]).toBe(backends[0]);
    expect(backends[2]).not.toBe(backends[1]);
  });

  test("exhausted: the next one waits until a connection goes back", async () => {
    const pool = it.open(2);
    const order: string[] = [];
    const mayEnd = signalled();
    const began = [signalled(), signalled()];
    const long = began.map((begun) =>
      it.lend(pool, async () => {
        begun.resolve();
        await mayEnd.promise;
        order.push("long");
      }),
    );
    await Promise.all(began.map(({ promise }) => promise));
    const waiting = it.lend(pool, () => void order.push("waiting"));
    await new Promise((next) => setTimeout(next, 50));
    expect(order).toEqual([]);
    mayEnd.resolve();
    await Promise.all([...long, waiting]);
    expect(order.slice().sort()).toEqual(["long", "long", "waiting"]);
    expect(order[0]).toBe("long");
  });

  test("exhausted: the signal ends the wait, and what comes too late goes back", async () => {
    const pool = it.open(1);
    const mayEnd = signalled();
    const begun = signalled();
    const long = it.lend(pool, () => {
      begun.resolve();
      return mayEnd.promise;
    });
    await begun.promise;
    const controller = new AbortController();
    const { signal } = controller;
    const plain = withAsyncContext(pooled(pool.source, { signal }), () =>
      expect.unreachable("it was aborted"),
    );
    const inside = inTransaction(pool.source, () => expect.unreachable("it was aborted"), {
      signal,
    });
    const reason = new Error("nobody waits any more");
    setTimeout(() => controller.abort(reason), 20);
    await expect(plain).rejects.toBe(reason);
    await expect(inside).rejects.toThrow(TransactionAborted);
    mayEnd.resolve();
    await long;
    await expect(inTransaction(pool.source, () => 1, { signal })).rejects.toMatchObject({ reason });
  });
});
