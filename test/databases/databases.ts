import { randomBytes } from "node:crypto";

import genericPool from "generic-pool";
import mysql from "mysql2/promise";
import pg from "pg";
import postgres from "postgres";
import { Pool as TarnPool } from "tarn";
import type { ConnectionSource, SqlConnection } from "unwind/sql";
import { inject } from "vitest";

/** A row of a result, whichever driver gave it. */
export type Row = Readonly<Record<string, unknown>>;

/** A pool under test. */
export interface OpenPool {
  readonly source: ConnectionSource;
  /** How many connections are out; undefined where the pool does not tell. */
  out(): number | undefined;
  end(): Promise<unknown>;
}

/** A driver, a pool and a server: what the same tests are run with. */
export interface Database {
  readonly name: string;
  readonly dialect: "postgres" | "mysql";
  /**
   * @param max How many connections it may hold.
   * @param port Of a proxy before the server, where it is not the server's own.
   */
  open(max: number, port?: number): OpenPool;
  query(connection: unknown, text: string): Promise<readonly Row[]>;
}

export type Connection = SqlConnection;

const host = "127.0.0.1";
const ofPg = (port = inject("databases").postgres) => ({ host, port, user: "postgres" });

async function queryPg(connection: unknown, text: string): Promise<readonly Row[]> {
  return (await (connection as pg.PoolClient).query<Row>(text)).rows;
}

const pgDatabase: Database = {
  name: "pg",
  dialect: "postgres",
  query: queryPg,
  open(max, port) {
    const pool = new pg.Pool({ ...ofPg(port), max });
    // What pg's manual asks of everybody: an idle client may die.
    pool.on("error", () => {});
    return {
      source: pool,
      out: () => pool.totalCount - pool.idleCount,
      end: () => pool.end(),
    };
  },
};

async function connectPg(port: number | undefined): Promise<pg.Client> {
  const client = new pg.Client(ofPg(port));
  client.on("error", () => {});
  await client.connect();
  return client;
}

const genericPoolDatabase: Database = {
  ...pgDatabase,
  name: "pg in generic-pool",
  open(max, port) {
    const pool = genericPool.createPool<pg.Client>(
      { create: () => connectPg(port), destroy: (client) => client.end() },
      { max },
    );
    return {
      source: pool,
      out: () => pool.borrowed,
      async end() {
        await pool.drain();
        await pool.clear();
      },
    };
  },
};

const tarnDatabase: Database = {
  ...pgDatabase,
  name: "pg in tarn",
  open(max, port) {
    const pool = new TarnPool<pg.Client>({
      create: () => connectPg(port),
      destroy: (client) => client.end(),
      min: 0,
      max,
    });
    return { source: pool, out: () => pool.numUsed(), end: () => pool.destroy() };
  },
};

const postgresJsDatabase: Database = {
  name: "postgres.js",
  dialect: "postgres",
  query: async (connection, text) => [...(await (connection as postgres.ReservedSql).unsafe(text))],
  open(max, port) {
    // Its own back-off after a lost connection would only slow the tests down.
    const sql = postgres({ ...ofPg(port), max, backoff: () => 0, onnotice: () => {} });
    return { source: sql, out: () => undefined, end: () => sql.end({ timeout: 5 }) };
  },
};

const mysqlDatabase: Database = {
  name: "mysql2 with MariaDB",
  dialect: "mysql",
  async query(connection, text) {
    const [rows] = await (connection as mysql.PoolConnection).query(text);
    return Array.isArray(rows) ? (rows as Row[]) : [];
  },
  open(max, port = inject("databases").mariadb) {
    const pool = mysql.createPool({
      host,
      port,
      user: "root",
      database: "test",
      connectionLimit: max,
    });
    const inner = pool.pool as unknown as Record<
      "_allConnections" | "_freeConnections",
      { readonly length: number }
    >;
    return {
      source: pool,
      out: () => inner._allConnections.length - inner._freeConnections.length,
      end: () => pool.end(),
    };
  },
};

/** One for each driver. */
export const drivers = [pgDatabase, postgresJsDatabase, mysqlDatabase] as const;

/** One for each kind of pool. */
export const databases = [...drivers, genericPoolDatabase, tarnDatabase] as const;

/** How an SQL statement is said on a server. */
export const sql = {
  sleep: ({ dialect }: Database, seconds: number): string =>
    dialect === "postgres" ? `SELECT pg_sleep(${seconds})` : `SELECT SLEEP(${seconds})`,
  backend: ({ dialect }: Database): string =>
    dialect === "postgres" ? "SELECT pg_backend_pid() AS id" : "SELECT CONNECTION_ID() AS id",
  kill: ({ dialect }: Database, id: number): string =>
    dialect === "postgres" ? `SELECT pg_terminate_backend(${id})` : `KILL CONNECTION ${id}`,
};

/** The number by which a server knows a connection. */
export async function backendOf(database: Database, connection: unknown): Promise<number> {
  const [row] = await database.query(connection, sql.backend(database));
  return Number(row?.["id"]);
}

/** A connection of its own, beside the pool under test. */
export interface Beside {
  query(text: string): Promise<readonly Row[]>;
  /** A new table with the columns `id` and `who`; gives its name. */
  table(): Promise<string>;
  /** What is in it, by `id`. */
  ids(table: string): Promise<number[]>;
  kill(backend: number): Promise<void>;
  /** Resolves when a backend is gone, and with it its locks and its transaction. */
  gone(backend: number): Promise<void>;
  end(): Promise<unknown>;
}

export function beside(database: Database): Beside {
  const pool = database.dialect === "postgres" ? pgDatabase.open(2) : mysqlDatabase.open(2);
  const source = pool.source as unknown as {
    query(text: string): Promise<unknown>;
  };
  const it: Beside = {
    async query(text) {
      const result = await source.query(text);
      const rows = Array.isArray(result) ? (result[0] as unknown) : (result as pg.QueryResult).rows;
      return Array.isArray(rows) ? (rows as Row[]) : [];
    },
    async table() {
      const name = `t_${randomBytes(6).toString("hex")}`;
      await it.query(`CREATE TABLE ${name} (id integer, who varchar(40))`);
      return name;
    },
    async ids(table) {
      const rows = await it.query(`SELECT id FROM ${table} ORDER BY id`);
      return rows.map((row) => Number(row["id"]));
    },
    async kill(backend) {
      await it.query(sql.kill(database, backend));
      await it.gone(backend);
    },
    async gone(backend) {
      const list =
        database.dialect === "postgres"
          ? `SELECT pid FROM pg_stat_activity WHERE pid = ${backend}`
          : `SELECT id FROM information_schema.processlist WHERE id = ${backend}`;
      while ((await it.query(list)).length > 0) await new Promise((next) => setTimeout(next, 20));
    },
    end: () => pool.end(),
  };
  return it;
}
