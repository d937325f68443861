/* Where one of two fails, `Promise.all` gives neither, but the other one is open. */
import { AsyncExitStack } from "unwind";

import { files } from "./world.mjs";

export async function buggy() {
  const [from, to] = await Promise.all([files.open(), files.open()]);
  try {
    return from.fd !== to.fd;
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

export async function corrected() {
  const stack = new AsyncExitStack();
  try {
    const opening = [files.open(), files.open()].map(async (promise) =>
      stack.adopt(await promise, (file) => file.close()),
    );
    // Both have to have settled before the stack is released.
    const settled = await Promise.allSettled(opening);
    for (const one of settled) if (one.status === "rejected") throw one.reason;
    const [from, to] = settled.map(({ value }) => value);
    return from.fd !== to.fd;
  } finally {
    await stack.disposeAsync();
  }
}
