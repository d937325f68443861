import { open } from "node:fs/promises";

export async function countLines(path) {
  const handle = await open(path);
  const text = await handle.readFile("utf8");
  return text.split("\n").length;
}
