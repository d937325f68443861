import type { Resource } from "../catalogue.js";
import { emitterMethods, method, origins } from "../entries.js";

const modules = ["fs", "fs-extra", "graceful-fs"];

/** Methods of a readable stream that read it to its end, or give it to something that does. */
export const consumingMethods: readonly string[] = [
  "compose",
  "drop",
  "every",
  "filter",
  "find",
  "flatMap",
  "forEach",
  "map",
  "pipe",
  "reduce",
  "resume",
  "some",
  "take",
  "toArray",
];

/** Streams of files, which open their file when they are made. */
export const streams: readonly Resource[] = [
  {
    noun: "read stream",
    acquire: [
      ...origins(modules, "createReadStream", "ReadStream"),
      ...origins("fs/promises", "FileHandle#createReadStream"),
    ],
    async: false,
    release: [method("destroy"), method("close")],
    idempotentRelease: true,
    failsAfterRelease: ["pipe", "read"],
    value: "object",
    withoutPromises: true,
    handingOver: consumingMethods,
    releasedByIteration: true,
    // A listener for data lets it flow; it closes its file at the end and after an error.
    releasingEvents: ["close", "data", "end", "readable"],
    fluent: [...emitterMethods, "pause", "setEncoding", "unpipe"],
    // https://nodejs.org/api/stream.html: `readable[Symbol.asyncDispose]` came in 20.4 and 18.18.
    dispose: {
      symbol: "async",
      since: [
        [18, 18],
        [20, 4],
      ],
    },
  },
  {
    noun: "write stream",
    acquire: [
      ...origins(modules, "createWriteStream", "WriteStream"),
      ...origins("fs/promises", "FileHandle#createWriteStream"),
    ],
    async: false,
    release: [
      // First, because it writes what is still buffered before it closes.
      method("end"),
      method("destroy"),
      method("close"),
      method("destroySoon"),
    ],
    idempotentRelease: true,
    failsAfterRelease: ["write"],
    value: "object",
    withoutPromises: true,
    releasingEvents: ["close", "finish"],
    fluent: [...emitterMethods, "setDefaultEncoding"],
    // No `dispose`: a write stream's own disposal destroys it with what is still buffered.
  },
];
