import type { Resource } from "../catalogue.js";
import { asyncMethod, method, origins } from "../entries.js";

/** SQLite and other databases that live in the process. */
export const embeddedDatabases: readonly Resource[] = [
  {
    noun: "database",
    // Packages that are a class, imported by default or required.
    acquire: [
      ...origins(["better-sqlite3", "better-sqlite3-multiple-ciphers", "libsql"], "", "default"),
      ...origins("bun:sqlite", "Database", "default"),
    ],
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    fluent: ["aggregate", "defaultSafeIntegers", "function", "loadExtension", "unsafeMode"],
  },
  {
    noun: "database",
    acquire: [
      ...origins("sqlite3", "Database", "cached.Database"),
      ...origins("@vscode/sqlite3", "Database"),
    ],
    async: false,
    release: [method("close")],
    // A second close tells its callback of SQLITE_MISUSE, and without one emits an error.
    idempotentRelease: false,
    value: "object",
    fluent: ["parallelize", "serialize"],
  },
  {
    noun: "database",
    acquire: origins("sqlite", "open"),
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: false,
    value: "object",
  },
];
