import type { Check } from "../checks/check.js";
import type { Finding, Place } from "../checks/finding.js";

/** How much a finding weighs: an error, or a warning. */
export type Severity = Check["severity"];

/** What a check found, and how much that weighs under the session's settings. */
export interface ReportedFinding extends Finding {
  readonly severity: Severity;
}

/** What is known about one file. Plain data: it survives `structuredClone` and JSON. */
export interface FileReport {
  /** As it was given. */
  readonly path: string;
  /** The text that the findings' offsets refer to: without a byte order mark, `""` if unreadable. */
  readonly text: string;
  /** In the order of their places. */
  readonly findings: readonly ReportedFinding[];
  /** Whether the checks could ask about types. */
  readonly typed: boolean;
  /** Why the file could not be analysed, or not as well as it should be. */
  readonly problem?: Problem;
}

/**
 * Something in the way of the analysis.
 *
 * | kind | what happened | analysed |
 * |---|---|---|
 * | `unreadable` | no such file, no permission, a folder, not text | no |
 * | `too-large` | over 1 MB, a line over 20,000 characters, nested thousands deep | no |
 * | `syntax` | the text does not parse | no |
 * | `internal` | a rule or the parser failed: our mistake | by the other rules |
 * | `project` | the tsconfig.json is broken; told once for each | yes, with default options |
 */
export interface Problem {
  readonly kind: "unreadable" | "syntax" | "too-large" | "project" | "internal";
  /** One line: cause and cure, without the file's name. */
  readonly message: string;
  /** Where in the file, for a syntax error. */
  readonly place?: Place;
}

/** A path that could not be searched or written. */
export interface InputProblem {
  /** Absolute. */
  readonly path: string;
  /** One line: cause and cure, without the path. */
  readonly message: string;
}
