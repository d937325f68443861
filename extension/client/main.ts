import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";

import { EslintFindings } from "./eslint.js";
import { documentSelector } from "./languages.js";
import { onlyForPresentText } from "./present-text.js";
import { showStatus } from "./status.js";

let client: LanguageClient | undefined;

/** Called by VS Code when the first document of a language that we analyse is opened. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("Unwind", { log: true });
  const module = context.asAbsolutePath("extension/dist/server.cjs");
  const server = { module, transport: TransportKind.ipc };
  const eslint = new EslintFindings(() => client);
  client = new LanguageClient(
    "unwind",
    "Unwind",
    { run: server, debug: { ...server, options: { execArgv: ["--nolazy", "--inspect=6019"] } } },
    {
      documentSelector: documentSelector(),
      outputChannel: output,
      diagnosticPullOptions: { onChange: true, onSave: true, onFocus: true },
      middleware: { ...eslint.middleware, ...onlyForPresentText },
    },
  );
  context.subscriptions.push(
    output,
    eslint,
    showStatus(client),
    vscode.commands.registerCommand("unwind.restart", () => client?.restart()),
    vscode.commands.registerCommand("unwind.showLog", () => {
      output.show();
    }),
  );
  await client.start();
}

/** Called by VS Code before it ends the extension host. */
export async function deactivate(): Promise<void> {
  await client?.dispose();
}
