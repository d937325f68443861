/* The pool is ended while its connection is out, so ending fails and the connection never comes back. */
import { AsyncExitStack, withAsyncContext } from "unwind";

import { Pool } from "./world.mjs";

export async function buggy() {
  const pool = new Pool();
  let connection;
  try {
    connection = await pool.connect();
    await connection.insert("row");
    connection.release();
    connection = undefined;
  } finally {
    await pool.end();
    connection?.release();
  }
}

export const corrected = () =>
  withAsyncContext(new AsyncExitStack(), async (stack) => {
    const pool = new Pool();
    stack.defer(() => pool.end());
    const connection = await pool.connect();
    stack.defer(() => connection.release());
    await connection.insert("row");
  });
