import {
  type Diagnostic,
  DocumentDiagnosticReportKind,
  type FullDocumentDiagnosticReport,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver/node";

import { Superseded } from "./analyser.js";
import { diagnosticsOf } from "./diagnostics.js";
import type { ServerParts } from "./server-parts.js";
import { documentStatus, statusOf } from "./status.js";

/** Answers a client that asks for a document's diagnostics. */
export function pullDiagnostics(
  { connection, snapshots, reports }: ServerParts,
  onAsked: (uri: string) => void,
): void {
  /** Why documents were not analysed as they should be, as it was told last. */
  const told = new Map<string, string>();

  connection.languages.diagnostics.on(async ({ textDocument: { uri } }, token) => {
    onAsked(uri);
    const snapshot = await snapshots.of(uri);
    if (snapshot === undefined) return full([]);
    const start = performance.now();
    try {
      const report = await reports.of(snapshot);
      snapshots.assertPresent(snapshot, token);
      const status = statusOf(uri, report, performance.now() - start);
      void connection.sendNotification(documentStatus, status);
      const { problem = "" } = status;
      if (problem !== "" && told.get(uri) !== problem)
        connection.console.info(`${uri}: ${problem}`);
      told.set(uri, problem);
      return full(report.findings.flatMap((one) => diagnosticsOf(one, snapshot.document)));
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
      const again = { retriggerRequest: true };
      throw new ResponseError(LSPErrorCodes.ServerCancelled, "The document has changed.", again);
    }
  });
}

function full(items: Diagnostic[]): FullDocumentDiagnosticReport {
  return { kind: DocumentDiagnosticReportKind.Full, items };
}
