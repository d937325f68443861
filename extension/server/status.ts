import type { FileReport } from "eslint-plugin-unwind/session";
import { NotificationType } from "vscode-languageserver/node";

/** What the server tells about a document whenever it has checked it. */
export interface DocumentStatus {
  readonly uri: string;
  /** How long the check took, from the question to the answer. */
  readonly milliseconds: number;
  /** Whether types were asked. */
  readonly typed: boolean;
  readonly findings: number;
  /** Why it was not analysed, or not as well as it should be: one line. */
  readonly problem?: string;
  /** Whether the document was left out, because it is large, generated or no text. */
  readonly skipped: boolean;
}

/** To the client: a document was checked. Clients that do not know it leave it aside. */
export const documentStatus = new NotificationType<DocumentStatus>("unwind/documentStatus");

/** To the client: settings that cannot be used, all of them, or none. */
export const unusableSettings = new NotificationType<{ readonly problems: readonly string[] }>(
  "unwind/unusableSettings",
);

export function statusOf(uri: string, report: FileReport, milliseconds: number): DocumentStatus {
  const { typed, findings, problem } = report;
  return {
    uri,
    milliseconds: Math.round(milliseconds),
    typed,
    findings: findings.length,
    skipped: problem?.kind === "too-large" || problem?.kind === "unreadable",
    ...(problem && { problem: problem.message }),
  };
}
