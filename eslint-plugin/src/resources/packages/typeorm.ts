import type { Resource } from "../catalogue.js";
import { asyncMethod, origins } from "../entries.js";

/** Data sources and query runners of TypeORM. */
export const typeorm: readonly Resource[] = [
  {
    noun: "data source",
    acquire: origins("typeorm", "Connection", "DataSource"),
    async: false,
    release: [asyncMethod("destroy"), asyncMethod("close")],
    // "Cannot execute operation on "default" connection because connection is not yet established."
    idempotentRelease: false,
    value: "object",
    dormantUntil: ["connect", "initialize"],
    oftenKept: true,
    fluent: ["connect", "initialize"],
  },
  {
    noun: "query runner",
    acquire: origins(
      "typeorm",
      "DataSource#createQueryRunner",
      "Connection#createQueryRunner",
      "Driver#createQueryRunner",
    ),
    distinctiveMethods: ["createQueryRunner"],
    async: false,
    release: [asyncMethod("release")],
    // It takes a connection of the pool when it is first used, not when it is made.
    connectedBy: ["connect"],
    endedByGiver: ["close", "destroy"],
    // Some drivers give their connection back a second time.
    idempotentRelease: false,
    value: "object",
    // No `dispose`: it commits the open transaction, also after the body has failed.
  },
];
