import { afterAll, describe, expect, test } from "vitest";

import { Programs } from "../hazards/programs.js";
import { drivers } from "./databases.js";
import { fixture } from "./fixture.js";

/**
 * A pooled connection that goes back with its transaction open: whoever gets it next is in the middle
 * of that. The same program after the rewrite of `no-hazardous-dispose`.
 */
const programs = new Programs();
const failure = new Error("no stock");

afterAll(() => {
  programs.close();
});

/** Each adds a row to a table, and commits it unless the check fails. */
const texts: Readonly<Record<string, string>> = {
  pg: `
    import type { Pool } from "pg";
    import { closing } from "unwind";
    export async function save(pool: Pool, table: string, check: () => void) {
      using client = closing(await pool.connect(), (held) => held.release());
      await client.query("BEGIN");
      await client.query("INSERT INTO " + table + " (id) VALUES (1)");
      await client.query("SELECT 1").then(check);
      await client.query("COMMIT");
    }
  `,
  "mysql2 with MariaDB": `
    import type { Pool } from "mysql2/promise";
    export async function save(pool: Pool, table: string, check: () => void) {
      await using connection = await pool.getConnection();
      await connection.beginTransaction();
      await connection.query("INSERT INTO " + table + " (id) VALUES (1)");
      await connection.query("SELECT 1").then(check);
      await connection.commit();
    }
  `,
};

interface Save {
  save(pool: unknown, table: string, check: () => void): Promise<void>;
}

const fail = (): never => {
  throw failure;
};

describe.each(drivers.filter(({ name }) => name in texts))("$name", (database) => {
  const it = fixture(database);
  const text = texts[database.name] ?? "";
  const rowsIn = async (query: (text: string) => Promise<readonly unknown[]>, table: string) =>
    (await query(`SELECT id FROM ${table}`)).length;

  test("is lent to the next one in the middle of its transaction", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const { save } = await programs.load<Save>(text);
    await expect(save(pool.source, table, fail)).rejects.toBe(failure);
    await it.lend(pool, async (connection) => {
      // Nobody else sees the row: it was not committed, and it was not rolled back.
      expect(await rowsIn((query) => it.query(connection, query), table)).toBe(1);
      expect(await rowsIn((query) => it.beside.query(query), table)).toBe(0);
      await it.query(connection, "ROLLBACK");
    });
  });

  test("is destroyed after the rewrite, and keeps what was committed", async () => {
    const table = await it.beside.table();
    const pool = it.open(1);
    const { save } = await programs.load<Save>(programs.mended(text, "no-hazardous-dispose"));
    await expect(save(pool.source, table, fail)).rejects.toBe(failure);
    await it.lend(pool, async (connection) => {
      expect(await rowsIn((query) => it.query(connection, query), table)).toBe(0);
    });
    await save(pool.source, table, () => undefined);
    expect(await rowsIn((query) => it.beside.query(query), table)).toBe(1);
  });
});
