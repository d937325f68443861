import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { checkWithProgress } from "./check-workspace.js";

const formats = {
  sarif: { label: "SARIF", extension: "sarif" },
  html: { label: "HTML", extension: "html" },
} as const;

type Format = keyof typeof formats;

/**
 * "Unwind: Export Report": checks the workspace, and writes what is found to a file.
 *
 * @param given The form and the file, for whoever calls the command from a program; a person is
 *   asked.
 */
export async function exportReport(
  client: LanguageClient,
  given: { readonly format?: Format; readonly file?: vscode.Uri } = {},
): Promise<vscode.Uri | undefined> {
  const format = given.format ?? (await chosenFormat());
  if (format === undefined) return undefined;
  const result = await checkWithProgress(client, { format });
  if (result?.document === undefined) return undefined;
  const file = given.file ?? (await chosenFile(format));
  if (file === undefined) return undefined;
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(result.document));
  if (given.file === undefined) void offerToOpen(file);
  return file;
}

async function chosenFormat(): Promise<Format | undefined> {
  const items = Object.entries(formats).map(([format, { label }]) => ({
    label,
    format: format as Format,
  }));
  const placeHolder = vscode.l10n.t("The report's form");
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.format;
}

async function chosenFile(format: Format): Promise<vscode.Uri | undefined> {
  const { label, extension } = formats[format];
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const name = `unwind-report.${extension}`;
  return vscode.window.showSaveDialog({
    filters: { [label]: [extension] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, name) }),
  });
}

async function offerToOpen(file: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t("Open");
  const message = vscode.l10n.t("The report is in {0}.", vscode.workspace.asRelativePath(file));
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await vscode.env.openExternal(file);
  }
}
