import { open } from "node:fs/promises";

/** The size of a file, in bytes. */
export async function sizeOf(path: string): Promise<number> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return size;
  } finally {
    await handle.close();
  }
}

/** The first line of a file, or nothing where there is none. */
export async function firstLine(path: string) {
  const handle = await open(path);
  const text = await handle.readFile("utf8");
  if (text === "") return undefined;
  await handle.close();
  return text.split("\n", 1)[0];
}
