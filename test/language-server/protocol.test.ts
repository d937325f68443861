import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  createProtocolConnection,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  type FullDocumentDiagnosticReport,
  InitializedNotification,
  InitializeRequest,
  LSPErrorCodes,
  type ProtocolConnection,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

const root = fileURLToPath(new URL("../..", import.meta.url));
const serverMain = path.join(root, "extension", "dist", "server.cjs");

let folder: string;
let server: ChildProcess;
let connection: ProtocolConnection;
/** How often the server asked the client to ask for diagnostics again. */
let refreshes: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "unwind-protocol-"));
  await cp(path.join(root, "test", "vscode", "workspace", "typed"), folder, { recursive: true });
  const child = spawn(process.execPath, [serverMain, "--stdio"], { stdio: "pipe" });
  server = child;
  connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  refreshes = 0;
  connection.onRequest(DiagnosticRefreshRequest.type, () => {
    refreshes++;
  });
  connection.listen();
});

afterEach(async () => {
  connection.dispose();
  if (server.exitCode === null) {
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await gone;
  }
  await rm(folder, { recursive: true, force: true });
});

describe("over the protocol", () => {
  test("offers pulled diagnostics across files, and quick fixes", async () => {
    const { capabilities } = await initialize();
    expect(capabilities.diagnosticProvider).toEqual({
      identifier: "unwind",
      interFileDependencies: true,
      workspaceDiagnostics: false,
    });
    expect(capabilities.codeActionProvider).toEqual({ codeActionKinds: ["quickfix"] });
  });

  test("answers without types at once, and asks to be asked again when types are there", async () => {
    await initialize({ workspace: { diagnostics: { refreshSupport: true } } });
    const uri = await open("size-of.ts");
    expect(await pull(uri)).toHaveLength(1);
    expect(refreshes).toBe(0);
    await expect.poll(() => refreshes, { timeout: 20_000 }).toBe(1);
    expect(await pull(uri)).toHaveLength(1);
    await pause(500);
    expect(refreshes).toBe(1);
  });

  test("serves a client that can do no more than the protocol demands", async () => {
    await initialize();
    const [warning, ...more] = await pull(await open("size-of.ts"));
    expect(warning).toMatchObject({ source: "unwind", code: "no-unmanaged-acquisition" });
    expect(more).toEqual([]);
  });

  test("an edit names the version of the text that it was computed from", async () => {
    await initialize();
    const uri = await open("size-of.ts", 7);
    expect((await edits(uri))[0]?.textDocument).toEqual({ uri, version: 7 });
    const shifted = `// one more line\n${await text("size-of.ts")}`;
    await change(uri, 8, shifted);
    const [edit] = await edits(uri);
    expect(edit?.textDocument).toEqual({ uri, version: 8 });
    expect(edit?.edits[0]?.range.start.line).toBe(5);
  });

  test("a question about a text that has changed meanwhile is to be asked again", async () => {
    await initialize();
    const uri = await open("size-of.ts");
    const outdated = connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
    });
    await change(uri, 2, "export {};\n");
    await expect(outdated).rejects.toMatchObject({
      code: LSPErrorCodes.ServerCancelled,
      data: { retriggerRequest: true },
    });
    expect(await pull(uri)).toEqual([]);
  });

  test("ends when the client says so", async () => {
    await initialize();
    await pull(await open("size-of.ts"));
    const gone = new Promise((resolve) => server.once("exit", resolve));
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    expect(await gone).toBe(0);
  });
});

async function initialize(capabilities: ClientCapabilities = {}) {
  const result = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the protocol still demands it
    rootUri: null,
    capabilities,
    workspaceFolders: null,
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return result;
}

function text(name: string): Promise<string> {
  return readFile(path.join(folder, "src", name), "utf8");
}

/** Opens a file of the workspace, and gives its URI. */
async function open(name: string, version = 1): Promise<string> {
  const uri = pathToFileURL(path.join(folder, "src", name)).href;
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "typescript", version, text: await text(name) },
  });
  return uri;
}

async function change(uri: string, version: number, whole: string): Promise<void> {
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version },
    contentChanges: [{ text: whole }],
  });
}

/** The document's warnings, without the hints at the steps. */
async function pull(uri: string) {
  const report = await connection.sendRequest(DocumentDiagnosticRequest.type, {
    textDocument: { uri },
  });
  const { items } = report as FullDocumentDiagnosticReport;
  return items.filter(({ severity }) => severity === 2);
}

/** What the first code action at the document's leak changes. */
async function edits(uri: string) {
  const [warning] = await pull(uri);
  if (warning === undefined) throw new Error("The document has no leak.");
  const actions = await connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: warning.range,
    context: { diagnostics: [warning] },
  });
  const [action] = actions as CodeAction[];
  return (action?.edit?.documentChanges ?? []).flatMap((each) => ("edits" in each ? [each] : []));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
