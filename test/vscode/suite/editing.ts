import assert from "node:assert/strict";
import path from "node:path";

import * as vscode from "vscode";

/** The rule that the test workspace's leaks break. */
export const rule = "no-unmanaged-acquisition";

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension("unwind.unwind-vscode");
  assert.ok(found, "the extension is not there");
  return found;
}

/** The place of a file of the test workspace. */
export function uriOf(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "no folder is open");
  return vscode.Uri.file(path.join(folder.uri.fsPath, name));
}

export async function open(
  name: string,
  options: vscode.TextDocumentShowOptions = {},
): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uriOf(name));
  await vscode.window.showTextDocument(document, options);
  return document;
}

/** Gives up unsaved changes too. */
export async function closeAll(): Promise<void> {
  for (const { document } of vscode.window.visibleTextEditors) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** Our diagnostics of a document, by severity: leaks are errors. */
export function diagnostics(
  document: vscode.TextDocument,
  severity: vscode.DiagnosticSeverity = vscode.DiagnosticSeverity.Error,
): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((each) => each.source === "unwind" && each.severity === severity);
}

/** What ESLint's extension shows for a leak that we report. */
export function byEslint({ range, message }: vscode.Diagnostic): vscode.Diagnostic {
  const same = new vscode.Diagnostic(range, message);
  same.source = "eslint";
  same.code = `unwind/${rule}`;
  return same;
}

/** Milliseconds; below the limit of a test, so that its own message is the one that is shown. */
const patience = 45_000;

/** Waits until so many leaks are reported in the document, and gives them. */
export async function leaks(
  document: vscode.TextDocument,
  count: number,
): Promise<vscode.Diagnostic[]> {
  await until(
    () => diagnostics(document).length === count,
    () => {
      const messages = diagnostics(document).map(({ message }) => message);
      return `${count} leaks in ${document.uri.path}, not ${JSON.stringify(messages)}`;
    },
  );
  return diagnostics(document);
}

/** Waits until the condition holds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  expectation: () => string,
): Promise<void> {
  const end = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > end) assert.fail(`expected ${expectation()}`);
    await pause(50);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The quick fixes at a place, without those that are commands, such as VS Code's own. */
export async function quickFixes(
  document: vscode.TextDocument,
  range: vscode.Range,
): Promise<vscode.CodeAction[]> {
  const kind = vscode.CodeActionKind.QuickFix.value;
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    range,
    kind,
  );
  return actions.filter((action) => action.kind?.value === kind && action.edit !== undefined);
}

/** Replaces the first occurrence of a text. */
export async function replace(
  document: vscode.TextDocument,
  before: string,
  after: string,
): Promise<void> {
  const start = document.getText().indexOf(before);
  assert.ok(start >= 0, `${before} is not in the document`);
  const range = new vscode.Range(
    document.positionAt(start),
    document.positionAt(start + before.length),
  );
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, after);
  assert.ok(await vscode.workspace.applyEdit(edit), "the edit was not applied");
}
