import type { Resource } from "./catalogue.js";

/** Connections checked out of a `pg` pool. */
export const pg: readonly Resource[] = [
  {
    noun: "pooled connection",
    acquire: [
      { module: "pg", name: "Pool#connect" },
      { module: "pg-pool", name: "default#connect" },
      { module: "pg-pool", name: "Pool#connect" },
    ],
    async: true,
    callbackForm: true,
    release: [{ kind: "method", name: "release", async: false }],
    // "Release called on client which has already been released to the pool."
    idempotentRelease: false,
    value: "object",
  },
];
