/* `allSettled` never rejects, and nobody looks at what it gives. */
import { Pool } from "./world.mjs";

const withPool = async (work) => {
  const pool = new Pool();
  try {
    const connection = await pool.connect();
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  } finally {
    await pool.end();
  }
};

const rows = ["a", "b", "c"];

export const buggy = () =>
  withPool(async (connection) => {
    await Promise.allSettled(rows.map((row) => connection.insert(row)));
  });

export const corrected = () =>
  withPool(async (connection) => {
    const results = await Promise.allSettled(rows.map((row) => connection.insert(row)));
    const failures = results.filter(({ status }) => status === "rejected");
    if (failures.length > 0) {
      throw new AggregateError(
        failures.map(({ reason }) => reason),
        "some rows were not inserted",
      );
    }
  });
