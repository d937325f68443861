import { createHash } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

import { header } from "./readings.js";

const chunkSize = 64 * 1024;

/** The complete uploads in the inbox, oldest name first. */
export async function listUploads(inbox: string): Promise<string[]> {
  const names = await readdir(inbox);
  return names
    .filter((name) => name.endsWith(".csv"))
    .sort()
    .map((name) => join(inbox, name));
}

/** Whether a file begins with the header that every upload has. */
export async function looksLikeUpload(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  const buffer = Buffer.alloc(header.length);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  return buffer.toString("utf8", 0, bytesRead) === header;
}

/** Counts the readings in an upload without parsing them. */
export async function countReadings(path: string): Promise<number> {
  const handle = await open(path, "r");
  const { size } = await handle.stat();
  const buffer = Buffer.allocUnsafe(size);
  const { bytesRead } = await handle.read(buffer, 0, size, 0);
  await handle.close();

  let lines = 0;
  for (let index = 0; index < bytesRead; index++) {
    if (buffer[index] === 0x0a) lines++;
  }
  return Math.max(0, lines - 1);
}

/** The SHA-256 of a file, in hexadecimal digits; reads it piece by piece. */
export async function checksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(chunkSize);
  const handle = await open(path, "r");
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
  return hash.digest("hex");
}

/** Writes a file and waits until it is on the disk, so that the original may be deleted. */
export async function archiveUpload(text: string, path: string): Promise<void> {
  await using handle = await open(path, "wx");
  await handle.writeFile(text, "utf8");
  await handle.sync();
}
