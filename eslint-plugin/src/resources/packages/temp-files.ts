import type { Resource } from "../catalogue.js";
import { asyncMethod, method, origins } from "../entries.js";

/** Temporary files and directories of packages. */
export const temporaryFiles: readonly Resource[] = [
  {
    noun: "temporary directory",
    acquire: origins("tmp", "dirSync"),
    async: false,
    release: [method("removeCallback")],
    // "Already removed" counts as removed.
    idempotentRelease: true,
    value: "object",
    outlivesProcess: true,
    // The package itself removes what is left when the process ends, if it is told to.
    oftenKept: true,
  },
  {
    noun: "temporary file",
    acquire: origins("tmp", "fileSync"),
    async: false,
    release: [method("removeCallback")],
    idempotentRelease: true,
    value: "object",
    outlivesProcess: true,
    // The package itself removes what is left when the process ends, if it is told to.
    oftenKept: true,
  },
  {
    noun: "temporary directory",
    acquire: origins("tmp-promise", "dir"),
    async: true,
    release: [asyncMethod("cleanup")],
    idempotentRelease: true,
    value: "object",
    outlivesProcess: true,
    // The package itself removes what is left when the process ends, if it is told to.
    oftenKept: true,
  },
  {
    noun: "temporary file",
    acquire: origins("tmp-promise", "file"),
    async: true,
    release: [asyncMethod("cleanup")],
    idempotentRelease: true,
    value: "object",
    outlivesProcess: true,
    // The package itself removes what is left when the process ends, if it is told to.
    oftenKept: true,
  },
  {
    noun: "temporary directory",
    acquire: origins("tmp-promise", "dirSync"),
    async: false,
    release: [method("removeCallback")],
    idempotentRelease: true,
    value: "object",
    outlivesProcess: true,
    // The package itself removes what is left when the process ends, if it is told to.
    oftenKept: true,
  },
  {
    noun: "temporary file",
    acquire: origins("tmp-promise", "fileSync"),
    async: false,
    release: [method("removeCallback")],
    idempotentRelease: true,
    value: "object",
    outlivesProcess: true,
    // The package itself removes what is left when the process ends, if it is told to.
    oftenKept: true,
  },
];
