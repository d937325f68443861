import type { Resource } from "../catalogue.js";
import { globals, method, origins } from "../entries.js";

/** Timers that run until they are cleared. A `setTimeout` ends by itself. */
export const timers: readonly Resource[] = [
  {
    noun: "interval",
    acquire: [...globals("setInterval"), ...origins("timers", "setInterval")],
    async: false,
    release: [
      { kind: "function", origin: { module: "", name: "clearInterval" }, async: false },
      ...["globalThis", "window", "self"].map((holder) => ({
        kind: "function" as const,
        origin: { module: "", name: `${holder}.clearInterval` },
        async: false,
      })),
      { kind: "function", origin: { module: "timers", name: "clearInterval" }, async: false },
      // Either function clears both kinds.
      { kind: "function", origin: { module: "", name: "clearTimeout" }, async: false },
      method("close"),
    ],
    idempotentRelease: true,
    value: "object",
    withoutPromises: true,
    oftenKept: true,
    fluent: ["ref", "refresh"],
    // The process need not wait for it any more: it is meant to run on.
    handingOver: ["unref"],
  },
];
