import type { Resource } from "../catalogue.js";
import { asyncMethod, globals, method, origins } from "../entries.js";

const modules = ["", "stream/web"];

/** Readers and writers, which lock their stream. */
export const webStreams: readonly Resource[] = [
  {
    noun: "stream reader",
    acquire: [
      ...origins(modules, "ReadableStream#getReader"),
      ...globals("ReadableStreamDefaultReader", "ReadableStreamBYOBReader"),
      ...origins("stream/web", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader"),
    ],
    distinctiveMethods: ["getReader"],
    async: false,
    release: [method("releaseLock"), asyncMethod("cancel")],
    idempotentRelease: true,
    value: "object",
    exhaustedBy: ["read"],
  },
  {
    noun: "stream writer",
    acquire: [
      ...origins(modules, "WritableStream#getWriter"),
      ...globals("WritableStreamDefaultWriter"),
      ...origins("stream/web", "WritableStreamDefaultWriter"),
    ],
    distinctiveMethods: ["getWriter"],
    async: false,
    release: [method("releaseLock"), asyncMethod("close"), asyncMethod("abort")],
    // A second `close` rejects, and what waits for it with it.
    idempotentRelease: false,
    value: "object",
    // Where writing fails the stream is in error, and nothing is left that could be closed.
    exhaustedBy: ["write"],
  },
];
