import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { describe } from "../describe.js";

/** Where a temporary file or directory is made. */
export interface TempOptions {
  /** What its name begins with; `"tmp-"` by default. */
  readonly prefix?: string;
  /** The directory in which it is made; that of the system, `os.tmpdir()`, by default. */
  readonly dir?: string;
}

/**
 * The absolute path that a temporary name begins with. Absolute, because the working directory may
 * be another one when it is removed.
 *
 * @throws TypeError where the prefix would lead into another directory.
 */
export function pathPrefix({ prefix = "tmp-", dir = tmpdir() }: TempOptions): string {
  requireName("prefix", prefix);
  // Not join alone: an empty prefix has to leave the separator.
  return join(resolve(dir), "x").slice(0, -1) + prefix;
}

/** @throws TypeError where the part of a name is none. */
export function requireName(option: string, value: unknown): void {
  if (typeof value !== "string" || /[/\\\0]/.test(value)) {
    throw new TypeError(
      `The ${option} of a temporary name has to be a part of a file's name, not ${describe(value)}; the directory is given by \`dir\``,
    );
  }
}
