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

/** Leaves out what stands within a deletion: it is gone anyway. And of equal insertions, all but one. */
export function withoutSwallowed(edits: readonly Edit[]): Edit[] {
  const deletions = edits.filter(({ range, text }) => text === "" && range[1] > range[0]);
  return edits.filter(({ range, text }, index) => {
    const swallowed = deletions.some(
      (other) =>
        other.range[0] <= range[0] &&
        range[1] <= other.range[1] &&
        range[0] < other.range[1] &&
        other.range[1] - other.range[0] > range[1] - range[0],
    );
    const again = edits.findIndex(
      (other) => other.text === text && other.range[0] === range[0] && other.range[1] === range[1],
    );
    return !swallowed && again === index;
  });
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
