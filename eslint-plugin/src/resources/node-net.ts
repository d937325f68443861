import type { Resource } from "./catalogue.js";

/** Client sockets of `node:net` and `node:tls`. */
export const nodeNet: readonly Resource[] = [
  {
    noun: "socket",
    acquire: [
      { module: "net", name: "connect" },
      { module: "net", name: "createConnection" },
      { module: "tls", name: "connect" },
    ],
    async: false,
    release: [
      // First, because it sends what is still buffered before it closes.
      { kind: "method", name: "end", async: false },
      { kind: "method", name: "destroy", async: false },
      { kind: "method", name: "destroySoon", async: false },
      { kind: "method", name: "resetAndDestroy", async: false },
    ],
    idempotentRelease: true,
    value: "object",
    handingOver: ["pipe"],
    releasedByIteration: true,
    fluent: [
      "addListener",
      "on",
      "once",
      "prependListener",
      "prependOnceListener",
      "ref",
      "setEncoding",
      "setKeepAlive",
      "setMaxListeners",
      "setNoDelay",
      "setTimeout",
      "unref",
    ],
    // No `dispose`: a socket's own disposal destroys it with what is still buffered.
  },
];
