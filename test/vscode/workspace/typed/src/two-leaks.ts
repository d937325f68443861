import { open } from "node:fs/promises";

/** The sizes of two files, in bytes. */
export async function sizesOf(one: string, other: string): Promise<number[]> {
  const first = await open(one);
  const { size } = await first.stat();
  const second = await open(other);
  return [size, (await second.stat()).size];
}
