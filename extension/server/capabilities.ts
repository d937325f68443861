import { type ServerCapabilities, TextDocumentSyncKind } from "vscode-languageserver/node";

import { codeActionKinds } from "./code-actions.js";
import { source } from "./diagnostics.js";

/** What the server tells a client that it can do. */
export const capabilities: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  diagnosticProvider: {
    identifier: source,
    interFileDependencies: true,
    workspaceDiagnostics: false,
  },
  codeActionProvider: { codeActionKinds: [...codeActionKinds], resolveProvider: true },
  hoverProvider: true,
  inlayHintProvider: true,
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};
