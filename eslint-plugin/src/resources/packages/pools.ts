import type { Resource } from "../catalogue.js";
import { asyncMethod, origins } from "../entries.js";

/** Pools of objects, of threads and of processes. */
export const pools: readonly Resource[] = [
  {
    noun: "pool",
    acquire: origins("generic-pool", "createPool"),
    type: { module: "generic-pool", name: "Pool" },
    async: false,
    release: [asyncMethod("drain"), asyncMethod("clear")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "pooled object",
    acquire: origins("generic-pool", "Pool#acquire"),
    async: true,
    release: [
      { kind: "giver", name: "release", async: true },
      { kind: "giver", name: "destroy", async: true },
    ],
    // "Resource not currently part of this pool"
    idempotentRelease: false,
    value: "object",
  },
  {
    noun: "pool",
    acquire: origins("tarn", "Pool"),
    async: false,
    release: [asyncMethod("destroy")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "thread pool",
    acquire: [
      ...origins("piscina", "", "default", "Piscina"),
      ...origins("tinypool", "default", "Tinypool"),
    ],
    async: false,
    release: [asyncMethod("destroy"), asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "thread pool",
    acquire: origins("workerpool", "pool"),
    async: false,
    release: [asyncMethod("terminate")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    // Its workers start when there is something to do.
    dormantUntil: ["exec", "proxy"],
  },
  {
    noun: "process pool",
    acquire: origins("jest-worker", "Worker"),
    async: false,
    release: [asyncMethod("end"), asyncMethod("forceExit")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
];
