import { describe } from "../describe.js";
import { isObject, isPromiseLike } from "../objects.js";
import { refuse } from "../refuse.js";
import { isBytes } from "./chunk-text.js";
import { AsyncReader, type Reader, SyncReader, WebReader } from "./readers.js";
import type { Source, WebStream } from "./source.js";

/**
 * The reader for a source, by what the source can do.
 *
 * @throws TypeError where it is no source, or one that somebody else reads or has read.
 */
export function readSource<T>(source: Source<T>): Reader<T> {
  if (typeof source === "string") refuse(source, `is one text: ${inArray}`);
  if (!isObject(source)) refuse(source, isNone);
  if (isBytes(source)) refuse(source, `is one chunk: ${inArray}`);
  if (isWebStream<T>(source)) {
    if (source.locked) refuse(source, "is locked: somebody else reads it");
    return new WebReader(source);
  }
  if (Symbol.asyncIterator in source) return new AsyncReader(source);
  if (Symbol.iterator in source) return new SyncReader(source);
  if (isPromiseLike(source)) refuse(source, "is not there yet: await it first");
  if (!("body" in source)) refuse(source, isNone);
  if ((source as { readonly bodyUsed?: boolean }).bodyUsed === true) {
    refuse(source, "has been read already: clone() it before that");
  }
  if (source.body === null) return new SyncReader<T>([]);
  if (isObject(source.body)) return readSource(source.body);
  return refuse(source, `has a body that is none of these, but ${describe(source.body)}`);
}

const inArray = "put it into an array";
const isNone = "is no source: give a ReadableStream, a Response, a Node stream or an iterable";

function isWebStream<T>(source: object): source is WebStream<T> {
  return typeof (source as Partial<WebStream<T>>).getReader === "function";
}
