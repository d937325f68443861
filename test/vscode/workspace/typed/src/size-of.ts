import { open } from "node:fs/promises";

/** The size of a file, in bytes. */
export async function sizeOf(path: string): Promise<number> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return size;
}
