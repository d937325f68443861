import type { FileReport, Finding, Rewrite } from "eslint-plugin-unwind/session";
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Range,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";

import { rangeOf, source, touches } from "./diagnostics.js";

/** The kinds of action that the server offers. */
export const codeActionKinds: readonly string[] = [CodeActionKind.QuickFix];

/**
 * The rewrites of the findings that the range touches.
 *
 * @param report Of exactly the document's present text: its edits are offsets into it.
 */
export function codeActions(
  report: FileReport,
  document: TextDocument,
  range: Range,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  return report.findings
    .filter((finding) => touches(rangeOf(finding.place, document), range))
    .flatMap((finding) => {
      const mended = diagnostics.filter((diagnostic) => shows(diagnostic, finding, document));
      return finding.rewrites.map((rewrite): CodeAction => ({
        title: rewrite.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: mended,
        isPreferred: rewrite.kind === "fix",
        edit: workspaceEdit(rewrite, document),
      }));
    });
}

/** An edit of this version of the document and of no other. */
function workspaceEdit(rewrite: Rewrite, document: TextDocument): WorkspaceEdit {
  const edits = rewrite.edits.map(({ range, text }) => ({
    range: rangeOf({ range }, document),
    newText: text,
  }));
  const { uri, version } = document;
  return { documentChanges: [{ textDocument: { uri, version }, edits }] };
}

function shows(diagnostic: Diagnostic, finding: Finding, document: TextDocument): boolean {
  const { start } = rangeOf(finding.place, document);
  return (
    diagnostic.source === source &&
    diagnostic.code === finding.rule &&
    diagnostic.severity === DiagnosticSeverity.Warning &&
    diagnostic.range.start.line === start.line &&
    diagnostic.range.start.character === start.character
  );
}
