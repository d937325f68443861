import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import {
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  DocumentDiagnosticRequest,
  FileChangeType,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";

/** What an answer may be refused with: the text has changed, or the client took the question back. */
const refused = new Set([-32_800, -32_801, -32_802]);

/** Milliseconds that a document may take until its types are there. */
const patience = 60_000;

/** The side of the protocol that a person's editor has: open documents, files, settings. */
export class Editor {
  /** @type {Map<string, TextDocument>} by path inside of the folder */
  documents = new Map();
  /** What `workspace/configuration` gives. */
  settings = {};
  /** @type {Error[]} answers that are errors and should not be */
  failures = [];
  /** @type {Map<string, { typed: boolean, problem?: string }>} by URI, what was last told */
  statuses = new Map();
  #version = 0;

  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
  }

  /** @param {import("../client.mjs").Client} client */
  connect(client) {
    this.client = client;
    this.connection = client.connection;
    this.connection.onNotification("unwind/documentStatus", (status) => {
      this.statuses.set(status.uri, status);
    });
  }

  /** @param {string} path */
  uri(path) {
    return pathToFileURL(join(this.folder, path)).href;
  }

  /** @param {string} path */
  async open(path) {
    const uri = this.uri(path);
    const text = readFileSync(join(this.folder, path), "utf8");
    const languageId = /\.[cm]?tsx?$/.test(path) ? "typescript" : "javascript";
    const document = TextDocument.create(uri, languageId, ++this.#version, text);
    this.documents.set(path, document);
    await this.#notify(DidOpenTextDocumentNotification, {
      textDocument: { uri, languageId, version: document.version, text },
    });
  }

  /** @param {string} path */
  async close(path) {
    this.documents.delete(path);
    this.statuses.delete(this.uri(path));
    await this.#notify(DidCloseTextDocumentNotification, { textDocument: { uri: this.uri(path) } });
  }

  /**
   * @param {string} path
   * @param {readonly { range: object, text: string }[]} contentChanges
   */
  async change(path, contentChanges) {
    const before = this.documents.get(path);
    const document = TextDocument.update(before, [...contentChanges], ++this.#version);
    this.documents.set(path, document);
    const { uri, version } = document;
    await this.#notify(DidChangeTextDocumentNotification, {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  /** @param {string} path */
  async save(path) {
    this.#write(path, this.documents.get(path).getText());
    const uri = this.uri(path);
    await this.#notify(DidSaveTextDocumentNotification, { textDocument: { uri } });
    await this.changed([[path, FileChangeType.Changed]]);
  }

  /** Another program writes a file. @param {string} path @param {string} text */
  async write(path, text) {
    this.#write(path, text);
    await this.changed([[path, FileChangeType.Changed]]);
  }

  /** @param {string} from @param {string} to */
  async rename(from, to) {
    const wasOpen = this.documents.has(from);
    mkdirSync(dirname(join(this.folder, to)), { recursive: true });
    renameSync(join(this.folder, from), join(this.folder, to));
    if (wasOpen) await this.close(from);
    await this.changed([
      [from, FileChangeType.Deleted],
      [to, FileChangeType.Created],
    ]);
    if (wasOpen) await this.open(to);
  }

  /** @param {readonly (readonly [path: string, type: number])[]} files */
  async changed(files) {
    const changes = files.map(([path, type]) => ({ uri: this.uri(path), type }));
    await this.#notify(DidChangeWatchedFilesNotification, { changes });
  }

  /** @param {object} settings */
  async configure(settings) {
    this.settings = settings;
    await this.#notify(DidChangeConfigurationNotification, { settings: null });
  }

  /**
   * Asks, and gives undefined where the answer was refused with reason.
   *
   * @param {{ method: string }} request
   * @param {object} params
   * @param {import("vscode-languageserver/node").CancellationToken} [token]
   */
  async ask({ method }, params, token) {
    try {
      return await this.connection.sendRequest(method, params, ...(token ? [token] : []));
    } catch (error) {
      if (!refused.has(error.code)) {
        this.failures.push(new Error(`${method} of ${params.textDocument?.uri}: ${error.message}`));
      }
      return undefined;
    }
  }

  /** @param {string} path @param {object} [token] */
  async pull(path, token) {
    const textDocument = { uri: this.uri(path) };
    const report = await this.ask(DocumentDiagnosticRequest.type, { textDocument }, token);
    return report?.items;
  }

  /** The document's diagnostics, when they are those with types. @param {string} path */
  async settled(path) {
    const limit = Date.now() + patience;
    let status;
    while (Date.now() < limit) {
      const before = this.client.refreshes;
      const items = await this.pull(path);
      status = this.statuses.get(this.uri(path));
      if (items !== undefined && (status?.typed === true || status?.problem !== undefined)) {
        return items;
      }
      const end = Date.now() + 5_000;
      while (this.client.refreshes === before && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    const last = `${JSON.stringify(status)} ${this.failures.at(-1)?.message ?? ""}`;
    throw new Error(`${path} was not analysed with types within ${patience / 1000} s: ${last}`);
  }

  #write(path, text) {
    writeFileSync(join(this.folder, path), text);
  }

  async #notify({ type }, params) {
    await this.connection.sendNotification(type, params);
  }
}
