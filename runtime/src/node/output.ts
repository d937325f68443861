import { StringDecoder } from "node:string_decoder";

import { describe } from "../describe.js";

/** What takes text, as a {@link TextCollector} does. */
export interface TextTarget {
  /** @param text - What was written, decoded. */
  write(text: string): unknown;
}

/** What output can be redirected to: a stream, which gets it as it is, or what takes text. */
export type RedirectTarget = NodeJS.WritableStream | TextTarget;

/** Where the calls of a stream's `write` go instead. */
export interface Output {
  /** @returns Whether to go on writing at once. */
  write(args: unknown[]): boolean;
  /** After a write that said no: `goOn` is called when there is room again, or never will be. */
  awaitDrain(goOn: () => void): void;
  /** There will be no more; the target stays open. */
  end(): void;
}

export function outputTo(target: RedirectTarget): Output {
  return "on" in target && typeof target.on === "function"
    ? streamOutput(target)
    : textOutput(target);
}

function streamOutput(target: NodeJS.WritableStream): Output {
  const write = target.write as (...args: unknown[]) => boolean;
  let waiting = false;
  return {
    write: (args) => write.apply(target, args),
    awaitDrain(goOn) {
      if (waiting) return;
      waiting = true;
      const done = (): void => {
        waiting = false;
        target.off("drain", done).off("close", done);
        goOn();
      };
      target.on("drain", done).on("close", done);
    },
    end() {
      // The target is its owner's to end.
    },
  };
}

function textOutput(target: TextTarget): Output {
  // A character may come in two chunks.
  const decoder = new StringDecoder("utf8");
  const put = (text: string): void => {
    if (text !== "") target.write(text);
  };
  return {
    write(args) {
      const [chunk, encoding] = args;
      put(decoder.write(bytesOf(chunk, encoding)));
      const callback = args.find((one) => typeof one === "function");
      // Not at once: a stream calls back later, too.
      if (callback) process.nextTick(callback, null);
      return true;
    },
    awaitDrain(goOn) {
      goOn();
    },
    end() {
      put(decoder.end());
    },
  };
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === "string") {
    return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  }
  if (chunk instanceof Uint8Array) {
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  throw new TypeError(`Strings and bytes can be written, not ${describe(chunk)}`);
}
