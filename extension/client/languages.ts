import * as vscode from "vscode";

/** The languages that are analysed, as VS Code names them; the manifest activates on the same. */
export const languages: readonly string[] = [
  "typescript",
  "typescriptreact",
  "javascript",
  "javascriptreact",
];

/**
 * Files, unsaved documents, and what a virtual workspace holds; not the left side of a comparison
 * or the past versions that other extensions show, which nobody can mend.
 */
export function documentSelector(): { language: string; scheme: string }[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const schemes = new Set(["file", "untitled", ...folders.map(({ uri }) => uri.scheme)]);
  return [...schemes].flatMap((scheme) => languages.map((language) => ({ language, scheme })));
}
