import { chmodSync, readdirSync, rmSync } from "node:fs";
import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** For Windows, where a virus scanner may hold a file for a moment. */
const options = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 };

/**
 * Removes a directory with all that is in it, also where a directory in it is write-protected. That it
 * is gone already is no error.
 */
export function removeTreeSync(path: string): void {
  try {
    rmSync(path, options);
  } catch (error) {
    if (!isProtection(error)) throw error;
    unprotectSync(path);
    rmSync(path, options);
  }
}

/** As {@link removeTreeSync}; waits. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, options);
  } catch (error) {
    if (!isProtection(error)) throw error;
    await unprotect(path);
    await rm(path, options);
  }
}

function isProtection(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  // ENOTEMPTY: some versions of Node say so of the directory around the protected one.
  return code === "EACCES" || code === "EPERM" || code === "ENOTEMPTY";
}

function unprotectSync(directory: string): void {
  chmodSync(directory, 0o700);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) unprotectSync(join(directory, entry.name));
  }
}

async function unprotect(directory: string): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await unprotect(join(directory, entry.name));
  }
}
