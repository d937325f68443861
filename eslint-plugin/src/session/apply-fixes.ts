import type { Edit } from "../rewrites/edit.js";
import { applyEdits } from "./apply-edits.js";
import type { FileReport, ReportedFinding } from "./report.js";
import type { Session } from "./session.js";

/** What came of a text's fixes. */
export interface AppliedFixes {
  /** On what is left; its text is the mended one. */
  readonly report: FileReport;
  /** The findings whose fixes were applied, in no particular order. */
  readonly fixed: readonly ReportedFinding[];
}

/** A fix may make room for the next; one that never ends is a mistake of ours. */
const mostPasses = 10;

/**
 * Applies a text's fixes (and no suggestions) until none is left. Writes nothing, but the session
 * sees the mended text in place of the file until the file is checked again or forgotten.
 *
 * A pass that would leave the text unable to parse is not taken.
 *
 * @param wanted Which findings' fixes to apply. Default: all.
 */
export function applyFixes(
  session: Pick<Session, "check">,
  original: FileReport,
  wanted: (finding: ReportedFinding) => boolean = () => true,
): AppliedFixes {
  const { path } = original;
  let report = original;
  const fixed: ReportedFinding[] = [];
  for (let pass = 0; pass < mostPasses; pass++) {
    const fixes = compatibleFixes(report.findings.filter(wanted));
    if (fixes.length === 0) break;
    const text = applyEdits(
      report.text,
      fixes.flatMap(({ edits }) => edits),
    );
    const next = session.check({ path, text });
    if (next.problem?.kind === "syntax") {
      session.check({ path, text: report.text });
      break;
    }
    report = next;
    fixed.push(...fixes.map(({ finding }) => finding));
  }
  return { report, fixed };
}

interface FindingsFix {
  readonly finding: ReportedFinding;
  readonly edits: readonly Edit[];
}

/** Each finding's fix, as far as they keep out of each other's way; the rest waits for a pass. */
function compatibleFixes(findings: readonly ReportedFinding[]): FindingsFix[] {
  const fixes = findings
    .map((finding) => {
      const edits = finding.rewrites.find(({ kind }) => kind === "fix")?.edits ?? [];
      return { finding, edits };
    })
    .filter(({ edits }) => edits.length > 0)
    .sort((a, b) => startOf(a.edits) - startOf(b.edits));
  let end = -1;
  return fixes.filter(({ edits }) => {
    // What lies between a fix's edits counts as its own: two fixes may both add one import.
    if (startOf(edits) <= end) return false;
    end = edits.at(-1)?.range[1] ?? end;
    return true;
  });
}

function startOf(edits: readonly Edit[]): number {
  return edits[0]?.range[0] ?? 0;
}
