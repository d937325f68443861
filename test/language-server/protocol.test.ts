import { writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  DocumentDiagnosticRequest,
  ExitNotification,
  LSPErrorCodes,
  ShutdownRequest,
} from "vscode-languageserver/node";

import { pause, TestServer } from "./server.js";

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});
afterEach(() => server[Symbol.asyncDispose]());

describe("over the protocol", () => {
  test("offers pulled diagnostics across files, code actions, hovers and hints", async () => {
    const { capabilities } = await server.initialize();
    expect(capabilities.diagnosticProvider).toEqual({
      identifier: "unwind",
      interFileDependencies: true,
      workspaceDiagnostics: false,
    });
    expect(capabilities.codeActionProvider).toEqual({
      codeActionKinds: ["quickfix", "refactor.rewrite", "source.fixAll.unwind"],
      resolveProvider: true,
    });
    expect(capabilities).toMatchObject({ hoverProvider: true, inlayHintProvider: true });
  });

  test("answers without types at once, and asks to be asked again when types are there", async () => {
    // Reading the project has to take longer than answering without types, on any machine.
    const line = (index: number) =>
      `export const value${index}: { a: number; b: string[] } = { a: ${index}, b: ["some text"] };\n`;
    const large = path.join(server.folder, "src", "large.ts");
    await writeFile(large, Array.from({ length: 40_000 }, (_, index) => line(index)).join(""));
    await server.initialize({ workspace: { diagnostics: { refreshSupport: true } } });
    const uri = await server.open("src/size-of.ts");
    expect(await server.pull(uri)).toHaveLength(1);
    expect(server.refreshes).toBe(0);
    await expect.poll(() => server.refreshes, { timeout: 60_000 }).toBe(1);
    expect(await server.pull(uri)).toHaveLength(1);
    await pause(500);
    expect(server.refreshes).toBe(1);
  });

  test("serves a client that can do no more than the protocol demands", async () => {
    await server.initialize();
    const [error, ...more] = await server.pull(await server.open("src/size-of.ts"));
    expect(error).toMatchObject({
      source: "unwind",
      code: "no-unmanaged-acquisition",
      severity: 1,
    });
    expect(more).toEqual([]);
  });

  test("an edit names the version of the text that it was computed from", async () => {
    await server.initialize();
    const uri = await server.open("src/size-of.ts", { version: 7 });
    expect((await edits(uri))[0]?.textDocument).toEqual({ uri, version: 7 });
    const shifted = `// one more line\n${await server.text("src/size-of.ts")}`;
    await server.change(uri, 8, shifted);
    const [edit] = await edits(uri);
    expect(edit?.textDocument).toEqual({ uri, version: 8 });
    expect(edit?.edits[0]?.range.start.line).toBe(5);
  });

  test("a question about a text that has changed meanwhile is to be asked again", async () => {
    await server.initialize();
    const uri = await server.open("src/size-of.ts");
    const outdated = server.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
    });
    await server.change(uri, 2, "export {};\n");
    await expect(outdated).rejects.toMatchObject({
      code: LSPErrorCodes.ServerCancelled,
      data: { retriggerRequest: true },
    });
    expect(await server.pull(uri)).toEqual([]);
  });

  test("ends when the client says so", async () => {
    await server.initialize();
    await server.pull(await server.open("src/size-of.ts"));
    const gone = new Promise((resolve) => server.child.once("exit", resolve));
    await server.connection.sendRequest(ShutdownRequest.type);
    await server.connection.sendNotification(ExitNotification.type);
    expect(await gone).toBe(0);
  });
});

/** What the first code action at the document's leak changes. */
async function edits(uri: string) {
  const [error] = await server.pull(uri);
  if (error === undefined) throw new Error("The document has no leak.");
  const [action] = await server.actions(uri, error.range, { diagnostics: [error] });
  return (action?.edit?.documentChanges ?? []).flatMap((each) => ("edits" in each ? [each] : []));
}
