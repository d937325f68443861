/* Where the rollback fails as well, the connection is never given back. */
import { Pool } from "./world.mjs";

const withPool = async (work) => {
  const pool = new Pool();
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
};

export const buggy = () =>
  withPool(async (pool) => {
    const connection = await pool.connect();
    try {
      await connection.begin();
      await connection.insert("row");
      await connection.commit();
    } catch (error) {
      await connection.rollback();
      connection.release();
      throw error;
    }
    connection.release();
  });

export const corrected = () =>
  withPool(async (pool) => {
    const connection = await pool.connect();
    let sound = false;
    try {
      await connection.begin();
      await connection.insert("row");
      await connection.commit();
      sound = true;
    } catch (error) {
      await connection.rollback();
      sound = true;
      throw error;
    } finally {
      if (sound) connection.release();
      else connection.destroy();
    }
  });

/* It shows only when the clean-up fails, too. */
export const options = { depth: 2 };
