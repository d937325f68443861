import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { checkProgress, checkWorkspace, type WorkspaceResult } from "./requests.js";

/** "Unwind: Check Workspace": checks every file, also those that are not open. */
export async function runWorkspaceCheck(
  client: LanguageClient,
): Promise<WorkspaceResult | undefined> {
  const result = await checkWithProgress(client, {});
  void tell(result);
  return result;
}

/**
 * Checks every file of the folders that are open, with a notification that tells how far it is and
 * can end it.
 */
export async function checkWithProgress(
  client: LanguageClient,
  question: { readonly format?: "sarif" | "html" },
): Promise<WorkspaceResult | undefined> {
  if (vscode.workspace.workspaceFolders === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no folder to check."));
    return undefined;
  }
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Unwind: checking the workspace"),
      cancellable: true,
    },
    async (progress, token) => {
      let shown = 0;
      const listener = client.onNotification(checkProgress, ({ done, total }) => {
        const percent = total === 0 ? 0 : (done / total) * 100;
        const message = vscode.l10n.t("{0} of {1} files", done, total);
        progress.report({ message, increment: percent - shown });
        shown = percent;
      });
      try {
        return await client.sendRequest(checkWorkspace, question, token);
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      } finally {
        listener.dispose();
      }
    },
  );
}

async function tell(result: WorkspaceResult | undefined): Promise<void> {
  if (result === undefined || result.cancelled) return;
  const { files, findings, filesWithFindings } = result;
  const show = vscode.l10n.t("Show Problems");
  const message =
    findings === 0
      ? vscode.l10n.t("Nothing found in {0} files.", files)
      : vscode.l10n.t("{0} found in {1} of {2} files.", findings, filesWithFindings, files);
  const chosen = await vscode.window.showInformationMessage(
    message,
    ...(findings === 0 ? [] : [show]),
  );
  if (chosen === show) await vscode.commands.executeCommand("workbench.actions.view.problems");
}
