import type { Writable } from "node:stream";

import { describe } from "../describe.js";
import { takingOutcome } from "../entry.js";
import { extendInPlace } from "../in-place.js";
import { asyncDispose, type Failure, UnknownOutcome } from "../index.js";
import { requireGrace } from "./grace.js";
import { requireMethods } from "./require-methods.js";
import { StreamEnd } from "./stream-end.js";

/** How {@link writable} ends a stream. */
export interface WritableOptions {
  /**
   * How long, once all is written, the reading half of a socket may stay open, and how long the output
   * of a transform may wait for a reader, in milliseconds; 5000 by default. 0 destroys a socket at once.
   */
  readonly graceMs?: number;
}

/**
 * Gives a stream that is written to a release that loses nothing: the stream is ended, and its release
 * waits until all is written and what it stands on (a file) is closed. Where the body failed, as
 * `withAsyncContext` and stacks know, it is destroyed with the failure instead, so that the other side
 * does not take a part for the whole. Node's own `[Symbol.asyncDispose]` destroys the stream and loses
 * what it has not written yet.
 *
 * Any error of the stream, from now on, is an error of the release, also where the body did not notice;
 * and so is that it was destroyed before all was written. It does not end the process as an 'error'
 * event without a listener would.
 *
 * - A file, or any other stream that is only written to, is waited for until it is closed.
 * - The output of a transform (zlib, crypto, `PassThrough`) that somebody reads is waited for, too, so
 *   that the stream behind it can be ended next: a tuple `[writable(file), writable(gzip)]` is right.
 *   That nobody reads it while there is still something to write is an error after `graceMs`.
 * - A socket's other half may go on until its peer ends it; what nobody reads is discarded. After
 *   `graceMs` the socket is destroyed, and that is an error, because the peer may have lost something.
 * - An HTTP response or request is done when all was handed to the system.
 *
 * @param stream - Any Node stream that is written to. It stays the same object.
 * @param options - The limit.
 * @returns `stream`, for `await using` (which ends it in any case, because it cannot know of a
 *   failure), `withAsyncContext` and stacks.
 * @throws TypeError where it is no such stream; RangeError where the limit is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createReadStream, createWriteStream } from "node:fs";
 * import { readFile } from "node:fs/promises";
 * import { join } from "node:path";
 * import { withAsyncContext } from "unwind";
 * import { tempDir, writable } from "unwind/node";
 *
 * await withAsyncContext(tempDir(), async (directory) => {
 *   const copy = join(directory, "copy");
 *   {
 *     await using output = writable(createWriteStream(copy));
 *     for await (const chunk of createReadStream(import.meta.filename)) output.write(chunk);
 *   }
 *   assert.deepEqual(await readFile(copy), await readFile(import.meta.filename));
 * });
 * ```
 */
export function writable<T extends Writable>(
  stream: T,
  { graceMs = 5000 }: WritableOptions = {},
): T & AsyncDisposable {
  requireGrace("writable", graceMs);
  requireMethods("writable", stream, ["destroy", "end", "on"], "a stream that is written to");
  let releasing: Promise<void> | undefined;

  const release = (failure?: Failure): Promise<void> => {
    // Who comes second waits for the end, but is not told the error another time.
    if (releasing !== undefined) return releasing.catch(() => undefined);
    takeAway?.();
    const failed = failure !== undefined && !(failure.error instanceof UnknownOutcome);
    return (releasing = failed ? ending.destroy(failure) : ending.finish());
  };

  const takeAway = extendInPlace(
    stream,
    new Map<PropertyKey, unknown>([[asyncDispose, takingOutcome(() => release(), release)]]),
  );
  if (takeAway === undefined) {
    throw new TypeError(`writable() cannot extend ${describe(stream)}: it is frozen or sealed`);
  }
  const ending = new StreamEnd(stream, graceMs);
  return stream as T & AsyncDisposable;
}
