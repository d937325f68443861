import { callable } from "../refuse.js";
import { textChunk } from "./chunk-text.js";
import type { Select, SelectOptions, Source, TextChunk } from "./source.js";
import { SourceIterator, type StreamIterator } from "./source-iterator.js";
import { TextAccumulator } from "./text-accumulator.js";
import { type DecodeOptions, TextDecoding } from "./text-decoding.js";

/** A text that has grown by a chunk. */
export interface Accumulated {
  /** What has come: text, never empty. */
  readonly chunk: string;
  /** All text up to and with this chunk. It is put together when it is read, and not before. */
  readonly content: string;
}

/** What {@link accumulate} gives. */
export interface Accumulation extends StreamIterator<Accumulated> {
  /** All text that has come by now; also after an error, or when the source was left early. */
  readonly content: string;
}

/**
 * Reads a source as text, and gives with each chunk the whole text so far, for what is shown or parsed
 * while it grows. The whole is put together only where it is read. Bytes are decoded as by
 * {@link decodeText}: a character that two chunks share stays whole.
 *
 * @param source - A `ReadableStream`, a `Response`, a Node stream, an iterable: see {@link Source}.
 *   It is read once, from the first `next()` on. `break`, `return()` and `await using` cancel it.
 * @param options - The encoding; `select` where the source gives objects, which finds their text.
 * @returns An async iterator, whose `content` stays readable afterwards.
 * @throws TypeError where it is no source, or where somebody else reads it.
 * @throws RangeError where the encoding is unknown.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accumulate } from "unwind/streams";
 *
 * const events = [{ type: "start" }, { type: "text", text: "Hel" }, { type: "text", text: "lo" }];
 * const answer = accumulate(events, { select: (event) => event.text });
 *
 * const shown: string[] = [];
 * for await (const { content, chunk } of answer) shown.push(`${content} (+${chunk})`);
 * assert.deepEqual(shown, ["Hel (+Hel)", "Hello (+lo)"]);
 * assert.equal(answer.content, "Hello");
 * ```
 */
export function accumulate(source: Source<TextChunk>, options?: DecodeOptions): Accumulation;
export function accumulate<T>(
  source: Source<T>,
  options: DecodeOptions & SelectOptions<T>,
): Accumulation;
export function accumulate<T>(
  source: Source<T>,
  options: DecodeOptions & Partial<SelectOptions<T>> = {},
): Accumulation {
  return new AccumulatingIterator(source, options);
}

class AccumulatingIterator<T> extends SourceIterator<T, Accumulated> implements Accumulation {
  readonly #select: Select<T> | undefined;
  readonly #decoding: TextDecoding;
  readonly #text = new TextAccumulator();

  constructor(source: Source<T>, options: DecodeOptions & Partial<SelectOptions<T>>) {
    super(source);
    if (options.select !== undefined) this.#select = callable(options.select);
    this.#decoding = new TextDecoding(options);
  }

  get content(): string {
    return this.#text.toString();
  }

  protected take(chunk: T): IteratorResult<Accumulated, undefined> | undefined {
    return this.#add(this.#decoding.decode(textChunk(chunk, this.#select)));
  }

  protected override flush(): IteratorResult<Accumulated, undefined> | undefined {
    return this.#add(this.#decoding.flush());
  }

  #add(chunk: string): IteratorResult<Accumulated, undefined> | undefined {
    if (chunk === "") return undefined;
    this.#text.append(chunk);
    return { done: false, value: new Growth(chunk, this.#text) };
  }
}

class Growth implements Accumulated {
  readonly chunk: string;
  readonly #text: TextAccumulator;
  readonly #length: number;

  constructor(chunk: string, text: TextAccumulator) {
    this.chunk = chunk;
    this.#text = text;
    this.#length = text.length;
  }

  get content(): string {
    // As it was when this was given, even if more has come since.
    const isNewest = this.#length === this.#text.length;
    return isNewest ? this.#text.toString() : this.#text.slice(0, this.#length);
  }
}
