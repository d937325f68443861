import type { Resource } from "../catalogue.js";
import { method, origins } from "../entries.js";

/** Databases of `node:sqlite`. */
export const sqlite: readonly Resource[] = [
  {
    noun: "database",
    acquire: origins("sqlite", "DatabaseSync"),
    type: { module: "sqlite", name: "DatabaseSync" },
    async: false,
    release: [method("close")],
    // A second close throws "database is not open".
    idempotentRelease: false,
    value: "object",
    dispose: { symbol: "sync", since: [[22, 15]] },
  },
  {
    noun: "database session",
    acquire: origins("sqlite", "DatabaseSync#createSession"),
    async: false,
    release: [method("close")],
    idempotentRelease: false,
    value: "object",
    releasedWithGiver: true,
    dispose: { symbol: "sync", since: [[24, 9]] },
  },
];
