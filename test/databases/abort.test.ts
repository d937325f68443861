import { primaryError } from "unwind";
import { inTransaction, transaction, TransactionAborted } from "unwind/sql";
import { withAsyncContext } from "unwind";
import { describe, expect, test } from "vitest";

import { backendOf, databases, sql } from "./databases.js";
import { fixture } from "./fixture.js";

describe.each(databases)("$name", (database) => {
  const it = fixture(database);
  const insert = (connection: unknown, table: string, id: number) =>
    it.query(connection, `INSERT INTO ${table} (id) VALUES (${id})`);

  test.each([
    { max: 2, how: "by another connection" },
    { max: 1, how: "by closing it, where no other one is free" },
  ])("a statement under way is interrupted $how", async ({ max }) => {
    const table = await it.beside.table();
    const pool = it.open(max);
    const controller = new AbortController();
    const reason = new Error("too late");
    let backend = 0;
    const running = inTransaction(
      pool.source,
      async (tx) => {
        backend = await backendOf(database, tx);
        await insert(tx, table, 1);
        setTimeout(() => controller.abort(reason), 20);
        await it.query(tx, sql.sleep(database, 60));
        // MySQL's SLEEP gives an answer when it is interrupted.
        await insert(tx, table, 2);
      },
      { signal: controller.signal, retry: { attempts: 3, when: () => true } },
    );
    const error: unknown = await running.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(TransactionAborted);
    expect(error).toMatchObject({ name: "AbortError", code: "ABORT_ERR", reason });
    expect(primaryError(error)).toBe(error);
    expect(await it.beside.ids(table)).toEqual([]);
    // Cancelled, it goes back; closed, it does not.
    const after = await it.lend(pool, (client) => backendOf(database, client));
    if (max > 1) return;
    expect(after).not.toBe(backend);
    // Also in the server, which would sleep for a minute.
    await it.beside.gone(backend);
  });

  test("a body that goes on after the abort loses its connection", async () => {
    const table = await it.beside.table();
    const pool = it.open(2);
    const controller = new AbortController();
    const running = inTransaction(
      pool.source,
      async (tx) => {
        const backend = await backendOf(database, tx);
        await insert(tx, table, 1);
        controller.abort("enough");
        await it.beside.gone(backend);
        // The driver learns of it in its own time, and postgres.js never settles a statement that it
        // sends at that very moment (porsager/postgres#1215).
        await new Promise((next) => setTimeout(next, 50));
        for (;;) await insert(tx, table, 2);
      },
      { signal: controller.signal },
    );
    await expect(running).rejects.toMatchObject({ name: "AbortError", reason: "enough" });
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("a body that completes all the same is rolled back", async () => {
    const table = await it.beside.table();
    const pool = it.open(2);
    const controller = new AbortController();
    const running = inTransaction(
      pool.source,
      async (tx) => {
        await insert(tx, table, 1);
        controller.abort("enough");
      },
      { signal: controller.signal },
    );
    await expect(running).rejects.toMatchObject({ name: "AbortError", cause: "enough" });
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("aborted before it begins: nothing begins", async () => {
    const pool = it.open(1);
    await it.lend(pool, async (client) => {
      const running = withAsyncContext(
        transaction(client, { signal: AbortSignal.abort("never") }),
        () => expect.unreachable("it was aborted"),
      );
      await expect(running).rejects.toMatchObject({ name: "AbortError", reason: "never" });
    });
  });

  test("a signal that is not aborted changes nothing, and keeps no listener", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const controller = new AbortController();
    const listeners = { added: 0, removed: 0 };
    const signal = new Proxy(controller.signal, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== "function") return member;
        if (key === "addEventListener") listeners.added++;
        if (key === "removeEventListener") listeners.removed++;
        return (...args: unknown[]): unknown => Reflect.apply(member, target, args);
      },
    });
    await inTransaction(pool.source, (tx) => insert(tx, table, 1), { signal });
    expect(await it.beside.ids(table)).toEqual([1]);
    expect(listeners.added).toBeGreaterThan(0);
    expect(listeners.removed).toBe(listeners.added);
  });
});
