import type { Resource } from "../catalogue.js";
import { asyncMethod, commit, method, origins } from "../entries.js";

/** SQLite and other databases that live in the process. */
export const embeddedDatabases: readonly Resource[] = [
  {
    noun: "database",
    // Packages that are a class, imported by default or required.
    acquire: [
      ...origins(
        ["better-sqlite3", "better-sqlite3-multiple-ciphers", "libsql"],
        "",
        "default",
        "Database",
      ),
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
  {
    noun: "database client",
    acquire: origins(
      ["@libsql/client", "@libsql/client/node", "@libsql/client/web"],
      "createClient",
    ),
    type: { module: "@libsql/client", name: "Client" },
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "transaction",
    acquire: origins(["@libsql/client", "@libsql/core"], "Client#transaction"),
    async: true,
    // `close` rolls back what is still open.
    release: [method("close"), asyncMethod("rollback"), commit("commit")],
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "database",
    acquire: origins("@electric-sql/pglite", "PGlite"),
    async: false,
    release: [asyncMethod("close")],
    // "PGlite is closed"
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "database",
    acquire: origins("@electric-sql/pglite", "PGlite.create"),
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "database",
    acquire: origins("@duckdb/node-api", "DuckDBInstance.create", "DuckDBInstance.fromCache"),
    type: { module: "@duckdb/node-api", name: "DuckDBInstance" },
    async: true,
    release: [method("closeSync")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "database connection",
    acquire: origins("@duckdb/node-api", "DuckDBInstance#connect", "DuckDBConnection.create"),
    async: true,
    release: [method("closeSync"), method("disconnectSync")],
    idempotentRelease: true,
    value: "object",
    releasedWithGiver: true,
  },
  {
    noun: "database",
    acquire: [
      ...origins("classic-level", "ClassicLevel"),
      ...origins("level", "Level"),
      ...origins("memory-level", "MemoryLevel"),
      ...origins("browser-level", "BrowserLevel"),
    ],
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "database iterator",
    acquire: [
      ...origins(
        "classic-level",
        "ClassicLevel#iterator",
        "ClassicLevel#keys",
        "ClassicLevel#values",
      ),
      ...origins("level", "Level#iterator", "Level#keys", "Level#values"),
      ...origins(
        "abstract-level",
        "AbstractLevel#iterator",
        "AbstractLevel#keys",
        "AbstractLevel#values",
      ),
    ],
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    releasedByIteration: true,
    releasedWithGiver: true,
    handingOver: ["all"],
  },
  {
    noun: "database",
    acquire: origins("lmdb", "open", "lmdb.open"),
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
];
