import { withAsyncContext } from "unwind";
import { pooled } from "unwind/sql";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

import { type Beside, beside, type Connection, type Database, type OpenPool } from "./databases.js";

/** What the tests of one database share; to be called inside `describe`. */
export interface Fixture {
  readonly beside: Beside;
  /** A pool that has to be whole at the end of the test. */
  open(max: number, port?: number): OpenPool;
  query(connection: unknown, text: string): ReturnType<Database["query"]>;
  /** Runs a body with a connection of the pool. */
  lend<R>(pool: OpenPool, body: (connection: Connection) => R): Promise<Awaited<R>>;
}

export function fixture(database: Database): Fixture {
  let aside: Beside | undefined;
  let pools: { readonly pool: OpenPool; readonly max: number }[] = [];

  beforeAll(() => {
    aside = beside(database);
  });

  // After every test: nothing is out, and every connection that the pool may hold can be had.
  afterEach(async () => {
    const opened = pools;
    pools = [];
    for (const { pool, max } of opened) {
      await expectWhole(database, pool, max);
      expect(pool.out() ?? 0, "connections out").toBe(0);
      await pool.end();
    }
  });

  afterAll(() => aside?.end());

  return {
    get beside() {
      if (aside === undefined) throw new Error("The test has not begun");
      return aside;
    },
    open(max, port) {
      const pool = database.open(max, port);
      pools.push({ pool, max });
      return pool;
    },
    query: (connection, text) => database.query(connection, text),
    lend: (pool, body) =>
      withAsyncContext(pooled(pool.source), (connection) => body(connection as Connection)),
  };
}

/** Takes as many connections as the pool may hold at once, and asks each. */
async function expectWhole(database: Database, pool: OpenPool, max: number): Promise<void> {
  let arrived = 0;
  let all: () => void = () => {};
  const together = new Promise<void>((resolve) => (all = resolve));
  const lease = () =>
    withAsyncContext(pooled(pool.source), async (connection) => {
      const [row] = await database.query(connection, "SELECT 1 AS one");
      expect(Number(row?.["one"])).toBe(1);
      if (++arrived === max) all();
      await together;
    });
  await Promise.all(Array.from({ length: max }, lease));
}
