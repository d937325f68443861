/* A class that owns two resources: nobody has it yet when the second one fails. */
import { AsyncExitStack } from "unwind";

import { files, Pool } from "./world.mjs";

class Leaky {
  async open() {
    this.pool = new Pool();
    this.file = await files.open();
    this.connection = await this.pool.connect();
    return this;
  }

  async close() {
    this.connection.release();
    await this.file.close();
    await this.pool.end();
  }
}

class Sound {
  #resources;

  static async open() {
    const stack = new AsyncExitStack();
    try {
      const pool = new Pool();
      stack.defer(() => pool.end());
      stack.adopt(await files.open(), (file) => file.close());
      stack.adopt(await pool.connect(), (connection) => connection.release());
      const made = new Sound();
      made.#resources = stack.move();
      return made;
    } finally {
      await stack.disposeAsync();
    }
  }

  close() {
    return this.#resources.disposeAsync();
  }
}

export async function buggy() {
  const owner = await new Leaky().open();
  await owner.close();
}

export async function corrected() {
  const owner = await Sound.open();
  await owner.close();
}
