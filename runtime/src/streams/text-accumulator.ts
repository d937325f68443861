import { refuse } from "../refuse.js";
import { TextBlocks } from "./text-blocks.js";

/** How far a text has been searched for: none begins from `from` up to `until`. */
interface Search {
  readonly from: number;
  readonly until: number;
  /** Whether one begins at `until`. */
  readonly found: boolean;
}

/** How many texts are remembered at once as searched for. */
const searchLimit = 8;

/**
 * A text that is appended to in a loop and read in the same loop. With `+=`, each read that looks at
 * the characters copies all of the text so far, and the loop is quadratic; here, `endsWith`, `tail`
 * and `slice` cost what they give, and repeated searches together cost as much as one. All positions
 * and lengths are in UTF-16 units, as those of strings.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TextAccumulator } from "unwind/streams";
 *
 * const text = new TextAccumulator();
 * const lines: string[] = [];
 * let start = 0;
 * for (const chunk of ["first li", "ne\nsec", "ond line\n"]) {
 *   text.append(chunk);
 *   for (let end; (end = text.indexOf("\n", start)) !== -1; start = end + 1) {
 *     lines.push(text.slice(start, end));
 *   }
 * }
 * assert.deepEqual(lines, ["first line", "second line"]);
 * assert.ok(text.endsWith("line\n"));
 * assert.equal(text.tail(5), "line\n");
 * assert.equal(text.length, 23);
 * assert.equal(String(text), "first line\nsecond line\n");
 * ```
 */
export class TextAccumulator {
  readonly #blocks = new TextBlocks();
  /** What `toString` gave last. */
  #text = "";
  /** How much of it is one flat text. */
  #flatLength = 0;
  readonly #searches = new Map<string, Search>();

  /** How many UTF-16 units it has. */
  get length(): number {
    return this.#blocks.length;
  }

  /**
   * Appends a text.
   *
   * @param text - A string; bytes have to be decoded first.
   * @returns This accumulator.
   * @throws TypeError where it is no string.
   */
  append(text: string): this {
    requireText(text, notAppended);
    if (text !== "") this.#blocks.append(text);
    return this;
  }

  /**
   * Whether it ends with a text.
   *
   * @param text - A string.
   * @throws TypeError where it is no string.
   */
  endsWith(text: string): boolean {
    requireText(text);
    return text.length <= this.length && this.tail(text.length) === text;
  }

  /**
   * Its last characters: all of it where it is shorter.
   *
   * @param length - How many UTF-16 units.
   * @throws RangeError where that is no count.
   */
  tail(length: number): string {
    if (!(length >= 0)) throw new RangeError(`tail(${length}): the length has to be 0 or more`);
    return this.#blocks.slice(Math.max(this.length - Math.trunc(length), 0), this.length);
  }

  /**
   * A part of it, as `slice` of a string gives it.
   *
   * @param start - Where the part begins; from the end where negative.
   * @param end - Where it ends, itself not included; the end of the text by default.
   */
  slice(start: number, end: number = this.length): string {
    const from = this.#position(start);
    return this.#blocks.slice(from, Math.max(from, this.#position(end)));
  }

  /**
   * Where a text begins first, as `indexOf` of a string gives it. What was searched before is not
   * searched again when more has been appended: this remembers the last few texts that it was asked
   * for, and how far it came.
   *
   * @param text - What is searched for.
   * @param from - Where the search begins; the beginning by default.
   * @returns The position, or -1.
   * @throws TypeError where `text` is no string.
   */
  indexOf(text: string, from = 0): number {
    requireText(text);
    const start = this.#position(Math.max(from, 0));
    if (text === "") return start;
    const before = this.#searches.get(text);
    const known = before !== undefined && start >= before.from && start <= before.until;
    // What is there stays there: nothing is ever changed but the end.
    if (known && before.found) return before.until;
    const begin = known ? before.until : start;
    const found = this.#blocks.indexOf(text, begin);
    this.#remember(text, {
      from: known ? before.from : start,
      // Its end may still come for what begins in the last units.
      until: found === -1 ? Math.max(begin, this.length - text.length + 1) : found,
      found: found !== -1,
    });
    return found;
  }

  /** The whole text. Cheap also when it is asked for after each `append`. */
  toString(): string {
    const { length } = this;
    if (this.#text.length === length) return this.#text;
    // Flat again whenever it has doubled, so that all copies together are linear, and added to in
    // between, which copies nothing of what is there.
    if (length >= 2 * this.#flatLength) {
      this.#text = this.#blocks.flatten();
      this.#flatLength = length;
    } else {
      this.#text += this.#blocks.slice(this.#text.length, length);
    }
    return this.#text;
  }

  #remember(text: string, search: Search): void {
    this.#searches.delete(text);
    this.#searches.set(text, search);
    if (this.#searches.size <= searchLimit) return;
    for (const oldest of this.#searches.keys()) {
      this.#searches.delete(oldest);
      break;
    }
  }

  /** A position within the text, by the rules of `slice`. */
  #position(index: number): number {
    const whole = Math.trunc(index) || 0;
    return whole < 0 ? Math.max(this.length + whole, 0) : Math.min(whole, this.length);
  }
}

const notAppended = "is no text: decode bytes with decodeText()";

/** @throws TypeError where it is no string. */
export function requireText(text: unknown, problem = "is no text"): asserts text is string {
  if (typeof text !== "string") refuse(text, problem);
}
