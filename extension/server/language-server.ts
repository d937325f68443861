import path from "node:path";

import {
  createConnection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ProposedFeatures,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";

import { analysedPath } from "./analysed-path.js";
import { Analyser } from "./analyser.js";
import { capabilities } from "./capabilities.js";
import { CodeActionFeature } from "./code-action-feature.js";
import { pullDiagnostics } from "./diagnostics-feature.js";
import { Folders } from "./folders.js";
import { Reports } from "./reports.js";
import { tellReleases } from "./scopes-feature.js";
import type { ServerParts } from "./server-parts.js";
import { SettingsReader } from "./settings.js";
import { Snapshots } from "./snapshots.js";
import { unusableSettings } from "./status.js";
import { WorkspaceCheck } from "./workspace-check.js";

/** What the threads run that do the analysis. */
const script = path.join(__dirname, "analysis.cjs");

/** A check that takes longer than this, in milliseconds, hangs. Reading a large project counts. */
const timeLimit = 120_000;

/** Milliseconds for which what answers without types stays at hand. */
const idleLimit = 5_000;

/** Files that change what other files mean. */
const watched = "**/{package.json,tsconfig*.json,jsconfig*.json,*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}}";

/** Documents in, diagnostics and code actions out, over the connection that the process was given. */
export function startLanguageServer(): void {
  const connection = createConnection(ProposedFeatures.all);
  const documents = new TextDocuments(TextDocument);
  const settings = new SettingsReader(connection);
  const folders = new Folders();
  const snapshots = new Snapshots(documents, settings, folders);

  const unusable = new Set<string>();
  const tellUnusable = () => {
    void connection.sendNotification(unusableSettings, { problems: [...unusable] });
  };
  const options = {
    script,
    timeLimit,
    onUnusable(problem: string) {
      if (unusable.has(problem)) return;
      unusable.add(problem);
      connection.console.warn(problem);
      tellUnusable();
    },
  };
  const untyped = new Analyser({ ...options, types: false, idleLimit });
  const typed = new Analyser({
    ...options,
    types: true,
    onOutdated() {
      reports.invalidate();
      refresh();
    },
  });

  const can = { refreshDiagnostics: false, refreshHints: false };
  const refresh = () => {
    const failed = (error: unknown) => {
      connection.console.warn(`The client did not ask again: ${String(error)}`);
    };
    if (can.refreshDiagnostics) connection.languages.diagnostics.refresh().catch(failed);
    if (can.refreshHints) connection.languages.inlayHint.refresh().catch(failed);
  };
  const reports = new Reports({
    untyped,
    typed,
    onImproved: refresh,
    log: (message) => {
      connection.console.warn(message);
    },
  });

  const parts: ServerParts = { connection, snapshots, settings, folders, reports, untyped, typed };
  const actions = new CodeActionFeature(parts);
  const workspaceCheck = new WorkspaceCheck(parts, script, () =>
    can.refreshDiagnostics ? refresh : undefined,
  );
  pullDiagnostics(parts, (uri) => {
    workspaceCheck.asked(uri);
  });
  tellReleases(parts);

  let register: (() => Promise<void>) | undefined;
  connection.onInitialize(({ capabilities: { workspace, textDocument }, workspaceFolders }) => {
    can.refreshDiagnostics = workspace?.diagnostics?.refreshSupport === true;
    can.refreshHints = workspace?.inlayHint?.refreshSupport === true;
    settings.supported = workspace?.configuration === true;
    const { resolveSupport, disabledSupport } = textDocument?.codeAction ?? {};
    actions.canResolve = resolveSupport?.properties.includes("edit") === true;
    actions.canShowDisabled = disabledSupport === true;
    folders.add((workspaceFolders ?? []).map(({ uri }) => uri));
    register = async () => {
      if (workspace?.workspaceFolders === true) {
        connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
          folders.add(added.map(({ uri }) => uri));
          folders.remove(removed.map(({ uri }) => uri));
          for (const { uri } of removed) {
            untyped.release(uri);
            typed.release(uri);
            workspaceCheck.release(uri);
          }
          settings.forget();
          reports.invalidate();
          refresh();
        });
      }
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
    return { capabilities, serverInfo: { name: "Unwind" } };
  });
  connection.onInitialized(() => {
    register?.().catch((error: unknown) => {
      connection.console.error(`Changes of settings and files go unnoticed: ${String(error)}`);
    });
  });
  connection.onShutdown(async () => {
    await Promise.all([untyped.close(), typed.close(), workspaceCheck.close()]);
  });

  connection.onDidChangeConfiguration(() => {
    settings.forget();
    if (unusable.size > 0) {
      unusable.clear();
      tellUnusable();
    }
    refresh();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    untyped.refresh();
    typed.refresh();
    reports.invalidate();
    for (const { uri } of changes) workspaceCheck.changed(uri);
    refresh();
  });
  documents.onDidChangeContent(() => {
    reports.invalidate();
  });
  documents.onDidClose(({ document }) => {
    reports.delete(document.uri, analysedPath(document));
    settings.delete(document.uri);
    workspaceCheck.closed(document.uri);
  });

  documents.listen(connection);
  connection.listen();
}
