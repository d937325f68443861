import type { Edit } from "eslint-plugin-unwind/session";
import type { WorkspaceEdit } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";

import { rangeOf } from "./diagnostics.js";

/** An edit of this version of the document and of no other. */
export function workspaceEdit(edits: readonly Edit[], document: TextDocument): WorkspaceEdit {
  const { uri, version } = document;
  return {
    documentChanges: [
      {
        textDocument: { uri, version },
        edits: edits.map(({ range, text }) => ({
          range: rangeOf({ range }, document),
          newText: text,
        })),
      },
    ],
  };
}
