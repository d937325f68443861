import { requireText } from "./text-accumulator.js";

/**
 * The result of something that comes in pieces: the pieces, and the whole text of them. The text is
 * put together only when it is read, and then only what has come since the last time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { StreamingResult } from "unwind/streams";
 *
 * const result = new StreamingResult();
 * for (const chunk of ["Hel", "lo"]) result.addChunk(chunk);
 * assert.equal(result.content, "Hello");
 * assert.equal(result.finalize(), "Hello");
 * assert.deepEqual(result.chunks, ["Hel", "lo"]);
 * assert.throws(() => result.addChunk("!"), /finalized/);
 * ```
 */
export class StreamingResult {
  readonly #chunks: string[] = [];
  #content = "";
  /** How many chunks are in `#content`. */
  #joined = 0;
  #finalized = false;

  /** What was added, in order. */
  get chunks(): readonly string[] {
    return this.#chunks;
  }

  /** All chunks as one text. */
  get content(): string {
    if (this.#joined < this.#chunks.length) {
      const added = this.#joined === 0 ? this.#chunks : this.#chunks.slice(this.#joined);
      this.#content += added.join("");
      this.#joined = this.#chunks.length;
    }
    return this.#content;
  }

  /** Whether it is complete. */
  get finalized(): boolean {
    return this.#finalized;
  }

  /**
   * Adds a chunk.
   *
   * @param chunk - A text; bytes have to be decoded first, for they may end within a character.
   * @throws TypeError where it is no text.
   * @throws Error after `finalize()`.
   */
  addChunk(chunk: string): void {
    if (this.#finalized) {
      throw new Error("The result is finalized: nothing can be added to it any more");
    }
    requireText(chunk, "is no text: decode bytes with decodeText()");
    this.#chunks.push(chunk);
  }

  /**
   * Completes it: from now on, adding is an error. May be called again.
   *
   * @returns The content.
   */
  finalize(): string {
    this.#finalized = true;
    return this.content;
  }
}
