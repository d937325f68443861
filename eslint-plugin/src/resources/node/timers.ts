import type { Resource } from "../catalogue.js";
import { functions, globals, method, origins, otherHolders } from "../entries.js";

/** Timers that run until they are cleared. A `setTimeout` ends by itself. */
export const timers: readonly Resource[] = [
  {
    noun: "interval",
    acquire: [...globals("setInterval"), ...origins("timers", "setInterval")],
    async: false,
    release: [
      { kind: "function", origin: { module: "", name: "clearInterval" }, async: false },
      ...functions(...otherHolders("clearInterval"), ...origins("timers", "clearInterval")),
      // Either function clears both kinds.
      ...functions(...globals("clearTimeout"), ...origins("timers", "clearTimeout")),
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
