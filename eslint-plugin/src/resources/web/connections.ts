import type { Resource } from "../catalogue.js";
import { globals, method } from "../entries.js";

/** Connections, workers and channels of browsers, many of which Node has, too. */
export const webConnections: readonly Resource[] = [
  {
    noun: "WebSocket",
    acquire: globals("WebSocket"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    failsAfterRelease: ["send"],
    value: "object",
    oftenKept: true,
  },
  {
    noun: "event source",
    acquire: globals("EventSource"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "peer connection",
    acquire: globals("RTCPeerConnection"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "broadcast channel",
    acquire: globals("BroadcastChannel"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "web worker",
    acquire: globals("Worker"),
    async: false,
    release: [method("terminate")],
    idempotentRelease: true,
    failsAfterRelease: ["postMessage"],
    value: "object",
    oftenKept: true,
  },
];
