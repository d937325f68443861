/* Both the `catch` and the `finally` release; by the second time, the lock may be somebody else's. */
import { operation } from "unwind/testing";

import { Lock } from "./world.mjs";

const work = () => operation("work", async () => {});

export async function buggy() {
  const release = await new Lock().acquire();
  try {
    await work();
  } catch (error) {
    release();
    throw error;
  } finally {
    release();
  }
}

export async function corrected() {
  const release = await new Lock().acquire();
  try {
    await work();
  } finally {
    release();
  }
}
