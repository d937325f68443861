import { open } from "node:fs/promises";

/** The size of a file, in bytes. */
export async function soundSize(path: string): Promise<number> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return size;
  } finally {
    await handle.close();
  }
}
