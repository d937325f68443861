/* Each attempt takes a connection; only the last one's is given back. */
import { operation } from "unwind/testing";

import { Pool } from "./world.mjs";

const call = () => operation("call", async () => "answer");

const run = async (work) => {
  const pool = new Pool();
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
};

export const buggy = () =>
  run(async (pool) => {
    for (let attempt = 1; ; attempt++) {
      const connection = await pool.connect();
      try {
        const answer = await call();
        connection.release();
        return answer;
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  });

export const corrected = () =>
  run(async (pool) => {
    for (let attempt = 1; ; attempt++) {
      const connection = await pool.connect();
      try {
        return await call();
      } catch (error) {
        if (attempt === 3) throw error;
      } finally {
        connection.release();
      }
    }
  });

/* That an attempt fails is what the others are for. */
export const options = { suppressed: ["call"] };
