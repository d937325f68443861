import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

/** WebSockets, Socket.IO and event sources of packages. */
export const sockets: readonly Resource[] = [
  {
    noun: "WebSocket",
    acquire: [
      ...origins(["ws", "isomorphic-ws"], "", "default", "WebSocket"),
      ...origins("undici", "WebSocket"),
    ],
    async: false,
    release: [method("close"), method("terminate")],
    idempotentRelease: true,
    failsAfterRelease: ["send"],
    value: "object",
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "WebSocket server",
    // Without a server of its own it holds nothing but what is handed to it.
    unlessOptions: ["noServer"],
    acquire: origins(
      "ws",
      "Server",
      "WebSocketServer",
      "WebSocket.Server",
      "WebSocket.WebSocketServer",
    ),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    failsAfterRelease: [],
    value: "object",
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "Socket.IO server",
    acquire: origins("socket.io", "", "default", "Server"),
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    failsAfterRelease: [],
    value: "object",
    oftenKept: true,
    fluent: [...emitterMethods, "attach", "listen"],
  },
  {
    noun: "Socket.IO connection",
    acquire: origins("socket.io-client", "", "connect", "default", "io", "lookup"),
    async: false,
    release: [method("close"), method("disconnect")],
    idempotentRelease: true,
    failsAfterRelease: ["emit"],
    value: "object",
    oftenKept: true,
    fluent: [...emitterMethods, "connect", "open"],
  },
  {
    noun: "event source",
    acquire: [
      ...origins("eventsource", "", "default", "EventSource"),
      ...origins("undici", "EventSource"),
    ],
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "GraphQL client",
    acquire: origins("graphql-ws", "createClient"),
    async: false,
    release: [asyncMethod("dispose"), method("terminate")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
];
