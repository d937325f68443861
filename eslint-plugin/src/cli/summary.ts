import {
  checks,
  type FileReport,
  type Finding,
  type InputProblem,
  type Problem,
} from "../session/index.js";

/** A problem of a file or of an input. */
export interface ReportedProblem extends InputProblem {
  readonly kind: Problem["kind"] | "input" | "unwritten";
}

/** How many findings there are, leaks apart from those of rules that find something else. */
export interface Tally {
  readonly leaks: number;
  readonly others: number;
}

/** The rules whose findings are leaks. */
export const leakRules: ReadonlySet<string> = new Set(
  checks.filter(({ findsLeaks }) => findsLeaks).map(({ name }) => name),
);

/** The figures of one run. */
export class Summary {
  readonly problems: ReportedProblem[] = [];
  /** Files that were analysed. */
  files = 0;
  filesWithFindings = 0;
  filesWithLeaks = 0;
  errors = 0;
  warnings = 0;
  found: Tally = { leaks: 0, others: 0 };
  withRewrite: Tally = { leaks: 0, others: 0 };
  fixed: Tally = { leaks: 0, others: 0 };
  fixedFiles = 0;
  /** Whether a rule ran that finds leaks. */
  readonly seeksLeaks: boolean;
  readonly #start = performance.now();

  constructor({ seeksLeaks = true }: { readonly seeksLeaks?: boolean } = {}) {
    this.seeksLeaks = seeksLeaks;
  }

  get milliseconds(): number {
    return Math.round(performance.now() - this.#start);
  }

  add({ path, findings, problem }: FileReport): void {
    if (problem !== undefined) this.problems.push({ path, ...problem });
    if (problem === undefined || problem.kind === "project" || findings.length > 0) this.files++;
    if (findings.length === 0) return;
    this.filesWithFindings++;
    const { leaks } = tally(findings);
    if (leaks > 0) this.filesWithLeaks++;
    const errors = findings.filter(({ severity }) => severity === "error").length;
    this.errors += errors;
    this.warnings += findings.length - errors;
    this.found = sum(this.found, tally(findings));
    const mendable = findings.filter(({ rewrites }) => rewrites.length > 0);
    this.withRewrite = sum(this.withRewrite, tally(mendable));
  }

  /** A file's findings that were mended by `--fix`, at least one. */
  addFixed(findings: readonly Finding[]): void {
    this.fixed = sum(this.fixed, tally(findings));
    this.fixedFiles++;
  }
}

function tally(findings: readonly Finding[]): Tally {
  const leaks = findings.filter(({ rule }) => leakRules.has(rule)).length;
  return { leaks, others: findings.length - leaks };
}

function sum(a: Tally, b: Tally): Tally {
  return { leaks: a.leaks + b.leaks, others: a.others + b.others };
}

/** "1 file", "2 files". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** "10 leaks", "1 leak and 3 other findings", "2 findings"; at least one. */
export function describeFindings({ leaks, others }: Tally): string {
  if (others === 0) return count(leaks, "leak");
  if (leaks === 0) return count(others, "finding");
  return `${count(leaks, "leak")} and ${count(others, "other finding")}`;
}
