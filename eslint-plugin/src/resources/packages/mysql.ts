import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

/** Connections and pools of `mysql2`, `mysql` and `mariadb`. */
export const mysql: readonly Resource[] = [
  {
    noun: "database connection",
    acquire: [
      ...origins("mysql2/promise", "createConnection"),
      ...origins("mariadb", "createConnection"),
    ],
    async: true,
    release: [asyncMethod("end"), method("destroy")],
    idempotentRelease: false,
    value: "object",
    fluent: emitterMethods,
  },
  {
    noun: "database connection",
    acquire: origins(["mysql2", "mysql"], "createConnection"),
    async: false,
    release: [method("end"), method("destroy")],
    idempotentRelease: false,
    value: "object",
    fluent: emitterMethods,
  },
  {
    noun: "connection pool",
    acquire: origins("mysql2/promise", "createPool", "createPoolCluster"),
    type: { module: "mysql2/promise", name: "Pool" },
    async: false,
    release: [asyncMethod("end")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "connection pool",
    acquire: origins("mariadb", "createPool"),
    type: { module: "mariadb", name: "Pool" },
    async: false,
    release: [asyncMethod("end")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "connection pool",
    acquire: origins(["mysql2", "mysql"], "createPool", "createPoolCluster"),
    async: false,
    release: [method("end")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "pooled connection",
    acquire: origins(
      ["mysql2/promise", "mysql2", "mariadb"],
      "Pool#getConnection",
      "PoolCluster#getConnection",
      "PoolNamespace#getConnection",
    ),
    async: true,
    callbackForm: true,
    release: [
      method("release"),
      method("destroy"),
      { kind: "giver", name: "releaseConnection", async: false },
    ],
    // Released twice, it is lent to two at the same time.
    idempotentRelease: false,
    value: "object",
    // No `dispose`: it gives the connection back with its transaction still open.
  },
];
