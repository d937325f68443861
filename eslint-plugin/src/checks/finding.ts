import type { Rewrite } from "../rewrites/edit.js";

/** A stretch of a file, as ESTree gives it: lines count from 1, columns from 0, offsets in UTF-16. */
export interface Place {
  readonly range: readonly [start: number, end: number];
  readonly loc: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
}

/** One step of the path on which a resource leaks, in the order in which it is taken. */
export interface Step {
  /** A short clause without number or full stop, for example "this may throw". */
  readonly message: string;
  readonly place: Place;
}

/** What a check found. Plain data: it survives `structuredClone` and JSON. */
export interface Finding {
  /** The rule's name without the plugin's prefix, for example `no-unmanaged-acquisition`. */
  readonly rule: string;
  /** A key of the check's `messages`. */
  readonly messageId: string;
  /** What the message's `{{placeholders}}` stand for. */
  readonly data: Readonly<Record<string, string>>;
  /** The message with its placeholders filled in: one line. */
  readonly message: string;
  readonly place: Place;
  /** Empty where a path would say nothing that the message does not. */
  readonly path: readonly Step[];
  /** The best first. */
  readonly rewrites: readonly Rewrite[];
  /** That there is none although the rule has one, because of what the file is. */
  readonly withheld?: Withheld;
}

/** A rewrite that is not offered. */
export interface Withheld {
  readonly kind: Rewrite["kind"];
  /** A clause about the file that says what to do instead: "it is minified; mend its source instead". */
  readonly reason: string;
}
