import * as vscode from "vscode";
import type { LanguageClient, Middleware } from "vscode-languageclient/node";

/** Leaves out the diagnostics that ESLint's own extension shows for the same rule and line. */
export class EslintFindings implements vscode.Disposable {
  readonly middleware: Pick<Middleware, "provideDiagnostics">;
  /** What ESLint had reported when a document's diagnostics were last asked for. */
  readonly #seen = new Map<string, string>();
  readonly #listeners: vscode.Disposable;

  constructor(client: () => LanguageClient | undefined) {
    this.middleware = {
      provideDiagnostics: async (document, previousResultId, token, next) => {
        const uri = document instanceof vscode.Uri ? document : document.uri;
        const answer = await next(document, previousResultId, token);
        const reported = reportedByEslint(uri);
        this.#seen.set(uri.toString(), fingerprint(reported));
        if (answer === null || answer === undefined || !("items" in answer)) return answer;
        return { ...answer, items: answer.items.filter((item) => !reported.has(keyOf(item))) };
      },
    };
    // ESLint may be slower than we: ask again when what it says about our rules has changed.
    const changes = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (!uris.some((uri) => this.#changed(uri))) return;
      client()?.getFeature("textDocument/diagnostic").refresh();
    });
    const closings = vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      this.#seen.delete(uri.toString());
    });
    this.#listeners = vscode.Disposable.from(changes, closings);
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  #changed(uri: vscode.Uri): boolean {
    const before = this.#seen.get(uri.toString());
    return before !== undefined && before !== fingerprint(reportedByEslint(uri));
  }
}

const prefix = "unwind/";

/** The rules and lines of our findings that ESLint shows. */
function reportedByEslint(uri: vscode.Uri): ReadonlySet<string> {
  return new Set(
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ source, code }) => source === "eslint" && codeOf(code).startsWith(prefix))
      .map(keyOf),
  );
}

function fingerprint(reported: ReadonlySet<string>): string {
  return [...reported].sort().join();
}

/** The same for our diagnostic and for ESLint's of the same rule and line. */
function keyOf({ code, range }: vscode.Diagnostic): string {
  const rule = codeOf(code);
  return `${rule.startsWith(prefix) ? rule.slice(prefix.length) : rule}:${range.start.line}`;
}

function codeOf(code: vscode.Diagnostic["code"]): string {
  return String(typeof code === "object" ? code.value : (code ?? ""));
}
