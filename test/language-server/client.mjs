import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";

import {
  ConfigurationRequest,
  createProtocolConnection,
  DiagnosticRefreshRequest,
  InitializedNotification,
  InitializeRequest,
  InlayHintRefreshRequest,
  LogMessageNotification,
  RegistrationRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

/** What an editor such as VS Code can do. */
const capabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
  textDocument: {
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } },
      resolveSupport: { properties: ["edit"] },
    },
  },
};

/** A language server in a process of its own, and the client's end of the line, for the long runs. */
export class Client {
  /** How often the server asked to be asked for diagnostics again. */
  refreshes = 0;
  /** @type {string[]} What the server logged, and what it wrote to standard error. */
  log = [];

  /**
   * @param {readonly string[]} command arguments of Node: flags, the server's script, its arguments
   * @param {(section: string | undefined) => unknown} settings what `workspace/configuration` gives
   */
  constructor(command, settings) {
    this.child = spawn(process.execPath, command, { stdio: "pipe" });
    this.child.stderr.on("data", (chunk) => this.log.push(`stderr: ${chunk}`));
    this.ended = once(this.child, "exit").then(([code, signal]) => ({ code, signal }));
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.child.stdout),
      new StreamMessageWriter(this.child.stdin),
    );
    const { connection } = this;
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.refreshes++;
    });
    connection.onRequest(InlayHintRefreshRequest.type, () => undefined);
    connection.onRequest(RegistrationRequest.type, () => undefined);
    connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ section }) => settings(section)),
    );
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
    });
    connection.listen();
  }

  /** @param {string} folder the only one of the workspace */
  async initialize(folder) {
    const uri = pathToFileURL(folder).href;
    await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders: [{ uri, name: "project" }],
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
  }

  async end() {
    this.connection.dispose();
    this.child.kill("SIGKILL");
    await this.ended;
  }
}
