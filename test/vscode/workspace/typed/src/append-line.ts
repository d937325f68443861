import { open } from "node:fs/promises";

/** Adds a line at the end of a file. */
export async function appendLine(path: string, line: string): Promise<void> {
  const handle = await open(path, "a");
  await handle.write(`${line}\n`);
  await handle.close();
}
