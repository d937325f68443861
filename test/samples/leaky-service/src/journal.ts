import fs from "node:fs";
import { readFile, rm } from "node:fs/promises";

/** What happened to one upload. */
export interface JournalEntry {
  readonly upload: string;
  readonly outcome: "ingested" | "skipped" | "failed";
  readonly readings: number;
  readonly checksum?: string;
}

/** An append-only record of what was ingested; open for as long as the service runs. */
export class Journal {
  readonly #fd: number;
  #closed = false;

  constructor(path: string) {
    this.#fd = fs.openSync(path, "a");
  }

  append(entry: JournalEntry): void {
    if (this.#closed) throw new Error("The journal is closed");
    fs.writeSync(this.#fd, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    fs.closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Appends what an earlier run could not write; returns how many entries there were. */
export async function recover(path: string, pending: string): Promise<number> {
  const lines = (await readFile(pending, "utf8")).split("\n").filter((line) => line !== "");
  const count = appendAll(
    path,
    lines.map((line) => JSON.parse(line) as JournalEntry),
  );
  await rm(pending);
  return count;
}

function appendAll(path: string, entries: readonly JournalEntry[]): number {
  const fd = fs.openSync(path, "a");
  if (entries.length === 0) return 0;
  try {
    for (const entry of entries) {
      fs.writeSync(fd, `${JSON.stringify(entry)}\n`);
    }
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  return entries.length;
}
