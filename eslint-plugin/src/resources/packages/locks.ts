import type { Resource } from "../catalogue.js";
import { asyncMethod, origins } from "../entries.js";

/** Locks. What runs a callback under a lock releases it itself, and is none of these. */
export const locks: readonly Resource[] = [
  {
    noun: "lock",
    acquire: origins("async-mutex", "Mutex#acquire", "MutexInterface#acquire"),
    async: true,
    release: [
      { kind: "call", async: false },
      { kind: "giver", name: "release", async: false },
    ],
    // A releaser that is called again does nothing; `mutex.release()` frees whoever holds it.
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "file lock",
    acquire: origins("proper-lockfile", "lock"),
    async: true,
    callbackForm: true,
    release: [{ kind: "call", async: true }],
    // "Lock is already released"
    idempotentRelease: false,
    value: "object",
    // Held for as long as the process runs, it keeps a second one from starting; and
    // `unlock(file)` releases it, too.
    oftenKept: true,
  },
  {
    noun: "file lock",
    acquire: origins("proper-lockfile", "lockSync"),
    async: false,
    release: [{ kind: "call", async: false }],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "lock",
    acquire: origins(
      "redlock",
      "default#acquire",
      "default#lock",
      "Redlock#acquire",
      "Redlock#lock",
    ),
    async: true,
    callbackForm: true,
    release: [
      asyncMethod("release"),
      asyncMethod("unlock"),
      { kind: "giver", name: "release", async: true },
      { kind: "giver", name: "unlock", async: true },
    ],
    idempotentRelease: false,
    value: "object",
    outlivesProcess: true,
  },
  {
    noun: "permit",
    acquire: origins("async-sema", "Sema#acquire"),
    async: true,
    release: [{ kind: "giver", name: "release", async: false }],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
];
