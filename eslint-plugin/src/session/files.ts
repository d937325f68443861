import { readFileSync, statSync } from "node:fs";

import type { Problem } from "./report.js";

/** Bytes. A larger file is generated, bundled or data; analysing it helps nobody. */
export const largestFile = 1_000_000;

/** UTF-16 units. Only minified or generated code has longer lines. */
export const longestLine = 20_000;

const analysable = /\.(?:[cm]?ts|[cm]?js|tsx|jsx)$/i;

/** Whether the path's extension is one of TypeScript's or JavaScript's. */
export function isAnalysable(path: string): boolean {
  return analysable.test(path);
}

/** The text of a file as TypeScript sees it, without a byte order mark. */
export function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(even).swap16().toString("utf16le");
  }
  return withoutByteOrderMark(bytes.toString("utf8"));
}

export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** A file's text, or why there is none. */
export function readText(path: string): string | Problem {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return unreadable("it is a folder; name a file");
    if (!stats.isFile()) return unreadable("it is not a regular file; name one that is");
    if (stats.size > largestFile) return tooLarge(stats.size);
    return decode(readFileSync(path));
  } catch (error) {
    return unreadable(reason(error));
  }
}

/** Why a text should not be analysed, if there is a reason. */
export function unfit(text: string): Problem | undefined {
  if (text.length > largestFile) return tooLarge(text.length);
  if (isBinary(text)) return unreadable("it is binary, not text; leave it out");
  const line = firstLongLine(text);
  if (line === undefined) return undefined;
  const limit = longestLine.toLocaleString("en");
  return {
    kind: "too-large",
    message: `not analysed: line ${line} is longer than ${limit} characters (minified or generated?); check its source instead`,
  };
}

/** A text may hold a stray zero, or a character that could not be decoded; hardly one in ten. */
function isBinary(text: string): boolean {
  const sample = text.slice(0, 1_000);
  // eslint-disable-next-line no-control-regex -- they are what tells
  const odd = sample.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\uFFFD]/g)?.length ?? 0;
  return odd * 10 > sample.length;
}

function firstLongLine(text: string): number | undefined {
  let line = 1;
  for (let start = 0; text.length - start > longestLine; line++) {
    const end = text.indexOf("\n", start);
    if ((end === -1 ? text.length : end) - start > longestLine) return line;
    start = end + 1;
  }
  return undefined;
}

function tooLarge(size: number): Problem {
  const megabytes = (Math.ceil(size / 100_000) / 10).toFixed(1);
  return {
    kind: "too-large",
    message: `not analysed: ${megabytes} MB, over the limit of 1 MB; split it, or check its source instead`,
  };
}

function unreadable(why: string): Problem {
  return { kind: "unreadable", message: `cannot be read: ${why}` };
}

/** What a failed file system call says, in words where we have them. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return "no such file; check the path";
    case "EACCES":
    case "EPERM":
      return `permission denied (${code}); check its permissions`;
    case "ELOOP":
      return "its symbolic links form a loop; remove one of them";
    default:
      return code ?? message;
  }
}
