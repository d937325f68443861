import { callable } from "../refuse.js";
import { textChunk } from "./chunk-text.js";
import type { Select, SelectOptions, Source, TextChunk } from "./source.js";
import { SourceIterator, type StreamIterator } from "./source-iterator.js";
import { type DecodeOptions, TextDecoding } from "./text-decoding.js";

/**
 * Reads a source as text. Unlike `text += chunk`, which decodes each chunk by itself and makes U+FFFD
 * of a character that two of them share, this keeps the beginning of a character until its end has
 * come; what is incomplete at the very end becomes U+FFFD. A byte order mark is left out, and what
 * text there is passes through, except that surrogate pairs are kept together. Only what is not empty
 * is given.
 *
 * @param source - A `ReadableStream`, a `Response`, a Node stream, an iterable: see {@link Source}.
 *   It is read once, from the first `next()` on. `break`, `return()` and `await using` cancel it.
 * @param options - The encoding, and what to do about bytes that are no text; `select` where the
 *   source gives objects.
 * @returns An async iterator of strings.
 * @throws TypeError where it is no source, or where somebody else reads it.
 * @throws RangeError where the encoding is unknown.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Readable } from "node:stream";
 * import { decodeText } from "unwind/streams";
 *
 * const euro = Buffer.from("€");
 * const source = Readable.from([euro.subarray(0, 1), euro.subarray(1)]);
 *
 * const texts: string[] = [];
 * for await (const text of decodeText(source)) texts.push(text);
 * assert.deepEqual(texts, ["€"]);
 * ```
 */
export function decodeText(
  source: Source<TextChunk>,
  options?: DecodeOptions,
): StreamIterator<string>;
export function decodeText<T>(
  source: Source<T>,
  options: DecodeOptions & SelectOptions<T>,
): StreamIterator<string>;
export function decodeText<T>(
  source: Source<T>,
  options: DecodeOptions & Partial<SelectOptions<T>> = {},
): StreamIterator<string> {
  return new TextIterator(source, options);
}

class TextIterator<T> extends SourceIterator<T, string> {
  readonly #select: Select<T> | undefined;
  readonly #decoding: TextDecoding;

  constructor(source: Source<T>, options: DecodeOptions & Partial<SelectOptions<T>>) {
    super(source);
    if (options.select !== undefined) this.#select = callable(options.select);
    this.#decoding = new TextDecoding(options);
  }

  protected take(chunk: T): IteratorResult<string, undefined> | undefined {
    return given(this.#decoding.decode(textChunk(chunk, this.#select)));
  }

  protected override flush(): IteratorResult<string, undefined> | undefined {
    return given(this.#decoding.flush());
  }
}

function given(text: string): IteratorResult<string, undefined> | undefined {
  return text === "" ? undefined : { done: false, value: text };
}
