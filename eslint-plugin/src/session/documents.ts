import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

import { decode } from "./files.js";

interface Document {
  readonly version: string;
  readonly text: string;
}

/**
 * The files as TypeScript should see them: unsaved texts over what is on disk.
 *
 * Between two calls of `refresh` the disk is taken not to change, so that a program of thousands of
 * files does not ask for the state of each one again for every file that is checked.
 */
export class Documents {
  readonly #unsaved = new Map<string, Document>();
  readonly #versions = new Map<string, string | undefined>();
  #generation = 0;

  /** Changes whenever any answer may have changed. */
  get generation(): number {
    return this.#generation;
  }

  /** Lays an unsaved text over the file. */
  set(path: string, text: string): void {
    const before = this.#unsaved.get(path);
    if (before?.text === text) return;
    const version = `unsaved:${createHash("sha1").update(text).digest("hex")}`;
    this.#unsaved.set(path, { version, text });
    this.#generation++;
  }

  /** Lets the file on disk be seen again. */
  delete(path: string): void {
    if (this.#unsaved.delete(path)) this.#generation++;
  }

  /** The disk may have changed. */
  refresh(): void {
    this.#versions.clear();
    this.#generation++;
  }

  has(path: string): boolean {
    return this.version(path) !== undefined;
  }

  /** Undefined where there is no such file. */
  version(path: string): string | undefined {
    const unsaved = this.#unsaved.get(path);
    if (unsaved !== undefined) return unsaved.version;
    if (!this.#versions.has(path)) this.#versions.set(path, versionOnDisk(path));
    return this.#versions.get(path);
  }

  read(path: string): string | undefined {
    const unsaved = this.#unsaved.get(path);
    if (unsaved !== undefined) return unsaved.text;
    // The state is noted before the text is read: a file that changes in between counts as changed.
    if (this.version(path) === undefined) return undefined;
    try {
      return decode(readFileSync(path));
    } catch {
      return undefined;
    }
  }
}

function versionOnDisk(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true ? `${stats.mtimeMs}:${stats.size}` : undefined;
  } catch {
    return undefined;
  }
}
