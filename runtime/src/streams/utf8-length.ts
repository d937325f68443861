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
    let bytes = length;
    let half = this.#half;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) half = false;
      else {
        const second = half && (unit & 0xfc00) === 0xdc00;
        half = (unit & 0xfc00) === 0xd800;
        // The second half makes 4 of the first one's 3.
        if (!second) bytes += unit < 0x800 ? 1 : 2;
      }
    }
    this.#half = half;
    return bytes;
  }

  /** Something that is no text came in between. */
  interrupt(): void {
    this.#half = false;
  }
}
