import * as vscode from "vscode";

/** Marks the steps of a leak in the editor, until the text changes or the command is given again. */
export class LeakPath implements vscode.Disposable {
  readonly #step = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor("editor.wordHighlightStrongBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.warningForeground"),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
    after: {
      color: new vscode.ThemeColor("editorCodeLens.foreground"),
      margin: "0 0 0 2em",
      fontStyle: "italic",
    },
  });
  #shown: vscode.TextEditor | undefined;
  readonly #listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (document === this.#shown?.document && contentChanges.length > 0) this.clear();
  });

  /** How many steps are marked. */
  show(): number {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return 0;
    if (this.#shown === editor) {
      this.clear();
      return 0;
    }
    this.clear();
    const steps = nearest(editor)?.relatedInformation ?? [];
    const own = steps.filter(
      ({ location }) => location.uri.toString() === editor.document.uri.toString(),
    );
    if (own.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("There is no leak with a path at the cursor or below it."),
      );
      return 0;
    }
    editor.setDecorations(
      this.#step,
      own.map(({ location, message }) => ({
        range: location.range,
        hoverMessage: message,
        renderOptions: { after: { contentText: message } },
      })),
    );
    this.#shown = editor;
    const [first] = own;
    if (first !== undefined) editor.revealRange(first.location.range);
    return own.length;
  }

  clear(): void {
    this.#shown?.setDecorations(this.#step, []);
    this.#shown = undefined;
  }

  dispose(): void {
    this.#listener.dispose();
    this.#step.dispose();
  }
}

/** The finding with a path at the cursor's line, or the next one below it, or the first. */
function nearest({ document, selection }: vscode.TextEditor): vscode.Diagnostic | undefined {
  const found = vscode.languages
    .getDiagnostics(document.uri)
    .filter(
      ({ source, severity, relatedInformation = [] }) =>
        source === "unwind" &&
        severity !== vscode.DiagnosticSeverity.Hint &&
        relatedInformation.length > 0,
    )
    .sort((a, b) => a.range.start.compareTo(b.range.start));
  return found.find(({ range }) => range.end.line >= selection.active.line) ?? found[0];
}
