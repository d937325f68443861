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
  /** What was added. Many short lists: one that is long costs more a chunk, the longer it is. */
  readonly #pages: string[][] = [[]];
  #pageLength = 1024;
  /** The page to which chunks are added: the last one. */
  #page: string[] = this.#pages[0] as string[];
  #content = "";
  /** How many pages are in `#content` as a whole, and how many chunks of the next one. */
  #joinedPages = 0;
  #joinedChunks = 0;
  #finalized = false;

  /** What was added, in order. */
  get chunks(): readonly string[] {
    // From now on it is one list, so that whoever reads it again gets the same, and nothing is copied.
    this.#pageLength = Infinity;
    if (this.#pages.length > 1) {
      const before = this.#pages.slice(0, this.#joinedPages);
      this.#joinedChunks += before.reduce((sum, { length }) => sum + length, 0);
      this.#joinedPages = 0;
      this.#page = this.#pages.flat();
      this.#pages.splice(0, this.#pages.length, this.#page);
    }
    return this.#page;
  }

  /** All chunks as one text. */
  get content(): string {
    const last = this.#pages.length - 1;
    const added: string[] = [];
    for (; this.#joinedPages < last; this.#joinedPages++, this.#joinedChunks = 0) {
      added.push(this.#unjoined());
    }
    if (this.#joinedChunks < this.#page.length) {
      added.push(this.#unjoined());
      this.#joinedChunks = this.#page.length;
    }
    if (added.length > 0) this.#content += added.join("");
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
    if (this.#page.length >= this.#pageLength) this.#pages.push((this.#page = []));
    this.#page.push(chunk);
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

  /** What of the next page is not in `#content`. */
  #unjoined(): string {
    const page = this.#pages[this.#joinedPages] as string[];
    return (this.#joinedChunks === 0 ? page : page.slice(this.#joinedChunks)).join("");
  }
}
