import type { Resource } from "../catalogue.js";
import { asyncMethod, commit, globals, method, origins } from "../entries.js";

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
    failsAfterRelease: [],
    value: "object",
    exhaustedBy: ["read", "readAtLeast"],
    locksGiver: true,
  },
  {
    noun: "stream writer",
    acquire: [
      ...origins(modules, "WritableStream#getWriter"),
      ...globals("WritableStreamDefaultWriter"),
      ...origins("stream/web", "WritableStreamDefaultWriter"),
    ],
    distinctiveMethods: ["getWriter"],
    locksGiver: true,
    async: false,
    release: [method("releaseLock"), commit("close"), asyncMethod("abort")],
    // A second `close` rejects, and what waits for it with it.
    idempotentRelease: false,
    failsAfterRelease: ["write"],
    value: "object",
    // Where writing fails the stream is in error, and nothing is left that could be closed.
    exhaustedBy: ["write"],
  },
  {
    noun: "writable file stream",
    acquire: origins("", "FileSystemFileHandle#createWritable"),
    distinctiveMethods: ["createWritable"],
    async: true,
    // What was written is kept by `close` and thrown away by `abort`.
    release: [asyncMethod("abort"), commit("close")],
    idempotentRelease: false,
    value: "object",
    // Where writing fails the stream is in error, and nothing is left that could be closed.
    exhaustedBy: ["write"],
    handingOver: ["getWriter"],
  },
  {
    noun: "file access handle",
    acquire: origins("", "FileSystemFileHandle#createSyncAccessHandle"),
    distinctiveMethods: ["createSyncAccessHandle"],
    async: true,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
  },
];
