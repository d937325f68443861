import {
  AsyncExitStack,
  enterAsync,
  primaryError,
  SuppressedError,
  withAsyncContext,
} from "unwind";
import { inTransaction, isPoisoned, pooled, transaction } from "unwind/sql";
import { describe, expect, test } from "vitest";

import { backendOf, type Connection, databases } from "./databases.js";
import { fixture } from "./fixture.js";
import { signalled } from "./signalled.js";

describe.each(databases)("$name", (database) => {
  const it = fixture(database);
  const insert = (connection: unknown, table: string, id: number) =>
    it.query(connection, `INSERT INTO ${table} (id) VALUES (${id})`);

  test("commits when the body completes, and gives what the body gives", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const result = await it.lend(pool, (client) =>
      withAsyncContext(transaction(client), async (tx) => {
        expect(tx).toBe(client);
        await insert(tx, table, 1);
        expect(await it.beside.ids(table)).toEqual([]);
        return "done";
      }),
    );
    expect(result).toBe("done");
    expect(await it.beside.ids(table)).toEqual([1]);
  });

  test("rolls back when the body fails, and its error comes out as it is", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const error = new RangeError("no such row");
    await it.lend(pool, async (client) => {
      const running = withAsyncContext(transaction(client), async (tx) => {
        await insert(tx, table, 1);
        throw error;
      });
      await expect(running).rejects.toBe(error);
      expect(isPoisoned(client)).toBe(false);
      await withAsyncContext(transaction(client), (tx) => insert(tx, table, 2));
    });
    expect(await it.beside.ids(table)).toEqual([2]);
  });

  test("rolls back after a statement that the server refused, whose error comes out", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const running = inTransaction(pool.source, async (tx) => {
      await insert(tx, table, 1);
      await it.query(tx, "SELECT nothing FROM nowhere_at_all");
    });
    await expect(running).rejects.toThrow(/nowhere_at_all/);
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("nests: a savepoint that fails takes only its own work with it", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    await inTransaction(pool.source, async (connection) => {
      const tx = connection as Connection;
      await insert(tx, table, 1);
      await withAsyncContext(transaction(tx), async () => {
        await insert(tx, table, 2);
        const third = inTransaction(tx, async () => {
          await insert(tx, table, 3);
          await it.query(tx, "SELECT nothing FROM nowhere_at_all");
        });
        await expect(third).rejects.toThrow(/nowhere_at_all/);
        await withAsyncContext(transaction(tx), () => insert(tx, table, 4));
      });
      const fifth = withAsyncContext(transaction(tx), async () => {
        await insert(tx, table, 5);
        await withAsyncContext(transaction(tx), () => insert(tx, table, 6));
        throw new RangeError("all of it");
      });
      await expect(fifth).rejects.toThrow("all of it");
      await insert(tx, table, 7);
    });
    expect(await it.beside.ids(table)).toEqual([1, 2, 4, 7]);
  });

  test("takes the nested work along when the outermost fails", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const running = inTransaction(pool.source, async (connection) => {
      const tx = connection as Connection;
      await withAsyncContext(transaction(tx), () => insert(tx, table, 1));
      throw new RangeError("outer");
    });
    await expect(running).rejects.toThrow("outer");
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("under await using, rolls back unless it was completed", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const save = async (client: Connection, id: number, valid: boolean) => {
      await using tx = await enterAsync(transaction(client));
      await insert(tx.value, table, id);
      if (!valid) return;
      tx.complete();
    };
    const byHand = async (client: Connection, id: number, valid: boolean) => {
      await using tx = transaction(client);
      await insert(await tx.enterAsync(), table, id);
      if (valid) tx.complete();
    };
    await it.lend(pool, async (client) => {
      await save(client, 1, true);
      await save(client, 2, false);
      await byHand(client, 3, true);
      await byHand(client, 4, false);
    });
    expect(await it.beside.ids(table)).toEqual([1, 3]);
  });

  test("in a stack, takes the stack's outcome", async () => {
    const table = await it.beside.table();
    const pool = it.open(2);
    const save = (id: number, valid: boolean) =>
      withAsyncContext(new AsyncExitStack(), async (stack) => {
        const client = (await stack.enterContext(pooled(pool.source))) as Connection;
        const tx = await stack.enterContext(transaction(client));
        await insert(tx, table, id);
        if (!valid) throw new RangeError("invalid");
      });
    await save(1, true);
    await expect(save(2, false)).rejects.toThrow("invalid");
    {
      await using stack = new AsyncExitStack();
      const client = (await stack.enterContext(pooled(pool.source))) as Connection;
      await insert(await stack.enterContext(transaction(client)), table, 3);
    }
    {
      await using stack = new AsyncExitStack();
      const client = (await stack.enterContext(pooled(pool.source))) as Connection;
      await insert(await stack.enterContext(transaction(client)), table, 4);
      stack.complete();
    }
    expect(await it.beside.ids(table)).toEqual([1, 4]);
  });

  test("refuses a second transaction that begins while the first one is beginning", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    await it.lend(pool, async (client) => {
      const run = (id: number) =>
        withAsyncContext(transaction(client), (tx) => insert(tx, table, id));
      const [first, second] = await Promise.allSettled([run(1), run(2)]);
      expect(first.status).toBe("fulfilled");
      expect(second).toMatchObject({ status: "rejected", reason: { message: /overlap/ } });
    });
    expect(await it.beside.ids(table)).toEqual([1]);
  });

  test("commits nothing of two transactions that overlap", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const backend: number[] = [];
    await it.lend(pool, async (client) => {
      backend.push(await backendOf(database, client));
      const begun = signalled();
      const mayEnd = signalled();
      const first = withAsyncContext(transaction(client), async (tx) => {
        await insert(tx, table, 1);
        begun.resolve();
        await mayEnd.promise;
      });
      await begun.promise;
      const second = withAsyncContext(transaction(client), async (tx) => {
        await insert(tx, table, 2);
        mayEnd.resolve();
        await expect(first).rejects.toThrow(/overlap/);
        // What would be committed by itself, were the connection still open: it may fail.
        await insert(tx, table, 3).catch(() => {});
      });
      await expect(second).rejects.toThrow(/overlap/);
      expect(isPoisoned(client)).toBe(true);
      await expect(withAsyncContext(transaction(client), () => {})).rejects.toThrow(
        /cannot be used any more/,
      );
    });
    backend.push(await it.lend(pool, (client) => backendOf(database, client)));
    expect(backend[1]).not.toBe(backend[0]);
    expect(await it.beside.ids(table)).toEqual([]);
  });

  test("can be read only", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const running = inTransaction(pool.source, (tx) => insert(tx, table, 1), { readOnly: true });
    await expect(running).rejects.toThrow(/read.only/i);
    await inTransaction(pool.source, (tx) => insert(tx, table, 2), { readOnly: false });
    expect(await it.beside.ids(table)).toEqual([2]);
  });

  test("repeats its reads when it is isolated so", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const count = async (isolation: "read committed" | "repeatable read") =>
      inTransaction(
        pool.source,
        async (tx) => {
          const before = await it.query(tx, `SELECT id FROM ${table}`);
          await it.beside.query(`INSERT INTO ${table} (id) VALUES (1)`);
          const after = await it.query(tx, `SELECT id FROM ${table}`);
          return after.length - before.length;
        },
        { isolation },
      );
    expect(await count("repeatable read")).toBe(0);
    expect(await count("read committed")).toBe(1);
  });

  test("refuses what describes the whole transaction on a nested one", async () => {
    const pool = it.open(1);
    await inTransaction(pool.source, async (connection) => {
      const tx = connection as Connection;
      const nested = inTransaction(tx, () => {}, { isolation: "serializable", readOnly: true });
      await expect(nested).rejects.toThrow(/isolation, readOnly cannot be given to a nested/);
      const again = inTransaction(tx, () => {}, { retry: { attempts: 2 } });
      await expect(again).rejects.toThrow(/retry cannot be given to a nested/);
    });
  });

  test("poisons the connection when the rollback fails, beside the body's error", async () => {
    const pool = it.open(1);
    const body = new RangeError("body");
    const seen: unknown[] = [];
    const running = it.lend(pool, async (client) => {
      seen.push(await backendOf(database, client));
      await withAsyncContext(transaction(client), async (tx) => {
        await it.beside.kill(await backendOf(database, tx));
        throw body;
      });
    });
    const error: unknown = await running.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SuppressedError);
    expect(primaryError(error)).toBe(body);
    expect(String(error)).toMatch(/ROLLBACK failed/);
    expect(await it.lend(pool, (client) => backendOf(database, client))).not.toBe(seen[0]);
  });
});
