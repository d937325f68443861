import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

import { decode } from "./files.js";

interface Document {
  readonly version: string;
  readonly text: string;
}

/** What decides to what file an import leads, besides which files there are. */
const deciding = /[\\/]package\.json$/;

/**
 * The files as TypeScript should see them: unsaved texts over what is on disk.
 *
 * Between two calls of `refresh` the disk is taken not to change, so that a program of thousands of
 * files does not ask for the state of each one again for every file that is checked.
 */
export class Documents {
  readonly #unsaved = new Map<string, Document>();
  /** Of each file that was asked about; undefined where there was none. */
  readonly #versions = new Map<string, string | undefined>();
  readonly #folders = new Map<string, boolean>();
  #generation = 0;
  #structure = 0;

  /** Changes whenever any answer may have changed. */
  get generation(): number {
    return this.#generation;
  }

  /** Changes whenever an import may lead to another file than before. */
  get structure(): number {
    return this.#structure;
  }

  /** Lays an unsaved text over the file. */
  set(path: string, text: string): void {
    const before = this.#unsaved.get(path);
    if (before?.text === text) return;
    this.#changed(path, this.version(path) === undefined);
    const version = `unsaved:${createHash("sha1").update(text).digest("hex")}`;
    this.#unsaved.set(path, { version, text });
  }

  /** Lets the file on disk be seen again. */
  delete(path: string): void {
    if (!this.#unsaved.delete(path)) return;
    this.#versions.delete(path);
    this.#changed(path, this.version(path) === undefined);
  }

  /** Looks on disk at all that was asked about: returns whether any of it has changed. */
  refresh(): boolean {
    const before = this.#generation;
    for (const [path, version] of this.#versions) {
      const present = versionOnDisk(path);
      if (present === version) continue;
      this.#versions.set(path, present);
      if (this.#unsaved.has(path)) continue;
      this.#changed(path, present === undefined || version === undefined);
    }
    for (const [path, existed] of this.#folders) {
      if (isFolder(path) === existed) continue;
      this.#folders.set(path, !existed);
      this.#changed(path, true);
    }
    return this.#generation !== before;
  }

  /** Looks at the disk again wherever it is asked, and not before. */
  forgetDisk(): void {
    this.#versions.clear();
    this.#folders.clear();
    this.#changed("", true);
  }

  has(path: string): boolean {
    return this.version(path) !== undefined;
  }

  hasFolder(path: string): boolean {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const exists = isFolder(path);
    this.#folders.set(path, exists);
    return exists;
  }

  /** Undefined where there is no such file. */
  version(path: string): string | undefined {
    const unsaved = this.#unsaved.get(path);
    if (unsaved !== undefined) return unsaved.version;
    const known = this.#versions.get(path);
    if (known !== undefined || this.#versions.has(path)) return known;
    const version = versionOnDisk(path);
    this.#versions.set(path, version);
    return version;
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

  #changed(path: string, comesOrGoes: boolean): void {
    this.#generation++;
    if (comesOrGoes || deciding.test(path)) this.#structure++;
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

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
