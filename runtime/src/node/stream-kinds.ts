import type { Duplex, Writable } from "node:stream";

/*
 * Told by their members, not by `instanceof`: the streams of the package readable-stream are of other
 * classes, and HTTP messages are streams only by what they look like.
 */

interface WritableState {
  readonly autoDestroy?: boolean;
  readonly emitClose?: boolean;
}

/** Whether the stream is destroyed by itself after its end, and then says that it is closed. */
export function closesItself(stream: Writable): boolean {
  const state = (stream as { _writableState?: WritableState })._writableState;
  return state?.autoDestroy === true && state.emitClose !== false;
}

/** Whether it is read from, too. */
export function isDuplex(stream: Writable): stream is Duplex {
  return "_readableState" in stream;
}

/** Whether what is read is what was written, transformed. */
export function isTransform(stream: Writable): stream is Duplex {
  return isDuplex(stream) && typeof (stream as { _transform?: unknown })._transform === "function";
}

/** Whether anybody reads. */
export function isRead(stream: Duplex): boolean {
  const readers = stream.listenerCount("data") + stream.listenerCount("readable");
  return readers > 0 || stream.readableFlowing === true;
}

/** Whether it takes nothing more until somebody reads, which nobody does. */
export function isStalled(stream: Duplex): boolean {
  return !isRead(stream) && stream.readableLength >= stream.readableHighWaterMark;
}
