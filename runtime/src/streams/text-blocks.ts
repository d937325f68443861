/** From how many UTF-16 units on pieces are joined into a block. */
const blockLength = 4096;

/**
 * A text that grows at its end, in blocks of flat text that are never copied again, and the few last
 * pieces, which together are shorter than a block. So any part of it is found by its position, and
 * reading one costs what that part costs, however long the whole is.
 */
export class TextBlocks {
  readonly #blocks: string[] = [];
  /** Where each block begins. */
  readonly #starts: number[] = [];
  #pieces: string[] = [];
  /** Where the first of the last pieces begins. */
  #blocksEnd = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length - this.#blocksEnd < blockLength) return;
    this.#blocks.push(this.#pieces.join(""));
    this.#starts.push(this.#blocksEnd);
    this.#pieces = [];
    this.#blocksEnd = this.#length;
  }

  /** All of it, flat. What was in blocks and pieces is one block then. */
  flatten(): string {
    const whole = [...this.#blocks, ...this.#pieces].join("");
    this.#blocks.splice(0, this.#blocks.length, whole);
    this.#starts.splice(0, this.#starts.length, 0);
    this.#pieces = [];
    this.#blocksEnd = this.#length;
    return whole;
  }

  /** The part between two positions, which have to be in order and within the text. */
  slice(from: number, to: number): string {
    const parts: string[] = [];
    // The last pieces have no positions, so they are walked from the end, and only as far as needed.
    let start = this.#length;
    for (let index = this.#pieces.length - 1; index >= 0 && start > from; index--) {
      const piece = this.#pieces[index] as string;
      start -= piece.length;
      if (start < to) parts.push(piece.slice(Math.max(from - start, 0), to - start));
    }
    if (from < this.#blocksEnd && from < to) {
      const last = Math.min(to, this.#blocksEnd) - 1;
      for (let index = this.#blockAt(last); index >= 0; index--) {
        const begin = this.#starts[index] as number;
        const block = this.#blocks[index] as string;
        parts.push(block.slice(Math.max(from - begin, 0), to - begin));
        if (begin <= from) break;
      }
    }
    return parts.length === 1 ? (parts[0] as string) : parts.reverse().join("");
  }

  /** Where a text that is not empty begins first, at or after a position; -1 where it does not. */
  indexOf(text: string, from: number): number {
    const overlap = text.length - 1;
    for (let index = this.#blockAt(from); index < this.#blocks.length; index++) {
      const begin = this.#starts[index] as number;
      const block = this.#blocks[index] as string;
      const within = block.indexOf(text, from - begin);
      if (within !== -1) return begin + within;
      // What begins in this block and goes on in the next ones.
      const end = begin + block.length;
      const seam = Math.max(from, end - overlap);
      const across = this.slice(seam, Math.min(end + overlap, this.#length)).indexOf(text);
      if (across !== -1) return seam + across;
    }
    const rest = Math.max(from, this.#blocksEnd);
    const found = this.slice(rest, this.#length).indexOf(text);
    return found === -1 ? -1 : rest + found;
  }

  /** The block that a position is in; the number of blocks for what is behind them. */
  #blockAt(position: number): number {
    if (position >= this.#blocksEnd) return this.#blocks.length;
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
