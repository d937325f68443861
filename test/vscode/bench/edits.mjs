/** Appended to the file, so that there is something to find and to mend. */
const leak = `
import { open as openToMeasure } from "node:fs/promises";
export async function measured(path: string) {
  const handle = await openToMeasure(path);
  return (await handle.stat()).size;
}
`;

/**
 * The file to be edited, and what one types into it: a statement at the start of one block after the
 * other, each of which takes away the one before.
 */
export class EditedFile {
  #lines;

  /** @param {string} text */
  constructor(text) {
    this.#lines = `${text}${leak}`.split("\n");
    /** Behind which a statement can stand: the first lines of methods and functions. */
    this.starts = this.#lines.flatMap((line, index) =>
      /^\s*(?:(?:export|public|private|protected|static|async|function)\s+)*[\w$]+\(.*\).*\{$/.test(
        line,
      ) && !/^\s*(?:if|for|while|switch|catch)\b/.test(line)
        ? [index]
        : [],
    );
    if (this.starts.length === 0) throw new Error("The file has no method to edit.");
  }

  get lines() {
    return this.#lines.length;
  }

  /** @param {number} [edit] which one; none gives the text before the first */
  text(edit) {
    const lines = [...this.#lines];
    if (edit !== undefined) {
      const start = this.starts[(edit * 7) % this.starts.length];
      lines.splice(start + 1, 0, `    const edited${edit} = [${edit}].map((each) => each + 1);`);
    }
    return lines.join("\n");
  }

  /** Where the leak is in the text after any edit. */
  get leakingRange() {
    const line = this.#lines.findIndex((each) => each.includes("await openToMeasure(")) + 1;
    return { start: { line, character: 0 }, end: { line, character: 80 } };
  }
}
