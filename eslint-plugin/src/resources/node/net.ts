import type { Release, Resource } from "../catalogue.js";
import { emitterMethods, method, origins } from "../entries.js";

const releases: readonly [Release, ...Release[]] = [
  // First, because it sends what is still buffered before it closes.
  method("end"),
  method("destroy"),
  method("destroySoon"),
  method("resetAndDestroy"),
];

/** Code that waits for one of these lets the other side end it. */
const releasingEvents = ["close", "end"];

const fluent = [
  ...emitterMethods,
  "ref",
  "setEncoding",
  "setKeepAlive",
  "setNoDelay",
  "setTimeout",
  "unref",
];

/** Client sockets of `node:net`, `node:tls`, `node:http2` and `node:dgram`. */
export const net: readonly Resource[] = [
  {
    noun: "socket",
    acquire: [...origins("net", "connect", "createConnection"), ...origins("tls", "connect")],
    async: false,
    release: releases,
    idempotentRelease: true,
    failsAfterRelease: ["write"],
    value: "object",
    withoutPromises: true,
    handingOver: ["pipe"],
    releasedByIteration: true,
    releasingEvents,
    fluent,
    // No `dispose`: a socket's own disposal destroys it with what is still buffered.
  },
  {
    noun: "socket",
    acquire: origins("net", "Socket"),
    async: false,
    release: releases,
    idempotentRelease: true,
    failsAfterRelease: ["write"],
    value: "object",
    withoutPromises: true,
    dormantUntil: ["connect"],
    handingOver: ["pipe"],
    releasedByIteration: true,
    releasingEvents,
    fluent: [...fluent, "connect"],
  },
  {
    noun: "HTTP/2 session",
    acquire: origins("http2", "connect"),
    async: false,
    // `close` waits for open streams; `destroy` ends them.
    release: [method("close"), method("destroy")],
    idempotentRelease: true,
    failsAfterRelease: ["request"],
    value: "object",
    withoutPromises: true,
    fluent: emitterMethods,
  },
  {
    noun: "UDP socket",
    acquire: origins("dgram", "createSocket", "Socket"),
    async: false,
    release: [method("close")],
    // A second close throws ERR_SOCKET_DGRAM_NOT_RUNNING.
    idempotentRelease: false,
    value: "object",
    withoutPromises: true,
    dormantUntil: ["addMembership", "bind", "connect", "send"],
    oftenKept: true,
    fluent: [...emitterMethods, "bind", "ref", "unref"],
    dispose: {
      symbol: "async",
      since: [
        [18, 18],
        [20, 5],
      ],
    },
  },
];
