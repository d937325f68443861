import * as vscode from "vscode";

import { closeAll, diagnostics, open, replace, until, leaks } from "./editing.js";

describe("language server", () => {
  afterEach(closeAll);

  it("is restarted by a command, and then reports again", async () => {
    const document = await open("typed/src/size-of.ts");
    await leaks(document, 1);
    let withdrawn = false;
    const watching = vscode.languages.onDidChangeDiagnostics(() => {
      withdrawn ||= diagnostics(document).length === 0;
    });
    try {
      await vscode.commands.executeCommand("unwind.restart");
      await until(
        () => withdrawn,
        () => "the stopped server's diagnostics to be withdrawn",
      );
    } finally {
      watching.dispose();
    }
    await leaks(document, 1);
    // What was open before the restart is followed as well as what is opened later.
    await replace(document, "return size;", "await handle.close();\n  return size;");
    await until(
      () => / is not released if line \d+ throws/.test(diagnostics(document)[0]?.message ?? ""),
      () => "another message, now that only one path leaks",
    );
  });

  it("is silent while the setting `unwind.enable` is off", async () => {
    const document = await open("typed/src/size-of.ts");
    await leaks(document, 1);
    const settings = vscode.workspace.getConfiguration("unwind");
    try {
      await settings.update("enable", false, vscode.ConfigurationTarget.Workspace);
      await leaks(document, 0);
    } finally {
      await settings.update("enable", undefined, vscode.ConfigurationTarget.Workspace);
    }
    await leaks(document, 1);
  });
});
