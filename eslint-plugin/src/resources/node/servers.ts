import type { Resource } from "../catalogue.js";
import { emitterMethods, method, origins } from "../entries.js";

/** Servers of Node. Until one listens it holds nothing. */
export const servers: readonly Resource[] = [
  {
    noun: "server",
    acquire: [
      ...origins(["net", "tls", "http", "https"], "createServer", "Server"),
      ...origins("http2", "createServer", "createSecureServer"),
    ],
    async: false,
    release: [method("close")],
    // A second close tells its callback of ERR_SERVER_NOT_RUNNING, and throws nothing.
    idempotentRelease: true,
    failsAfterRelease: [],
    value: "object",
    withoutPromises: true,
    dormantUntil: ["listen"],
    oftenKept: true,
    fluent: [...emitterMethods, "listen", "ref", "setTimeout", "unref"],
    // No `dispose`: a server's own disposal waits until the last connection has gone.
  },
  {
    noun: "HTTP agent",
    acquire: origins(["http", "https"], "Agent"),
    async: false,
    release: [method("destroy")],
    idempotentRelease: true,
    failsAfterRelease: [],
    value: "object",
    withoutPromises: true,
    oftenKept: true,
  },
];
