import * as vscode from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";

import { documentSelector } from "./languages.js";
import { type DocumentStatus, documentStatus, unusableSettings } from "./requests.js";

/**
 * Shows in the language status whether the server runs, what it made of the document in sight and
 * how long it took, with the command that helps.
 */
export function showStatus(client: LanguageClient): vscode.Disposable {
  const status = vscode.languages.createLanguageStatusItem("unwind.status", documentSelector());
  status.name = "Unwind";
  const documents = new Map<string, DocumentStatus>();
  let problems: readonly string[] = [];

  const show = () => {
    const { state } = client;
    const stopped = state === State.Stopped || state === State.StartFailed;
    const uri = vscode.window.activeTextEditor?.document.uri.toString() ?? "";
    const document = documents.get(uri);
    status.busy = state === State.Starting;
    status.text = textOf(document);
    status.severity = stopped
      ? vscode.LanguageStatusSeverity.Error
      : problems.length > 0 || document?.skipped === true
        ? vscode.LanguageStatusSeverity.Warning
        : vscode.LanguageStatusSeverity.Information;
    status.detail = stopped
      ? vscode.l10n.t("The language server is not running")
      : (problems[0] ?? detailOf(document));
    status.command = stopped
      ? { title: vscode.l10n.t("Restart"), command: "unwind.restart" }
      : { title: vscode.l10n.t("Show Log"), command: "unwind.showLog" };
  };
  show();
  return vscode.Disposable.from(
    status,
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) documents.clear();
      show();
    }),
    client.onNotification(documentStatus, (one) => {
      documents.set(vscode.Uri.parse(one.uri).toString(), one);
      show();
    }),
    client.onNotification(unusableSettings, (told) => {
      problems = told.problems;
      show();
    }),
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      documents.delete(uri.toString());
    }),
  );
}

function textOf(document: DocumentStatus | undefined): string {
  if (document === undefined) return "Unwind";
  if (document.skipped) return vscode.l10n.t("Unwind: skipped");
  return document.findings === 0 ? "Unwind" : vscode.l10n.t("Unwind: {0} found", document.findings);
}

function detailOf(document: DocumentStatus | undefined): string {
  if (document === undefined) return vscode.l10n.t("Resource leaks");
  if (document.problem !== undefined) return document.problem;
  const { milliseconds, typed } = document;
  return typed
    ? vscode.l10n.t("Checked with types in {0} ms", milliseconds)
    : vscode.l10n.t("Checked without types in {0} ms", milliseconds);
}
