/* After a failure, the connection goes back to the pool inside its open transaction. */
import assert from "node:assert/strict";

import { Pool } from "./world.mjs";

let pool;

const run = async (work) => {
  pool = new Pool();
  try {
    await work(await pool.connect());
  } finally {
    await pool.end();
  }
};

export const buggy = () =>
  run(async (connection) => {
    try {
      await connection.begin();
      await connection.insert("row");
      await connection.commit();
    } finally {
      connection.release();
    }
  });

export const corrected = () =>
  run(async (connection) => {
    try {
      await connection.begin();
      await connection.insert("row");
      await connection.commit();
      connection.release();
    } catch (error) {
      connection.destroy();
      throw error;
    }
  });

export const options = {
  verify: () => assert.ok(pool.idle.every(({ inTransaction }) => !inTransaction)),
};
