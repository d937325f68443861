/** One replacement in a file's text. An empty `text` deletes, an empty range inserts. */
export interface Edit {
  /** UTF-16 offsets into the file's text, end exclusive. */
  readonly range: readonly [start: number, end: number];
  readonly text: string;
}

/**
 * A way to mend a finding.
 *
 * A `fix` is proven: it parses, type-checks, and changes behaviour only on the path that leaked, so
 * `--fix` may apply it unseen. A `suggestion` is for a person to choose, and its title says what
 * changes.
 */
export interface Rewrite {
  readonly kind: "fix" | "suggestion";
  /** An imperative sentence without a full stop, for example "Manage `handle` with `await using`". */
  readonly title: string;
  /** In ascending order, never overlapping. All of them together are the rewrite. */
  readonly edits: readonly Edit[];
}

/** Orders edits and joins those that touch; undefined where two of them overlap. */
export function inOrder(edits: readonly Edit[]): Edit[] | undefined {
  const ordered = [...edits].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
  const result: Edit[] = [];
  for (const edit of ordered) {
    const previous = result.at(-1);
    if (!previous || previous.range[1] < edit.range[0]) result.push(edit);
    else if (previous.range[1] === edit.range[0]) {
      result[result.length - 1] = {
        range: [previous.range[0], edit.range[1]],
        text: previous.text + edit.text,
      };
    } else return undefined;
  }
  return result;
}
