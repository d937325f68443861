import assert from "node:assert/strict";

import * as vscode from "vscode";

import {
  byEslint,
  closeAll,
  diagnostics,
  leaks,
  open,
  pause,
  replace,
  rule,
  until,
} from "./editing.js";

describe("diagnostics", () => {
  afterEach(closeAll);

  it("say what leaks, where, and by which rule", async () => {
    const document = await open("typed/src/size-of.ts");
    const [warning] = await leaks(document, 1);
    assert.ok(warning);
    assert.equal(
      warning.message,
      "`handle` (file handle) is never released: the function leaves at line 7.",
    );
    assert.equal(document.getText(warning.range), "open");
    assert.deepEqual(warning.range, new vscode.Range(4, 23, 4, 27), "line 5, the called name");
    assert.deepEqual(
      warning.code,
      {
        value: rule,
        target: vscode.Uri.parse(
          `https://github.com/unwind-ts/unwind/blob/main/eslint-plugin/docs/rules/${rule}.md`,
        ),
      },
      "the rule, with a link to its page",
    );
  });

  it("show the path as numbered places", async () => {
    const document = await open("typed/src/first-line.ts");
    const [warning] = await leaks(document, 1);
    assert.ok(warning);
    const steps = warning.relatedInformation ?? [];
    assert.deepEqual(
      steps.map(({ message, location: { range } }) => [message, document.getText(range)]),
      [
        ["1. acquired here", "open"],
        ["2. this is true", 'text === ""'],
        ["3. leaves without release", "return undefined;"],
      ],
    );
    for (const { location } of steps) {
      assert.equal(location.uri.toString(), document.uri.toString());
    }
    const [first] = steps;
    assert.ok(first?.location.range.isEqual(warning.range), "the path begins at the warning");
  });

  it("have a hint at each other step that leads back to the warning", async () => {
    const document = await open("typed/src/first-line.ts");
    const [warning] = await leaks(document, 1);
    assert.ok(warning);
    const places = (warning.relatedInformation ?? [])
      .map(({ location }) => location.range)
      .filter((range) => !range.isEqual(warning.range));
    const hints = diagnostics(document, vscode.DiagnosticSeverity.Hint);
    assert.ok(hints.length > 0);
    assert.deepEqual(
      hints.map(({ range }) => document.offsetAt(range.start)).sort((a, b) => a - b),
      places.map((range) => document.offsetAt(range.start)).sort((a, b) => a - b),
    );
    for (const { relatedInformation = [] } of hints) {
      const [back] = relatedInformation as [vscode.DiagnosticRelatedInformation];
      assert.deepEqual(back.location.range, warning.range);
      assert.equal(back.message, warning.message);
    }
  });

  it("need no types: a script without a project has them too", async () => {
    const document = await open("plain/count-lines.js");
    const [warning] = await leaks(document, 1);
    assert.equal(
      warning?.message,
      "`handle` (file handle) is never released: the function leaves at line 6.",
    );
  });

  it("need no file: an untitled document has them too", async () => {
    const document = await vscode.workspace.openTextDocument({
      language: "typescript",
      content: [
        'import { open } from "node:fs/promises";',
        "export async function read(path: string) {",
        "  const handle = await open(path);",
        '  return await handle.readFile("utf8");',
        "}",
        "",
      ].join("\n"),
    });
    await vscode.window.showTextDocument(document);
    await leaks(document, 1);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("follow the unsaved text, and are silent on sound code", async () => {
    const document = await open("typed/src/sound.ts");
    const text = document.getText();
    await replace(document, "await handle.close();", "");
    await leaks(document, 1);
    await replace(document, "finally {", "finally { await handle.close();");
    await leaks(document, 0);
    // The typed report may follow an untyped one.
    await pause(1_500);
    assert.deepEqual(diagnostics(document), []);
    assert.notEqual(document.getText(), text);
  });

  it("are silent on a sound file as it was saved", async () => {
    const document = await open("typed/src/sound.ts");
    const other = await open("typed/src/size-of.ts");
    await leaks(other, 1); // the server is at work, and was asked about the sound file before
    await pause(1_500);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  it("honour ESLint's comments", async () => {
    const document = await open("typed/src/size-of.ts");
    await leaks(document, 1);
    const line = "  const handle";
    await replace(document, line, `  // eslint-disable-next-line unwind/${rule}\n${line}`);
    await leaks(document, 0);
  });

  it("go with text that does not parse, and come back with text that does", async () => {
    const document = await open("typed/src/size-of.ts");
    await leaks(document, 1);
    await replace(document, "return size;", "return size; }}}");
    await leaks(document, 0);
    await replace(document, "return size; }}}", "return size;");
    await leaks(document, 1);
  });

  it("wait for saving where the setting `unwind.run` says so", async () => {
    const document = await open("typed/src/size-of.ts");
    const text = document.getText();
    await leaks(document, 1);
    const settings = vscode.workspace.getConfiguration("unwind");
    const message = () => diagnostics(document)[0]?.message ?? "";
    try {
      await settings.update("run", "onSave", vscode.ConfigurationTarget.Workspace);
      const before = message();
      await replace(document, "return size;", "await handle.close();\n  return size;");
      await pause(2_000);
      assert.equal(message(), before, "while it is not saved");
      await document.save();
      await until(
        () => message() !== before && message() !== "",
        () => "another message, as only one path leaks in the saved text",
      );
    } finally {
      await settings.update("run", undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.workspace.fs.writeFile(document.uri, Buffer.from(text));
    }
    await until(
      () => document.getText() === text,
      () => "the first text",
    );
  });

  it("are not given twice where ESLint's extension gives them", async () => {
    const document = await open("typed/src/size-of.ts");
    const [warning] = await leaks(document, 1);
    assert.ok(warning);
    const eslint = vscode.languages.createDiagnosticCollection("eslint");
    try {
      eslint.set(document.uri, [byEslint(warning)]);
      await leaks(document, 0);
    } finally {
      eslint.dispose();
    }
    await leaks(document, 1);
  });
});
