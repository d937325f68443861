import type { FileReport, Problem } from "../session/index.js";

/** A path that could not be searched or written. */
export interface InputProblem {
  /** Absolute. */
  readonly path: string;
  /** One line: cause and cure, without the path. */
  readonly message: string;
}

/** A problem of a file or of an input. */
export interface ReportedProblem extends InputProblem {
  readonly kind: Problem["kind"] | "input" | "unwritten";
}

/** The figures of one run. */
export class Summary {
  readonly problems: ReportedProblem[] = [];
  /** Files that were analysed. */
  files = 0;
  leaks = 0;
  filesWithLeaks = 0;
  leaksWithRewrite = 0;
  fixedLeaks = 0;
  fixedFiles = 0;
  readonly #start = performance.now();

  get milliseconds(): number {
    return Math.round(performance.now() - this.#start);
  }

  add({ path, findings, problem }: FileReport): void {
    if (problem !== undefined) this.problems.push({ path, ...problem });
    if (problem === undefined || problem.kind === "project" || findings.length > 0) this.files++;
    this.leaks += findings.length;
    if (findings.length > 0) this.filesWithLeaks++;
    this.leaksWithRewrite += findings.filter(({ rewrites }) => rewrites.length > 0).length;
  }
}

/** "1 file", "2 files". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
