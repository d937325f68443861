/**
 * Collects text that is written to it; for `redirectStdout` and `redirectStderr`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TextCollector } from "unwind/node";
 *
 * const collector = new TextCollector();
 * collector.write("one ");
 * collector.write("two");
 * assert.equal(collector.text, "one two");
 * assert.equal(`${collector}`, "one two");
 * ```
 */
export class TextCollector {
  #parts: string[] = [];

  /** All that was written so far. */
  get text(): string {
    if (this.#parts.length > 1) this.#parts = [this.#parts.join("")];
    return this.#parts[0] ?? "";
  }

  /**
   * Takes more text.
   *
   * @param text - Is appended as it is.
   */
  write(text: string): void {
    this.#parts.push(text);
  }

  toString(): string {
    return this.text;
  }
}
