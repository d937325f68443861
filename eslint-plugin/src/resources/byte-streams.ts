import type { Origin } from "./catalogue.js";
import { origins } from "./entries.js";

const files = ["fs", "fs-extra", "graceful-fs"];

/** Streams that are there already, and give bytes unless they are told otherwise. */
export const standardByteStreams: readonly Origin[] = [
  ...origins("", "process.stdin"),
  ...origins("process", "stdin"),
];

/** Calls that give a stream of bytes, unless one of their options is an encoding. */
export const byteStreamOpeners: readonly Origin[] = [
  ...origins(files, "createReadStream", "ReadStream"),
  ...origins("net", "connect", "createConnection", "Socket"),
  ...origins("tls", "connect"),
  ...origins("http2", "connect"),
];

/** Calls that give a child process whose output is streams of bytes; `exec` sets an encoding. */
export const byteChildren: readonly Origin[] = [
  ...origins("child_process", "spawn"),
  ...origins("cross-spawn", "default", "spawn", ""),
];

/** The streams of a child process that are read. */
export const childStreams: ReadonlySet<string> = new Set(["stderr", "stdout"]);

/** Calls whose callback gets a stream of bytes as its first parameter. */
export const byteStreamGivers: readonly Origin[] = [
  ...origins(["http", "https"], "createServer", "get", "request"),
  ...origins(["net", "tls"], "createServer"),
];

/** Classes whose instances are streams of bytes. */
export const byteStreamTypes: readonly Origin[] = [
  ...origins("http", "IncomingMessage#"),
  ...origins("net", "Socket#"),
  ...origins("tls", "TLSSocket#"),
];

/** Classes of child processes that `spawn` gives. */
export const byteChildTypes: readonly Origin[] = [
  ...origins("child_process", "ChildProcessWithoutNullStreams#", "ChildProcessByStdio#"),
];

/** Methods of a stream that give the stream itself. */
export const fluentStreamMethods: ReadonlySet<string> = new Set([
  "addListener",
  "on",
  "once",
  "pause",
  "resume",
  "setTimeout",
]);

/** Encodings in which one byte, or half of one, is one character: pieces may end anywhere. */
export const evenEncodings: ReadonlySet<string> = new Set(["ascii", "binary", "hex", "latin1"]);

/** Encodings of bytes as text that take three bytes together, and fill up what is left at the end. */
export const paddedEncodings: ReadonlySet<string> = new Set(["base64", "base64url"]);

/** Encodings in which a character may have several bytes. */
export const wideEncodings: ReadonlySet<string> = new Set([
  "ucs-2",
  "ucs2",
  "utf-16le",
  "utf-8",
  "utf16le",
  "utf8",
]);
