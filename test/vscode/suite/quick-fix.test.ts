import assert from "node:assert/strict";

import * as vscode from "vscode";

import { closeAll, quickFixes, diagnostics, open, pause, until, uriOf, leaks } from "./editing.js";

describe("quick fixes", () => {
  afterEach(closeAll);

  it("are the rewrites, and the proven one is preferred", async () => {
    const document = await open("typed/src/size-of.ts");
    const [action] = await proven(document);
    assert.equal(action.kind?.value, "quickfix");
    assert.match(action.title, /`await using`/);
    assert.equal(action.isPreferred, true);
    const touched = action.edit?.entries().map(([uri]) => uri.toString());
    assert.deepEqual(touched, [document.uri.toString()]);
  });

  it("mend a leak, after which there is no diagnostic", async () => {
    const document = await open("typed/src/size-of.ts");
    const before = document.getText();
    const [action] = await proven(document);
    await apply(action);
    assert.equal(
      document.getText(),
      before.replace("const handle = await open", "await using handle = await open"),
    );
    await leaks(document, 0);
    await pause(1_500);
    assert.deepEqual(diagnostics(document), []);
  });

  it("take away a release that becomes redundant", async () => {
    const document = await open("typed/src/append-line.ts");
    const before = document.getText();
    const [action] = await proven(document);
    await apply(action);
    assert.equal(
      document.getText(),
      before
        .replace("const handle = await open", "await using handle = await open")
        .replace("  await handle.close();\n", ""),
    );
    await leaks(document, 0);
  });

  it("depend on what package.json declares, and follow it when it changes", async () => {
    const document = await open("typed/src/size-of.ts");
    const [, warning] = await proven(document);
    const manifest = uriOf("typed/package.json");
    const declared = await vscode.workspace.fs.readFile(manifest);
    const older = Buffer.from(declared).toString("utf8").replace(">=24", ">=18");
    await vscode.workspace.fs.writeFile(manifest, Buffer.from(older));
    try {
      // Node 18 has no `Symbol.asyncDispose` on file handles, so `await using` alone would throw.
      await until(
        async () =>
          (await quickFixes(document, warning.range)).every(
            ({ title, isPreferred }) => isPreferred !== true || !title.startsWith("Manage"),
          ),
        () => "no proven `await using`",
      );
    } finally {
      await vscode.workspace.fs.writeFile(manifest, declared);
    }
    await proven(document);
  });

  it("are not offered where nothing leaks", async () => {
    const document = await open("typed/src/size-of.ts");
    await leaks(document, 1);
    const signature = document.lineAt(3).range;
    assert.deepEqual(await quickFixes(document, signature), []);
  });
});

/** The preferred rewrite of the document's one leak. */
async function proven(
  document: vscode.TextDocument,
): Promise<[action: vscode.CodeAction, mended: vscode.Diagnostic]> {
  const [warning] = await leaks(document, 1);
  assert.ok(warning);
  let found: vscode.CodeAction | undefined;
  let offered: string[] = [];
  // VS Code cancels the request while its own TypeScript extension starts, and without types
  // nothing is proven.
  await until(
    async () => {
      const actions = await quickFixes(document, warning.range);
      offered = actions.map(({ title }) => title);
      found = actions.find(({ isPreferred }) => isPreferred === true);
      return found !== undefined;
    },
    () => `a preferred quick fix among ${JSON.stringify(offered)}`,
  );
  assert.ok(found);
  return [found, warning];
}

async function apply({ edit }: vscode.CodeAction): Promise<void> {
  assert.ok(edit, "the action has no edit");
  assert.ok(await vscode.workspace.applyEdit(edit), "the edit was not applied");
}
