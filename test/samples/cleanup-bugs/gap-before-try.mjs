/* Between the lock and the `try` stands something that can fail. */
import { operation } from "unwind/testing";

import { Lock } from "./world.mjs";

const readBalance = () => operation("read balance", async () => 100);
const writeBalance = (balance) => operation("write balance", async () => balance);

export async function buggy() {
  const release = await new Lock().acquire();
  const balance = await readBalance();
  try {
    await writeBalance(balance - 10);
  } finally {
    release();
  }
}

export async function corrected() {
  const release = await new Lock().acquire();
  try {
    const balance = await readBalance();
    await writeBalance(balance - 10);
  } finally {
    release();
  }
}
