import { withAsyncContext } from "unwind";
import { advisoryLock, isPoisoned, LockNotObtained, pooled, transaction } from "unwind/sql";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { backendOf, type Connection, drivers } from "./databases.js";
import { fixture } from "./fixture.js";
import { type Proxy, startProxy } from "./proxy.js";
import { signalled } from "./signalled.js";

let keys = 0;

describe.each(drivers)("$name", (database) => {
  let proxy: Proxy;
  beforeAll(async () => {
    const ports = inject("databases");
    proxy = await startProxy(database.dialect === "postgres" ? ports.postgres : ports.mariadb);
  });
  afterAll(() => proxy.close());
  const it = fixture(database);
  const newKey = () => `it's "report" ${++keys} of ${process.pid}`;

  test("is held while the body runs, and released after it and after its failure", async () => {
    const key = newKey();
    const pool = it.open(2);
    const isFree = () =>
      it.lend(pool, (other) =>
        withAsyncContext(advisoryLock(other, key, { timeoutMs: 0 }), () => true).catch(
          (error: unknown) => {
            expect(error).toBeInstanceOf(LockNotObtained);
            expect(error).toMatchObject({ key });
            expect(String(error)).toContain("is held by another session");
            return false;
          },
        ),
      );
    await it.lend(pool, async (client) => {
      await withAsyncContext(advisoryLock(client, key), async (held) => {
        expect(held).toBe(client);
        expect(await isFree()).toBe(false);
      });
      expect(await isFree()).toBe(true);
      const failing = withAsyncContext(advisoryLock(client, key), async () => {
        expect(await isFree()).toBe(false);
        throw new RangeError("body");
      });
      await expect(failing).rejects.toThrow("body");
      expect(await isFree()).toBe(true);
    });
  });

  test("waits for the one who holds it, for a time or until the signal is aborted", async () => {
    const key = newKey();
    const pool = it.open(2);
    const held = signalled();
    const mayEnd = signalled();
    const holder = it.lend(pool, (client) =>
      withAsyncContext(advisoryLock(client, key), () => {
        held.resolve();
        return mayEnd.promise;
      }),
    );
    await held.promise;
    await it.lend(pool, async (client) => {
      const wait = (options: object) =>
        withAsyncContext(advisoryLock(client, key, options), () => "obtained");
      await expect(wait({ timeoutMs: 30 })).rejects.toThrow(/not released within 30 ms/);
      const controller = new AbortController();
      setTimeout(() => controller.abort("enough"), 20);
      await expect(wait({ signal: controller.signal })).rejects.toBe("enough");
      setTimeout(() => mayEnd.resolve(), 20);
      await expect(wait({ timeoutMs: 20_000 })).resolves.toBe("obtained");
    });
    await holder;
  });

  test("without a limit, the server waits", async () => {
    const key = newKey();
    const pool = it.open(2);
    const order: string[] = [];
    const held = signalled();
    const holder = it.lend(pool, (client) =>
      withAsyncContext(advisoryLock(client, key), async () => {
        held.resolve();
        await new Promise((next) => setTimeout(next, 50));
        order.push("first");
      }),
    );
    await held.promise;
    await it.lend(pool, (client) =>
      withAsyncContext(advisoryLock(client, key), () => void order.push("second")),
    );
    await holder;
    expect(order).toEqual(["first", "second"]);
  });

  test("is free again when its holder's connection dies", async () => {
    const key = newKey();
    const pool = it.open(1);
    const running = it.lend(pool, (client) =>
      withAsyncContext(advisoryLock(client, key), async () => {
        await it.beside.kill(await backendOf(database, client));
        await new Promise((next) => setTimeout(next, 50));
        await it.query(client, "SELECT 1");
      }),
    );
    await expect(running).rejects.toThrow();
    await it.lend(pool, (client) =>
      withAsyncContext(advisoryLock(client, key, { timeoutMs: 1_000 }), () => {}),
    );
  });

  test("where it cannot be released, the connection is destroyed, and the lock with it", async () => {
    const key = newKey();
    const pool = it.open(1, proxy.port);
    const statement = database.dialect === "postgres" ? "pg_advisory_unlock" : "RELEASE_LOCK";
    let client: Connection | undefined;
    const running = withAsyncContext(pooled(pool.source), async (connection) => {
      client = connection as Connection;
      await withAsyncContext(advisoryLock(client, key), () => {
        proxy.fault = { statement, when: "before" };
      });
    });
    await expect(running).rejects.toThrow(/could not be released/);
    expect(isPoisoned(client as object)).toBe(true);
    await it.lend(pool, (other) =>
      withAsyncContext(advisoryLock(other, key, { timeoutMs: 1_000 }), () => {}),
    );
  });

  test("tells when it was released behind its back", async () => {
    const key = newKey();
    const pool = it.open(1);
    const release =
      database.dialect === "postgres"
        ? "SELECT pg_advisory_unlock_all()"
        : "SELECT RELEASE_ALL_LOCKS()";
    const running = it.lend(pool, (client) =>
      withAsyncContext(advisoryLock(client, key), () => it.query(client, release)),
    );
    await expect(running).rejects.toThrow(/was lost/);
  });

  test("takes numbers for keys", async () => {
    const pool = it.open(2);
    const taken: unknown[] = [];
    for (const key of [42, -7n, 2n ** 40n] as const) {
      await it.lend(pool, (client) =>
        withAsyncContext(advisoryLock(client, key), async () => {
          const again = it.lend(pool, (other) =>
            withAsyncContext(advisoryLock(other, key, { timeoutMs: 0 }), () => {}),
          );
          await expect(again).rejects.toThrow(LockNotObtained);
          taken.push(key);
        }),
      );
    }
    expect(taken).toHaveLength(3);
  });

  if (database.dialect === "mysql") {
    test("refuses what MySQL has not", async () => {
      const pool = it.open(1);
      await it.lend(pool, (client) => {
        expect(() => advisoryLock(client, "a", { scope: "transaction" })).toThrow(TypeError);
        expect(() => advisoryLock(client, "a", { shared: true })).toThrow(TypeError);
        expect(() => advisoryLock(client, "x".repeat(65))).toThrow(/1 to 64 characters/);
      });
    });
    return;
  }

  test("in the scope of a transaction, goes with it", async () => {
    const key = newKey();
    const pool = it.open(2);
    const tryOther = () =>
      it.lend(pool, (other) =>
        withAsyncContext(advisoryLock(other, key, { timeoutMs: 0 }), () => true).catch(() => false),
      );
    await it.lend(pool, async (client) => {
      const lock = () => advisoryLock(client, key, { scope: "transaction", timeoutMs: 0 });
      await expect(withAsyncContext(lock(), () => {})).rejects.toThrow(/no transaction is open/);
      await withAsyncContext(transaction(client), async () => {
        await withAsyncContext(lock(), () => {});
        expect(await tryOther()).toBe(false);
      });
      expect(await tryOther()).toBe(true);
    });
  });

  test("can be shared", async () => {
    const key = newKey();
    const pool = it.open(2);
    await it.lend(pool, (client) =>
      withAsyncContext(advisoryLock(client, key, { shared: true }), () =>
        it.lend(pool, async (other) => {
          await withAsyncContext(
            advisoryLock(other, key, { shared: true, timeoutMs: 0 }),
            () => {},
          );
          const exclusive = withAsyncContext(advisoryLock(other, key, { timeoutMs: 0 }), () => {});
          await expect(exclusive).rejects.toThrow(LockNotObtained);
        }),
      ),
    );
  });

  test("in a transaction that has failed, is released after its rollback", async () => {
    const key = newKey();
    const pool = it.open(2);
    await it.lend(pool, async (client) => {
      const running = withAsyncContext(transaction(client), () =>
        withAsyncContext(advisoryLock(client, key), () =>
          it.query(client, "SELECT nothing FROM nowhere_at_all"),
        ),
      );
      await expect(running).rejects.toThrow(/nowhere_at_all/);
      expect(isPoisoned(client)).toBe(false);
      await it.lend(pool, (other) =>
        withAsyncContext(advisoryLock(other, key, { timeoutMs: 0 }), () => {}),
      );
    });
  });
});
