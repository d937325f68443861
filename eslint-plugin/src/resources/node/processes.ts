import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

/** Child processes and threads. */
export const processes: readonly Resource[] = [
  {
    noun: "child process",
    acquire: origins("child_process", "fork", "spawn"),
    async: false,
    release: [method("kill"), method("disconnect")],
    idempotentRelease: true,
    failsAfterRelease: [],
    value: "object",
    outlivesProcess: true,
    // It ends by itself, as a rule; only one that the code kills somewhere has to be killed.
    oftenKept: true,
    releasingEvents: ["close", "exit"],
    fluent: emitterMethods,
    handingOver: ["unref"],
    // No `dispose`: it sends SIGTERM, and nobody waits for the exit.
  },
  {
    noun: "worker thread",
    acquire: origins("worker_threads", "Worker"),
    async: false,
    release: [asyncMethod("terminate")],
    idempotentRelease: true,
    failsAfterRelease: ["postMessage"],
    value: "object",
    oftenKept: true,
    releasingEvents: ["exit"],
    fluent: emitterMethods,
    handingOver: ["unref"],
    dispose: { symbol: "async", since: [[24, 2]] },
  },
  {
    noun: "broadcast channel",
    acquire: origins("worker_threads", "BroadcastChannel"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    fluent: ["ref"],
    handingOver: ["unref"],
  },
  {
    noun: "cluster worker",
    acquire: origins("cluster", "fork", "cluster.Cluster#fork"),
    async: false,
    release: [method("kill"), method("destroy"), method("disconnect")],
    idempotentRelease: true,
    failsAfterRelease: [],
    value: "object",
    outlivesProcess: true,
    oftenKept: true,
    fluent: emitterMethods,
  },
];
