import type { Resource } from "../catalogue.js";
import { emitterMethods, method, origins } from "../entries.js";

/** Interfaces that read lines. */
export const readline: readonly Resource[] = [
  {
    noun: "readline interface",
    acquire: [
      ...origins("readline", "createInterface", "promises.createInterface"),
      ...origins("readline/promises", "createInterface"),
      ...origins("fs/promises", "FileHandle#readLines"),
    ],
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    // It closes itself when its input ends, and standard input lives on anyway.
    oftenKept: true,
    releasedByIteration: true,
    // The question is answered, unless its signal is aborted or the input is over.
    exhaustedBy: ["question"],
    // A listener for lines reads the input to its end, and with it the interface closes.
    releasingEvents: ["close", "line"],
    fluent: [...emitterMethods, "pause", "resume"],
    dispose: { symbol: "sync", since: [[22, 15]] },
  },
  {
    noun: "REPL",
    acquire: origins("repl", "start"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    releasingEvents: ["exit"],
    fluent: [...emitterMethods, "pause", "resume"],
  },
];
