/* The commit stands in the `finally`, where a failure passes by, too. */
import assert from "node:assert/strict";

import { Pool } from "./world.mjs";

let pool;

const transfer = async (work) => {
  pool = new Pool();
  const connection = await pool.connect().catch(async (error) => {
    await pool.end();
    throw error;
  });
  try {
    await work(connection);
  } finally {
    connection.destroy();
    await pool.end();
  }
};

const both = async (connection) => {
  await connection.insert("from -10");
  await connection.insert("to +10");
};

export const buggy = () =>
  transfer(async (connection) => {
    await connection.begin();
    try {
      await both(connection);
    } finally {
      await connection.commit();
    }
  });

export const corrected = () =>
  transfer(async (connection) => {
    await connection.begin();
    try {
      await both(connection);
    } catch (error) {
      await connection.rollback();
      throw error;
    }
    await connection.commit();
  });

export const options = {
  verify: () => assert.ok([0, 2].includes(pool.rows.length), "half a transfer"),
};
