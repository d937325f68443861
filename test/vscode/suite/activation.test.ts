import assert from "node:assert/strict";

import * as vscode from "vscode";

import { closeAll, extension, open, pause, until } from "./editing.js";

// This file comes first in the alphabet, because nothing can undo an activation.
describe("activation", () => {
  afterEach(closeAll);

  it("is asked for by TypeScript and JavaScript, with and without JSX, and nothing else", () => {
    const { activationEvents } = extension().packageJSON as { activationEvents: string[] };
    assert.deepEqual(activationEvents, [
      "onLanguage:typescript",
      "onLanguage:typescriptreact",
      "onLanguage:javascript",
      "onLanguage:javascriptreact",
    ]);
  });

  it("does not come from other languages", async () => {
    await open("plain/notes.md");
    await open("plain/data.json");
    await vscode.workspace.openTextDocument({ language: "python", content: "open('a')\n" });
    await pause(2_000);
    assert.equal(extension().isActive, false);
  });

  it("comes from a TypeScript document", async () => {
    assert.equal(extension().isActive, false);
    await open("typed/src/sound.ts");
    await until(
      () => extension().isActive,
      () => "the extension to be active",
    );
  });
});
