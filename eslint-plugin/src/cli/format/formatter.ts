import type { FileReport } from "../../session/index.js";
import type { Summary } from "../summary.js";

/** Writes the reports of a run, one by one as they come, and what there is to say at the end. */
export interface Formatter {
  file(report: FileReport): void;
  end(summary: Summary): void;
}

export interface FormatterOptions {
  write(text: string): void;
  /** What paths are given relative to. */
  readonly workingDirectory: string;
  /** Whether the output is coloured by ANSI sequences. */
  readonly colour: boolean;
}
