import { mkdtempSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";

import type { AsyncContextManager, ContextManager } from "../index.js";
import { Held } from "./held.js";
import { removeTree, removeTreeSync } from "./remove-tree.js";
import { pathPrefix, type TempOptions } from "./temp-name.js";

/** What {@link tempDir} gives: a manager for both forms. */
export type TempDir = ContextManager<string, void> & AsyncContextManager<string, void>;

/**
 * A temporary directory for the body, as Python's `tempfile.TemporaryDirectory`: made on entering, for
 * this user only, and removed on exiting with all that is in it, write-protected directories included.
 *
 * A removal that fails is an error of the exit, never swallowed. That the directory is gone already,
 * because it was removed or moved to where it belongs, is none.
 *
 * @param options - The prefix of the name, and the directory around it.
 * @returns A manager, for both forms, `enter()` and `enterAsync()`, that enters to the absolute path.
 *   It may be entered again once it was exited, and makes a new directory then.
 * @throws TypeError where the prefix is no part of a name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { existsSync } from "node:fs";
 * import { writeFile } from "node:fs/promises";
 * import { join } from "node:path";
 * import { withAsyncContext } from "unwind";
 * import { tempDir } from "unwind/node";
 *
 * const path = await withAsyncContext(tempDir({ prefix: "report-" }), async (directory) => {
 *   await writeFile(join(directory, "draft.csv"), "a,b\n");
 *   return directory;
 * });
 * assert.equal(existsSync(path), false);
 * ```
 */
export function tempDir(options: TempOptions = {}): TempDir {
  pathPrefix(options);
  return new TemporaryDirectory(options);
}

class TemporaryDirectory implements TempDir {
  readonly #options: TempOptions;
  readonly #held = new Held<string>(this);

  constructor(options: TempOptions) {
    this.#options = options;
  }

  enter(): string {
    return this.#held.acquire(() => mkdtempSync(pathPrefix(this.#options)));
  }

  exit(): void {
    const held = this.#held.take();
    if (held) removeTreeSync(held.value);
  }

  enterAsync(): Promise<string> {
    return this.#held.acquireAsync(() => mkdtemp(pathPrefix(this.#options)));
  }

  async exitAsync(): Promise<void> {
    const held = this.#held.take();
    if (held) await removeTree(held.value);
  }
}
