import type { Edit, FileReport, Finding } from "eslint-plugin-unwind/session";
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";

import { rangeOf, source, touches } from "./diagnostics.js";
import type { CheckedText } from "./messages.js";
import { workspaceEdit } from "./workspace-edit.js";

/** The findings that a range touches. */
export function findingsAt(
  { findings }: FileReport,
  document: TextDocument,
  range: Range,
): readonly Finding[] {
  return findings.filter((finding) => touches(rangeOf(finding.place, document), range));
}

/**
 * The rewrites of findings.
 *
 * @param document Of exactly the text in which they were found: their edits are offsets into it.
 */
export function quickFixes(
  findings: readonly Finding[],
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  return findings.flatMap((finding) =>
    finding.rewrites.map((rewrite): CodeAction => ({
      title: rewrite.title,
      kind: CodeActionKind.QuickFix,
      diagnostics: shownAs(finding, document, diagnostics),
      isPreferred: rewrite.kind === "fix",
      edit: workspaceEdit(rewrite.edits, document),
    })),
  );
}

/** An action that cannot be taken, for each finding whose rewrites are withheld: it says why. */
export function withheldFixes(
  findings: readonly Finding[],
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  return findings.flatMap((finding): CodeAction[] =>
    finding.withheld === undefined
      ? []
      : [
          {
            title: "Rewrite this",
            kind: CodeActionKind.QuickFix,
            diagnostics: shownAs(finding, document, diagnostics),
            disabled: { reason: `This file is not rewritten: ${finding.withheld.reason}` },
          },
        ],
  );
}

/** What is needed to work out an action's edit when a person chooses it. */
export interface FixAllData {
  readonly uri: string;
  readonly version: number;
  readonly rule: string;
}

/** For each rule of the findings that has more than one fix in the file: all of them at once. */
export function fixAllOfRule(
  findings: readonly Finding[],
  report: FileReport,
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const { uri, version } = document;
  const rules = new Map(findings.map((finding) => [finding.rule, finding]));
  return [...rules].flatMap(([rule, finding]): CodeAction[] => {
    const fixable = report.findings.filter(
      (each) => each.rule === rule && each.rewrites.some(({ kind }) => kind === "fix"),
    );
    if (fixable.length < 2) return [];
    const data: FixAllData = { uri, version, rule };
    return [
      {
        title: `Fix all ${fixable.length} proven \`${rule}\` findings in this file`,
        kind: CodeActionKind.QuickFix,
        diagnostics: shownAs(finding, document, diagnostics),
        data,
      },
    ];
  });
}

/** Comments of ESLint's that disable the rules of findings. */
export function disablings(
  findings: readonly Finding[],
  report: CheckedText,
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const action = (finding: Finding, where: string, edit: Edit | undefined): CodeAction[] =>
    edit === undefined
      ? []
      : [
          {
            title: `Disable \`unwind/${finding.rule}\` for ${where}`,
            kind: CodeActionKind.QuickFix,
            diagnostics: shownAs(finding, document, diagnostics),
            edit: workspaceEdit([edit], document),
          },
        ];
  const pairs = findings.flatMap((finding) => {
    const comment = report.disablings[report.findings.indexOf(finding)];
    return comment === undefined ? [] : [{ finding, comment }];
  });
  return [
    ...pairs.flatMap(({ finding, comment }) => action(finding, "this line", comment.line)),
    ...pairs.flatMap(({ finding, comment }) => action(finding, "the whole file", comment.file)),
  ];
}

function shownAs(
  finding: Finding,
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
): Diagnostic[] {
  const { start } = rangeOf(finding.place, document);
  return diagnostics.filter(
    (diagnostic) =>
      diagnostic.source === source &&
      diagnostic.code === finding.rule &&
      diagnostic.message === finding.message &&
      diagnostic.range.start.line === start.line &&
      diagnostic.range.start.character === start.character,
  );
}
