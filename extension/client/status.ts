import * as vscode from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";

import { documentSelector } from "./languages.js";

/** Shows in the language status whether the server runs, with the command that restarts it. */
export function showStatus(client: LanguageClient): vscode.Disposable {
  const status = vscode.languages.createLanguageStatusItem("unwind.status", documentSelector());
  status.name = "Unwind";
  status.text = "Unwind";
  const show = (state: State) => {
    const stopped = state === State.Stopped || state === State.StartFailed;
    status.busy = state === State.Starting;
    status.severity = stopped
      ? vscode.LanguageStatusSeverity.Error
      : vscode.LanguageStatusSeverity.Information;
    status.detail = stopped ? "The language server is not running" : "Resource leaks";
    status.command = stopped
      ? { title: "Restart", command: "unwind.restart" }
      : { title: "Show Log", command: "unwind.showLog" };
  };
  show(client.state);
  const listener = client.onDidChangeState(({ newState }) => {
    show(newState);
  });
  return vscode.Disposable.from(status, listener);
}
