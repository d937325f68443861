import type { Pool, PoolClient } from "pg";
import { closing } from "unwind";

import type { DailyTotal, Reading } from "./readings.js";

const insertReading = `
  insert into reading (meter, taken_at, kwh) values ($1, $2, $3)
  on conflict (meter, taken_at) do update set kwh = excluded.kwh`;

const attempts = 3;

/** Stores readings in one transaction; returns how many there were. */
export async function storeReadings(pool: Pool, readings: readonly Reading[]): Promise<number> {
  const client = await pool.connect();
  if (readings.length === 0) return 0;
  try {
    await client.query("begin");
    for (const { meter, takenAt, kilowattHours } of readings) {
      await client.query(insertReading, [meter, takenAt, kilowattHours]);
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
  return readings.length;
}

/** Recomputes the daily totals; tries again where another worker got in the way. */
export async function refreshTotals(pool: Pool): Promise<void> {
  let client: PoolClient | undefined;
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      client = await pool.connect();
      try {
        await client.query("refresh materialized view concurrently daily_total");
        break;
      } catch (error) {
        if (attempt === attempts || !isConflict(error)) throw error;
      }
    }
  } finally {
    client?.release();
  }
}

/** The totals of one day, by meter. */
export async function totalsOf(pool: Pool, day: string): Promise<DailyTotal[]> {
  using client = closing(await pool.connect(), (held) => {
    held.release();
  });
  const { rows } = await client.query<{ meter: string; kwh: string }>(
    "select meter, kwh from daily_total where day = $1 order by meter",
    [day],
  );
  return rows.map(({ meter, kwh }) => ({ meter, day, kilowattHours: Number(kwh) }));
}

/** Remembers that a report was written. */
export async function recordReport(pool: Pool, day: string, path: string): Promise<void> {
  const client = await pool.connect();
  await insertAndRelease(client, day, path);
}

async function insertAndRelease(client: PoolClient, day: string, path: string): Promise<void> {
  try {
    await client.query("insert into report (day, path) values ($1, $2)", [day, path]);
  } finally {
    client.release();
  }
}

function isConflict(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "40001" || code === "55P03";
}
