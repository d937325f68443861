import * as vscode from "vscode";
import { DiagnosticPullMode, LanguageClient, TransportKind } from "vscode-languageclient/node";

import { runWorkspaceCheck } from "./check-workspace.js";
import { EslintFindings } from "./eslint.js";
import { exportReport } from "./export-report.js";
import { documentSelector } from "./languages.js";
import { LeakPath } from "./leak-path.js";
import { onlyForPresentText } from "./present-text.js";
import { RestartingErrorHandler, restart } from "./server-lifetime.js";
import { showStatus } from "./status.js";

let client: LanguageClient | undefined;

/** Called by VS Code when the first document of a language that we analyse is opened. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("Unwind", { log: true });
  const module = context.asAbsolutePath("extension/dist/server.cjs");
  const server = { module, transport: TransportKind.ipc };
  const eslint = new EslintFindings(() => client);
  const leakPath = new LeakPath();
  const errorHandler = new RestartingErrorHandler(() => started);
  const started: LanguageClient = new LanguageClient(
    "unwind",
    "Unwind",
    { run: server, debug: { ...server, options: { execArgv: ["--nolazy", "--inspect=6019"] } } },
    {
      documentSelector: documentSelector(),
      outputChannel: output,
      diagnosticPullOptions: {
        onChange: true,
        onSave: true,
        onFocus: true,
        filter: ({ uri }, mode) => mode === DiagnosticPullMode.onType && waitsForSaving(uri),
      },
      errorHandler,
      middleware: { ...eslint.middleware, ...onlyForPresentText },
    },
  );
  client = started;
  context.subscriptions.push(
    output,
    eslint,
    leakPath,
    showStatus(started),
    vscode.commands.registerCommand("unwind.checkWorkspace", () => runWorkspaceCheck(started)),
    vscode.commands.registerCommand(
      "unwind.exportReport",
      (given?: Parameters<typeof exportReport>[1]) => exportReport(started, given),
    ),
    vscode.commands.registerCommand("unwind.showLeakPath", () => leakPath.show()),
    vscode.commands.registerCommand("unwind.restart", () => restart(started, errorHandler)),
    vscode.commands.registerCommand("unwind.showLog", () => {
      output.show();
    }),
  );
  // Where the server cannot be started, the client has said so, and the status offers to try again.
  await started.start().catch(() => undefined);
}

/** Called by VS Code before it ends the extension host. */
export async function deactivate(): Promise<void> {
  await client?.dispose();
}

function waitsForSaving(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration("unwind", uri).get("run") === "onSave";
}
