/* The file is closed on the path that everyone looks at. */
import { operation } from "unwind/testing";

import { files } from "./world.mjs";

const parse = (file) => operation("parse", async () => file.fd);

export async function buggy() {
  const file = await files.open();
  const header = await parse(file);
  await file.close();
  return header;
}

export async function corrected() {
  const file = await files.open();
  try {
    return await parse(file);
  } finally {
    await file.close();
  }
}
