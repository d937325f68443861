import { readFileSync, writeFileSync } from "node:fs";

import { applyFixes, type FileReport, type Finding, type Session } from "../session/index.js";

/** What came of mending a file. */
export interface Fixed {
  /** On what is left. */
  readonly report: FileReport;
  /** Whose rewrites were applied and written. */
  readonly fixed: readonly Finding[];
  /** Why the file could not be written: one line, without its name. */
  readonly problem?: string;
}

/**
 * Applies a file's fixes (and no suggestions) until none is left, and writes the file.
 *
 * Nothing is written where the file has changed since it was analysed, where it is generated or
 * minified, or where a fix would leave it unable to parse.
 */
export function fix(session: Session, original: FileReport): Fixed {
  const { path } = original;
  const { report, fixed } = applyFixes(session, original);
  if (fixed.length === 0) {
    const withheld = original.findings.find((each) => each.withheld?.kind === "fix")?.withheld;
    return {
      report: original,
      fixed,
      ...(withheld && { problem: `not fixed: ${withheld.reason}` }),
    };
  }
  const problem = write(path, original.text, report.text);
  if (problem === undefined) return { report, fixed };
  session.forget(path);
  return { report: original, fixed: [], problem };
}

function write(path: string, before: string, after: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    const mark = bytes.subarray(0, 3).equals(Buffer.from("\uFEFF")) ? "\uFEFF" : "";
    if (!bytes.equals(Buffer.from(mark + before))) {
      return "not fixed: it has changed meanwhile, or is not UTF-8; run again, or convert it";
    }
    writeFileSync(path, mark + after);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return `not fixed: it cannot be written (${code ?? message}); check its permissions`;
  }
}
