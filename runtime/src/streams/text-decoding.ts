import { type Decoder, isBytes } from "./chunk-text.js";
import type { TextChunk } from "./source.js";

/** How bytes become text. */
export interface DecodeOptions {
  /** A label of the Encoding Standard, as `TextDecoder` takes it; `"utf-8"` by default. */
  readonly encoding?: string;
  /** Whether bytes that are no text are an error, and not U+FFFD; `false` by default. */
  readonly fatal?: boolean;
}

const engine = globalThis as unknown as {
  readonly TextDecoder: new (label: string, options: { readonly fatal: boolean }) => Decoder;
};

/** Decodes chunks one after the other; what one has of a character waits for the next one. */
export class TextDecoding {
  readonly #decoder: Decoder;
  /** Whether the decoder may hold the beginning of a character. */
  #hasBytes = false;
  /** The first half of a surrogate pair, of which the second one is awaited. */
  #half = "";

  /** @throws RangeError where the encoding is unknown. */
  constructor({ encoding = "utf-8", fatal = false }: DecodeOptions = {}) {
    this.#decoder = new engine.TextDecoder(encoding, { fatal });
  }

  /**
   * @returns What is complete by now.
   * @throws TypeError for bytes that are no text, where that is an error.
   */
  decode(chunk: TextChunk): string {
    if (isBytes(chunk)) {
      const before = this.#takeHalf();
      this.#hasBytes = true;
      return before + this.#decoder.decode(chunk, { stream: true });
    }
    if (chunk === "") return "";
    const text = this.#takeBytes() + this.#takeHalf() + chunk;
    if ((text.charCodeAt(text.length - 1) & 0xfc00) !== 0xd800) return text;
    this.#half = text.slice(-1);
    return text.slice(0, -1);
  }

  /**
   * @returns What is left at the end, complete or not.
   * @throws TypeError for bytes that are no text, where that is an error.
   */
  flush(): string {
    return this.#takeBytes() + this.#takeHalf();
  }

  #takeBytes(): string {
    if (!this.#hasBytes) return "";
    this.#hasBytes = false;
    return this.#decoder.decode();
  }

  #takeHalf(): string {
    const half = this.#half;
    this.#half = "";
    return half;
  }
}
