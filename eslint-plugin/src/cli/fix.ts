import { readFileSync, writeFileSync } from "node:fs";

import {
  applyEdits,
  type Edit,
  type FileReport,
  type Finding,
  type Session,
} from "../session/index.js";

/** What came of mending a file. */
export interface Fixed {
  /** On what is left. */
  readonly report: FileReport;
  /** How many rewrites were applied and written. */
  readonly count: number;
  /** Why the file could not be written: one line, without its name. */
  readonly problem?: string;
}

/** A fix may make room for the next; one that never ends is a mistake of ours. */
const mostPasses = 10;

/**
 * Applies a file's fixes (and no suggestions) until none is left, and writes the file.
 *
 * Nothing is written where the file has changed since it was analysed, or where a fix would leave
 * it unable to parse.
 */
export function fix(session: Session, original: FileReport): Fixed {
  const { path } = original;
  let report = original;
  let count = 0;
  for (let pass = 0; pass < mostPasses; pass++) {
    const fixes = compatibleFixes(report.findings);
    if (fixes.length === 0) break;
    const next = session.check({ path, text: applyEdits(report.text, fixes.flat()) });
    if (next.problem?.kind === "syntax") {
      session.check({ path, text: report.text });
      break;
    }
    report = next;
    count += fixes.length;
  }
  if (count === 0) return { report: original, count };
  const problem = write(path, original.text, report.text);
  if (problem === undefined) return { report, count };
  session.forget(path);
  return { report: original, count: 0, problem };
}

/** Each finding's fix, as far as they keep out of each other's way; the rest waits for a pass. */
function compatibleFixes(findings: readonly Finding[]): (readonly Edit[])[] {
  const fixes = findings
    .map(({ rewrites }) => rewrites.find(({ kind }) => kind === "fix")?.edits ?? [])
    .filter((edits) => edits.length > 0)
    .sort((a, b) => startOf(a) - startOf(b));
  let end = -1;
  return fixes.filter((edits) => {
    // What lies between a fix's edits counts as its own: two fixes may both add one import.
    if (startOf(edits) <= end) return false;
    end = edits.at(-1)?.range[1] ?? end;
    return true;
  });
}

function startOf(edits: readonly Edit[]): number {
  return edits[0]?.range[0] ?? 0;
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
