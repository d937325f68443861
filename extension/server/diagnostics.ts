import type { Finding, Place } from "eslint-plugin-unwind/session";
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type Range,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";

/** The `source` of our diagnostics. */
export const source = "unwind";

const rulePages = "https://github.com/unwind-ts/unwind/blob/main/eslint-plugin/docs/rules";

const severities = { error: DiagnosticSeverity.Error, warn: DiagnosticSeverity.Warning } as const;

/**
 * A finding as the editor shows it: an error or a warning with its path as numbered related places, and at each
 * step of the path a hint that leads back to it.
 */
export function diagnosticsOf(finding: Finding, document: TextDocument): Diagnostic[] {
  const range = rangeOf(finding.place, document);
  const steps = finding.path.map((step, index): DiagnosticRelatedInformation => ({
    location: { uri: document.uri, range: rangeOf(step.place, document) },
    message: `${index + 1}. ${step.message}`,
  }));
  const rule = {
    source,
    code: finding.rule,
    codeDescription: { href: `${rulePages}/${finding.rule}.md` },
  };
  const main: Diagnostic = {
    ...rule,
    range,
    severity: severities[finding.severity],
    message: finding.message,
    relatedInformation: steps,
  };
  const hints = steps
    .filter((step) => !sameRange(step.location.range, range))
    .map((step): Diagnostic => ({
      ...rule,
      range: step.location.range,
      severity: DiagnosticSeverity.Hint,
      message: step.message,
      relatedInformation: [{ location: { uri: document.uri, range }, message: finding.message }],
    }));
  return [main, ...hints];
}

/** By offsets, because ESTree counts more characters as line ends than the protocol does. */
export function rangeOf(place: Pick<Place, "range">, document: TextDocument): Range {
  const [start, end] = place.range;
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

function sameRange(a: Range, b: Range): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

/** Whether the two touch; an empty range at the edge of the other does. */
export function touches(a: Range, b: Range): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: Range["start"], b: Range["start"]): number {
  return a.line - b.line || a.character - b.character;
}
