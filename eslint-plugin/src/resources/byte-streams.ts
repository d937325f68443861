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

/** Calls that start a command, which they are given first. */
export const commandStarters: ReadonlySet<string> = new Set([
  "exec",
  "execFile",
  "execa",
  "fork",
  "spawn",
]);

/** Commands whose output is ASCII, or a line: the last word of the name of what holds their path. */
export const plainCommands: ReadonlySet<string> = new Set(
  "docker id podman ps uname where which".split(" "),
);

/** Calls whose callback gets what another program of the same kind sends: no text of a user's. */
export const exchangeGivers: readonly Origin[] = [
  ...origins(["http", "https"], "createServer"),
  ...origins(["net", "tls"], "createServer"),
];

/** Calls that open a connection, on which both sides speak a protocol of their own. */
export const connectionOpeners: readonly Origin[] = [
  ...origins("net", "connect", "createConnection", "Socket"),
  ...origins("tls", "connect"),
  ...origins("http2", "connect"),
];

/** Calls that ask a server, whose address they are given first. */
export const requesters: readonly Origin[] = [...origins(["http", "https"], "get", "request")];

/** Classes of connections on which both sides speak a protocol of their own. */
export const socketTypes: readonly Origin[] = [
  ...origins("net", "Socket#"),
  ...origins("tls", "TLSSocket#"),
];

/** What streams are called that may bring any text: the last word of a name. */
export const streamNames: ReadonlySet<string> = new Set(
  "body input readable reader res response stdin stream".split(" "),
);
