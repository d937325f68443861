import assert from "node:assert/strict";

import * as vscode from "vscode";

import { closeAll, leaks, open, replace, until, uriOf } from "./editing.js";

const ours = (uri: vscode.Uri) =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(
      ({ source, severity }) => source === "unwind" && severity === vscode.DiagnosticSeverity.Error,
    );

describe("commands", () => {
  afterEach(closeAll);

  it("check the whole workspace, and show what is in files that are not open", async () => {
    await open("typed/src/sound.ts");
    const closed = uriOf("typed/src/two-leaks.ts");
    assert.deepEqual(ours(closed), []);
    const result = await vscode.commands.executeCommand<{ findings: number; cancelled: boolean }>(
      "unwind.checkWorkspace",
    );
    assert.equal(result.cancelled, false);
    assert.equal(result.findings, 6);
    await until(
      () => ours(closed).length === 2,
      () => "two leaks in a file that is not open",
    );
    // Once it is open, each is shown once.
    const document = await open("typed/src/two-leaks.ts");
    await leaks(document, 2);
    await replace(document, "await second.stat()", "await second.stat( )");
    await leaks(document, 2);
  });

  it("mark the steps of a leak's path, until they are told to stop", async () => {
    const document = await open("typed/src/first-line.ts");
    await leaks(document, 1);
    const show = () => vscode.commands.executeCommand<number>("unwind.showLeakPath");
    assert.equal(await show(), 3);
    assert.equal(await show(), 0, "the second time it hides them");
    assert.equal(await show(), 3);
    await replace(document, "The size", "The very size");
    await until(
      async () => (await show()) === 3,
      () => "the steps again, as an edit had taken them away",
    );
  });
});
