import {
  type CancellationToken,
  createConnection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ProposedFeatures,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";

import { Analyser, Superseded } from "./analyser.js";
import { codeActionKinds, codeActions } from "./code-actions.js";
import { diagnosticsOf, source } from "./diagnostics.js";
import { Reports } from "./reports.js";
import { SettingsReader } from "./settings.js";

/** A check that takes longer than this, in milliseconds, hangs. Reading a large project counts. */
const timeLimit = 120_000;

/** Files that change what other files mean. */
const watched = "**/{package.json,tsconfig*.json,jsconfig*.json,*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}}";

/** Documents in, diagnostics and code actions out, over the connection that the process was given. */
export function startLanguageServer(): void {
  const connection = createConnection(ProposedFeatures.all);
  const documents = new TextDocuments(TextDocument);
  const settings = new SettingsReader(connection);
  const analysers = [false, true].map(
    (types) => new Analyser({ types, script: __filename, timeLimit }),
  ) as [Analyser, Analyser];
  const [untyped, typed] = analysers;

  let canRefresh = false;
  const refresh = () => {
    if (!canRefresh) return;
    connection.languages.diagnostics.refresh().catch((error: unknown) => {
      connection.console.warn(`Diagnostics were not refreshed: ${String(error)}`);
    });
  };
  const reports = new Reports({
    untyped,
    typed,
    onImproved: refresh,
    log: (message) => {
      connection.console.warn(message);
    },
  });

  let register: (() => Promise<void>) | undefined;
  connection.onInitialize(({ capabilities: { workspace } }) => {
    canRefresh = workspace?.diagnostics?.refreshSupport === true;
    settings.supported = workspace?.configuration === true;
    register = async () => {
      if (workspace?.didChangeConfiguration?.dynamicRegistration === true) {
        await connection.client.register(DidChangeConfigurationNotification.type, {
          section: "unwind",
        });
      }
      if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
        await connection.client.register(DidChangeWatchedFilesNotification.type, {
          watchers: [{ globPattern: watched }],
        });
      }
    };
    return {
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        diagnosticProvider: {
          identifier: source,
          interFileDependencies: true,
          workspaceDiagnostics: false,
        },
        codeActionProvider: { codeActionKinds: [...codeActionKinds] },
      },
      serverInfo: { name: "Unwind" },
    };
  });
  connection.onInitialized(() => {
    register?.().catch((error: unknown) => {
      connection.console.error(`Changes of settings and files go unnoticed: ${String(error)}`);
    });
  });
  connection.onShutdown(async () => {
    await Promise.all(analysers.map((analyser) => analyser.close()));
  });

  connection.onDidChangeConfiguration(() => {
    settings.forget();
    refresh();
  });
  connection.onDidChangeWatchedFiles(() => {
    reports.invalidate();
    refresh();
  });
  documents.onDidChangeContent(() => {
    reports.invalidate();
  });
  documents.onDidClose(({ document }) => {
    reports.delete(document);
    settings.delete(document.uri);
  });

  /** The document's report, or undefined where there is nothing to say about it. */
  async function reportOf(uri: string, token: CancellationToken) {
    const document = documents.get(uri);
    if (document === undefined || !(await settings.of(uri)).enable) return undefined;
    // Editing replaces the text but keeps the object, so what is asked about is kept apart.
    const asked = TextDocument.create(
      uri,
      document.languageId,
      document.version,
      document.getText(),
    );
    const report = await reports.of(asked);
    if (token.isCancellationRequested || documents.get(uri)?.version !== asked.version) {
      throw new Superseded();
    }
    return { document: asked, report };
  }

  connection.languages.diagnostics.on(async ({ textDocument: { uri } }, token) => {
    const found = await reportOf(uri, token).catch((error: unknown) => {
      if (!(error instanceof Superseded)) throw error;
      const again = { retriggerRequest: true };
      throw new ResponseError(LSPErrorCodes.ServerCancelled, "The document has changed.", again);
    });
    if (found?.report.problem !== undefined) {
      connection.console.info(`${uri}: ${found.report.problem.message}`);
    }
    return {
      kind: DocumentDiagnosticReportKind.Full,
      items: found?.report.findings.flatMap((one) => diagnosticsOf(one, found.document)) ?? [],
    };
  });
  connection.onCodeAction(async ({ textDocument: { uri }, range, context }, token) => {
    const { only } = context;
    if (only !== undefined && !only.some((kind) => codeActionKinds.includes(kind))) return [];
    const found = await reportOf(uri, token).catch((error: unknown) => {
      if (!(error instanceof Superseded)) throw error;
      throw new ResponseError(LSPErrorCodes.ContentModified, "The document has changed.");
    });
    return found && codeActions(found.report, found.document, range, context.diagnostics);
  });

  documents.listen(connection);
  connection.listen();
}
