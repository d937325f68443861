import { chmodSync, closeSync, openSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";

const lockName = ".lock";
const claimSuffix = ".claimed";

/**
 * Keeps other workers out of an inbox.
 *
 * @throws Error with the code `EEXIST` where another worker holds the inbox.
 */
export function lockInbox(inbox: string): void {
  const path = join(inbox, lockName);
  openSync(path, "wx");
  chmodSync(path, 0o444);
}

export function unlockInbox(inbox: string): void {
  unlinkSync(join(inbox, lockName));
}

/**
 * Marks an upload as taken. A dry run only finds out whether it could be.
 *
 * @throws Error with the code `EEXIST` where it is taken already.
 */
export function claim(upload: string, dryRun: boolean): void {
  const marker = upload + claimSuffix;
  const fd = openSync(marker, "wx");
  if (dryRun) {
    closeSync(fd);
    unlinkSync(marker);
  } else {
    closeSync(fd);
  }
}

/** Removes the marks that a crashed worker left behind; returns how many there were. */
export function forgetClaims(inbox: string): number {
  const markers = readdirSync(inbox).filter((name) => name.endsWith(claimSuffix));
  for (const marker of markers) unlinkSync(join(inbox, marker));
  return markers.length;
}
