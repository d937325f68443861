/**
 * How many bytes texts take in UTF-8 that come one after the other. A surrogate pair takes 4, also
 * where it is split over two of them; half of a pair by itself takes 3, as the U+FFFD that it becomes.
 */
export class Utf8Length {
  /** Whether the last text ended with the first half of a pair, which was counted as 3. */
  #half = false;

  /** @returns How many bytes this text adds. */
  add(text: string): number {
    const { length } = text;
    // Most texts of most streams end here: this loop is kept as short as it can be.
    let index = 0;
    while (index < length && text.charCodeAt(index) < 0x80) index++;
    if (index < length) return index + this.#addFrom(text, index);
    if (length > 0) this.#half = false;
    return length;
  }

  /** Something that is no text came in between. */
  interrupt(): void {
    this.#half = false;
  }

  #addFrom(text: string, start: number): number {
    let bytes = text.length - start;
    let half = start === 0 && this.#half;
    for (let index = start; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      // The second half makes 4 of the first one's 3.
      const second = half && (unit & 0xfc00) === 0xdc00;
      half = (unit & 0xfc00) === 0xd800;
      if (unit >= 0x80 && !second) bytes += unit < 0x800 ? 1 : 2;
    }
    this.#half = half;
    return bytes;
  }
}
