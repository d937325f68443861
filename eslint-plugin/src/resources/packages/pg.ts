import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

/** Connections, clients and pools of `pg` and `postgres`. */
export const pg: readonly Resource[] = [
  {
    noun: "pooled connection",
    acquire: [
      ...origins("pg", "Pool#connect"),
      ...origins("pg-pool", "default#connect", "Pool#connect"),
      ...origins(["@neondatabase/serverless", "@vercel/postgres"], "Pool#connect"),
    ],
    async: true,
    callbackForm: true,
    release: [method("release")],
    // "Release called on client which has already been released to the pool."
    idempotentRelease: false,
    value: "object",
    fluent: emitterMethods,
  },
  {
    noun: "connection pool",
    acquire: [
      ...origins("pg", "Pool"),
      ...origins("pg-pool", "", "default"),
      ...origins("@neondatabase/serverless", "Pool"),
    ],
    async: false,
    release: [asyncMethod("end")],
    // "Called end on pool more than once"
    idempotentRelease: false,
    value: "object",
    // It connects when it is asked to, not before.
    dormantUntil: ["query", "connect"],
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "database connection",
    acquire: origins(["pg", "@neondatabase/serverless"], "Client"),
    async: false,
    release: [asyncMethod("end")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: ["connect"],
    fluent: emitterMethods,
  },
  {
    noun: "connection pool",
    acquire: origins("postgres", "", "default", "postgres"),
    type: { module: "postgres", name: "Sql" },
    async: false,
    release: [asyncMethod("end"), asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "reserved connection",
    acquire: origins("postgres", "Sql#reserve", "postgres.Sql#reserve"),
    async: true,
    release: [method("release")],
    idempotentRelease: false,
    value: "object",
  },
];
