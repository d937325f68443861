import path from "node:path";
import { fileURLToPath } from "node:url";

import type { TextDocument } from "vscode-languageserver-textdocument";

const extensions: Readonly<Record<string, string>> = {
  typescript: ".ts",
  typescriptreact: ".tsx",
  javascript: ".js",
  javascriptreact: ".jsx",
};

/** Whether the document is a file that TypeScript can find, with a project around it. */
export function isOnDisk(uri: string): boolean {
  return uri.startsWith("file:");
}

/**
 * The path under which a document is analysed. One that is not on disk gets a path in a folder
 * that does not exist, with the extension that its language asks for.
 */
export function analysedPath({ uri, languageId }: TextDocument): string {
  if (isOnDisk(uri)) return fileURLToPath(uri);
  const name = path.posix.basename(decodeURIComponent(new URL(uri).pathname)) || "untitled";
  const extension = extensions[languageId] ?? ".ts";
  const suffix = /\.[cm]?[jt]sx?$/.test(name) ? "" : extension;
  return path.resolve("/", "not-on-disk", encodeURIComponent(uri), `${name}${suffix}`);
}
