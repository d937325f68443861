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
