import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

import * as vscode from "vscode";

import { closeAll, leaks, open, quickFixes, replace, until, uriOf } from "./editing.js";

const name = "typed/src/two-leaks.ts";

describe("code actions", () => {
  afterEach(closeAll);

  it("apply all proven fixes when a file is saved", async () => {
    const file = uriOf(name).fsPath;
    const before = await readFile(file, "utf8");
    const settings = vscode.workspace.getConfiguration("editor");
    const { Workspace } = vscode.ConfigurationTarget;
    try {
      await settings.update("codeActionsOnSave", { "source.fixAll.unwind": "always" }, Workspace);
      const document = await open(name);
      await leaks(document, 2);
      await replace(document, "two files", "both files");
      await until(
        async () => {
          await document.save();
          return (await readFile(file, "utf8")).includes("await using second");
        },
        () => `\`await using\` in the saved ${name}`,
      );
      assert.equal(
        document.getText(),
        before
          .replace("two files", "both files")
          .replace("const first", "await using first")
          .replace("const second", "await using second"),
      );
      await leaks(document, 0);
    } finally {
      await settings.update("codeActionsOnSave", undefined, Workspace);
      await closeAll();
      await writeFile(file, before);
    }
  });

  it("disable the rule for a line, in ESLint's own words", async () => {
    const document = await open(name);
    const [first] = await leaks(document, 2);
    assert.ok(first);
    const action = await offered(document, first.range, /^Disable .* for this line$/);
    assert.ok(action.edit && (await vscode.workspace.applyEdit(action.edit)));
    assert.equal(
      document.lineAt(first.range.start.line).text,
      "  // eslint-disable-next-line unwind/no-unmanaged-acquisition",
    );
    await leaks(document, 1);
  });

  it("collect what is acquired into an exit stack, without a finding", async () => {
    const document = await open("typed/src/sound.ts");
    const at = document.positionAt(document.getText().indexOf("handle ="));
    let found: vscode.CodeAction | undefined;
    await until(
      async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          document.uri,
          new vscode.Range(at, at),
          vscode.CodeActionKind.RefactorRewrite.value,
        );
        found = actions.find(({ title }) => title.includes("`AsyncExitStack`"));
        return found !== undefined;
      },
      () => "a refactoring to an `AsyncExitStack`",
    );
    assert.ok(found?.edit && (await vscode.workspace.applyEdit(found.edit)));
    assert.match(document.getText(), /await using stack = new AsyncExitStack\(\);/);
  });
});

async function offered(
  document: vscode.TextDocument,
  range: vscode.Range,
  title: RegExp,
): Promise<vscode.CodeAction> {
  let found: vscode.CodeAction | undefined;
  await until(
    async () => {
      found = (await quickFixes(document, range)).find((action) => title.test(action.title));
      return found !== undefined;
    },
    () => `an action ${String(title)}`,
  );
  assert.ok(found);
  return found;
}
