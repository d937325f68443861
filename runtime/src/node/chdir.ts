import type { ContextManager } from "../index.js";

/** What {@link chdir} gives: it may be entered again, also while it is entered. */
export type WorkingDirectory = ContextManager<string, void>;

/**
 * Changes the working directory of the process for the body, as Python's `contextlib.chdir` does.
 *
 * The working directory belongs to the whole process: other asynchronous work sees the change too,
 * so contexts that overlap without being nested restore the wrong one. Prefer absolute paths where
 * anything else is running. Worker threads cannot change it.
 *
 * @param path - Absolute, or relative to the working directory at the time of entering.
 * @returns A manager, for both forms and for `enter()`, that enters to the absolute path of the new
 *   directory. Entering throws what `process.chdir` throws; exiting does so where the old directory
 *   is gone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { realpathSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { withContext } from "unwind";
 * import { chdir } from "unwind/node";
 *
 * const before = process.cwd();
 * withContext(chdir(tmpdir()), (directory) => {
 *   assert.equal(directory, realpathSync(tmpdir()));
 *   assert.equal(process.cwd(), directory);
 * });
 * assert.equal(process.cwd(), before);
 * ```
 */
export function chdir(path: string): WorkingDirectory {
  const previous: string[] = [];
  return {
    enter() {
      const before = process.cwd();
      process.chdir(path);
      previous.push(before);
      return process.cwd();
    },
    exit() {
      const before = previous.pop();
      if (before !== undefined) process.chdir(before);
    },
  };
}
