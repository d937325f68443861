/* A `return` in the `finally` takes the place of what was thrown. */
import { operation } from "unwind/testing";

import { files } from "./world.mjs";

const count = (file) => operation("count", async () => Number(file.fd > 0));

export async function buggy() {
  let lines = 0;
  const file = await files.open();
  try {
    lines = await count(file);
  } finally {
    await file.close();
    // eslint-disable-next-line no-unsafe-finally
    return lines;
  }
}

export async function corrected() {
  const file = await files.open();
  try {
    return await count(file);
  } finally {
    await file.close();
  }
}
