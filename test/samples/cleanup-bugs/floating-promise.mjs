/* The last write is not awaited: its failure reaches nobody, and it outlives the connection. */
import { Pool } from "./world.mjs";

const run = async (work) => {
  const pool = new Pool();
  try {
    const connection = await pool.connect();
    try {
      await work(connection);
    } finally {
      connection.release();
    }
  } finally {
    await pool.end();
  }
};

export const buggy = () =>
  run(async (connection) => {
    await connection.insert("order");
    void connection.insert("audit");
  });

export const corrected = () =>
  run(async (connection) => {
    await connection.insert("order");
    await connection.insert("audit");
  });
