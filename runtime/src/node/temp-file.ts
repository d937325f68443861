import { randomBytes } from "node:crypto";
import { closeSync, openSync, rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";

import {
  type AsyncContextManager,
  type ContextManager,
  defer,
  withAsyncContext,
  withContext,
} from "../index.js";
import { Held } from "./held.js";
import { pathPrefix, requireName, type TempOptions } from "./temp-name.js";

/** Where a temporary file is made, and how it is called. */
export interface TempFileOptions extends TempOptions {
  /** What its name ends with, as `".json"`; nothing by default. */
  readonly suffix?: string;
}

/** A temporary file that is open, in the async form. */
export interface OpenTempFile {
  /** The absolute path. */
  readonly path: string;
  /** For reading and writing; it may be closed earlier. */
  readonly handle: FileHandle;
}

/** A temporary file that is open, in the sync form. */
export interface OpenTempFileSync {
  /** The absolute path. */
  readonly path: string;
  /** The descriptor, for reading and writing; the exit closes it, so nobody else may. */
  readonly fd: number;
}

/** What {@link tempFile} gives: a manager for both forms. */
export type TempFile = ContextManager<OpenTempFileSync, void> &
  AsyncContextManager<OpenTempFile, void>;

/**
 * A temporary file for the body, as Python's `tempfile.NamedTemporaryFile`: made on entering, empty
 * and for this user only (mode 0600), open for reading and writing; closed and removed on exiting.
 *
 * A failure to close or to remove it is an error of the exit. That it is gone already is none: a file
 * that is written first and then renamed to its place is the common case.
 *
 * @param options - The prefix and suffix of the name, and the directory around it.
 * @returns A manager that enters to the path and a `FileHandle` (`withAsyncContext`, `enterAsync()`) or
 *   a descriptor (`withContext`, `enter()`). It may be entered again once it was exited, and makes a
 *   new file then.
 * @throws TypeError where the prefix or suffix is no part of a name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile, rename, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { withAsyncContext } from "unwind";
 * import { tempFile } from "unwind/node";
 *
 * // Readers of the target see the old text or the new one, never a half.
 * const target = join(tmpdir(), `settings-${process.pid}.json`);
 * await withAsyncContext(tempFile({ dir: tmpdir(), suffix: ".json" }), async ({ path, handle }) => {
 *   await handle.writeFile("{}");
 *   await handle.sync();
 *   await rename(path, target);
 * });
 * assert.equal(await readFile(target, "utf8"), "{}");
 * await rm(target);
 * ```
 */
export function tempFile(options: TempFileOptions = {}): TempFile {
  pathOf(options);
  return new TemporaryFile(options);
}

class TemporaryFile implements TempFile {
  readonly #options: TempFileOptions;
  readonly #held = new Held<OpenTempFile | OpenTempFileSync>(this);

  constructor(options: TempFileOptions) {
    this.#options = options;
  }

  enter(): OpenTempFileSync {
    const path = pathOf(this.#options);
    return this.#held.acquire(() => ({
      path,
      fd: openSync(path, flags, mode),
    })) as OpenTempFileSync;
  }

  exit(): void {
    const held = this.#held.take()?.value as OpenTempFileSync | undefined;
    if (held === undefined) return;
    // Both are done, whatever fails, and no error is lost.
    withContext(
      defer(() => rmSync(held.path, { force: true })),
      () => closeSync(held.fd),
    );
  }

  async enterAsync(): Promise<OpenTempFile> {
    const path = pathOf(this.#options);
    return (await this.#held.acquireAsync(async () => ({
      path,
      handle: await open(path, flags, mode),
    }))) as OpenTempFile;
  }

  async exitAsync(): Promise<void> {
    const held = this.#held.take()?.value as OpenTempFile | undefined;
    if (held === undefined) return;
    await withAsyncContext(
      defer(() => rm(held.path, { force: true })),
      () => held.handle.close(),
    );
  }
}

/** New, or it is an error: nobody's file is opened, nor what a symbolic link leads to. */
const flags = "wx+";
const mode = 0o600;

function pathOf(options: TempFileOptions): string {
  const { suffix = "" } = options;
  requireName("suffix", suffix);
  return `${pathPrefix(options)}${randomBytes(8).toString("hex")}${suffix}`;
}
