import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionContext,
  CodeActionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DiagnosticSeverity,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  type FullDocumentDiagnosticReport,
  InitializedNotification,
  InitializeRequest,
  InlayHintRefreshRequest,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type Range,
  RegistrationRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

import type { DocumentStatus } from "../../extension/server/status.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const serverMain = path.join(root, "extension", "dist", "server.cjs");

/** What most clients can do. */
export const able: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
  textDocument: { codeAction: { resolveSupport: { properties: ["edit"] } } },
};

/** The built language server, in a process of its own, and a client that speaks to it. */
export class TestServer implements AsyncDisposable {
  /** A copy of the test workspace `typed`, or the folder that was given. */
  readonly folder: string;
  readonly connection: ProtocolConnection;
  readonly child: ChildProcess;
  /** How often the server asked the client to ask for diagnostics again. */
  refreshes = 0;
  /** What the client answers when it is asked for the section `unwind`. */
  settings: object = {};
  readonly log: string[] = [];
  /** Diagnostics that the server sent by itself, by URI. */
  readonly published = new Map<string, readonly Diagnostic[]>();
  /** What the server told about the checks of documents. */
  readonly statuses: DocumentStatus[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    const child = spawn(process.execPath, [serverMain, "--stdio"], { stdio: "pipe" });
    this.child = child;
    this.connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    child.stderr.on("data", (chunk: Buffer) => this.log.push(`stderr: ${String(chunk)}`));
    const { connection } = this;
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.refreshes++;
    });
    connection.onRequest(InlayHintRefreshRequest.type, () => undefined);
    connection.onRequest(RegistrationRequest.type, () => undefined);
    connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => this.settings));
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
    });
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.published.set(uri, diagnostics);
    });
    connection.onNotification("unwind/documentStatus", (status: DocumentStatus) => {
      this.statuses.push(status);
    });
    connection.listen();
  }

  /** @param files Besides those of the test workspace `typed`. */
  static async start(files: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "unwind-protocol-"));
    try {
      const typed = path.join(root, "test", "vscode", "workspace", "typed");
      await cp(typed, folder, { recursive: true });
      for (const [name, text] of Object.entries(files)) {
        await writeFile(path.join(folder, name), text);
      }
      return new TestServer(await realpath(folder));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async initialize(
    capabilities: ClientCapabilities = {},
    folders: readonly string[] = [this.folder],
  ) {
    const result = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the protocol still demands it
      rootUri: null,
      capabilities,
      workspaceFolders: folders.map((each) => ({
        uri: pathToFileURL(each).href,
        name: path.basename(each),
      })),
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    return result;
  }

  uri(name: string): string {
    return pathToFileURL(path.join(this.folder, name)).href;
  }

  text(name: string): Promise<string> {
    return readFile(path.join(this.folder, name), "utf8");
  }

  /** Opens a file, by default with the text on disk, and gives its URI. */
  async open(name: string, { version = 1, text = "" } = {}): Promise<string> {
    const uri = this.uri(name);
    const content = text === "" ? await this.text(name) : text;
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: languageOf(name), version, text: content },
    });
    return uri;
  }

  async change(uri: string, version: number, whole: string): Promise<void> {
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ text: whole }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri },
    });
  }

  /** Changes what the client answers about settings, and says so. */
  async configure(settings: object): Promise<void> {
    this.settings = settings;
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: null,
    });
  }

  /** The document's diagnostics, without the hints at the steps. */
  async pull(uri: string): Promise<Diagnostic[]> {
    const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
    });
    const { items } = report as FullDocumentDiagnosticReport;
    return items.filter(({ severity }) => severity !== DiagnosticSeverity.Hint);
  }

  /** The document's diagnostics when its project has been read; without types there may be fewer. */
  async settle(uri: string): Promise<Diagnostic[]> {
    const before = this.refreshes;
    const items = await this.pull(uri);
    // Usually the answer without types is faster, and the server asks to be asked again.
    const { typed, problem } = this.statuses.findLast((each) => each.uri === uri) ?? {};
    if (typed === true || problem !== undefined) return items;
    const end = Date.now() + 60_000;
    while (this.refreshes === before) {
      if (Date.now() > end) throw new Error(`${uri} was not analysed with types within 60 s.`);
      await pause(20);
    }
    return this.pull(uri);
  }

  async actions(
    uri: string,
    range: Range,
    context: Partial<CodeActionContext> = {},
  ): Promise<CodeAction[]> {
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...context },
    });
    return (actions ?? []) as CodeAction[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.dispose();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((resolve) => this.child.once("exit", resolve));
      this.child.kill("SIGKILL");
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The text after an action's edit. */
export function applied(text: string, { edit }: CodeAction): string {
  const edits = (edit?.documentChanges ?? []).flatMap((each) =>
    "edits" in each ? each.edits : [],
  );
  const lines = text.split("\n");
  const offset = ({ line, character }: Range["start"]) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return edits
    .filter((each) => "newText" in each)
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (result, { range, newText }) =>
        result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)),
      text,
    );
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The place of a text's first occurrence of some code. */
export function at(text: string, code: string): Range {
  const start = text.indexOf(code);
  if (start < 0) throw new Error(`${code} is not in the text.`);
  const before = text.slice(0, start).split("\n");
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { start: position, end: position };
}

function languageOf(name: string): string {
  const extension = path.extname(name);
  if (extension === ".tsx") return "typescriptreact";
  return /\.[cm]?ts$/.test(extension) ? "typescript" : "javascript";
}
