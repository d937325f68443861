import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import {
  CodeActionRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
} from "vscode-languageserver/node";

import { Client } from "../../language-server/client.mjs";

/** The severity of the copies at a path's steps. */
const hint = 4;

/** One of the two servers, with the file open in it. */
export class Measured {
  #version = 1;
  #typed = false;

  /** @param {string} name @param {Client} client @param {boolean} ours */
  constructor(name, client, ours) {
    this.name = name;
    this.client = client;
    this.ours = ours;
    this.milliseconds = [];
    this.actionMilliseconds = [];
    this.processorMilliseconds = 0;
    client.connection.onNotification("unwind/documentStatus", ({ typed }) => {
      this.#typed = typed;
    });
    client.connection.onNotification("eslint/status", () => undefined);
  }

  /** @param {string} uri @param {string} text */
  async open(uri, text) {
    this.uri = uri;
    const textDocument = { uri, languageId: "typescript", version: this.#version, text };
    await this.client.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument,
    });
  }

  /** @param {string} text the whole, as the servers take it */
  async change(text) {
    await this.client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri, version: ++this.#version },
      contentChanges: [{ text }],
    });
  }

  /** The findings, when they are those with types; ESLint has no others. */
  async findings() {
    for (;;) {
      const before = this.client.refreshes;
      const findings = await this.pull();
      if (!this.ours || this.#typed) return findings;
      while (this.client.refreshes === before) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  }

  /** What is answered to the first question. */
  async pull() {
    const { items } = await this.client.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri: this.uri },
    });
    return items.filter(({ severity }) => severity !== hint);
  }

  /** @param {object} range @param {readonly object[]} diagnostics */
  async quickFixes(range, diagnostics) {
    const actions = await this.client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: this.uri },
      range,
      context: { diagnostics, only: ["quickfix"] },
    });
    return actions ?? [];
  }

  /** Milliseconds of processor time that the server has taken so far; 0 where only Linux tells. */
  processorTime() {
    try {
      const fields = readFileSync(`/proc/${this.client.child.pid}/stat`, "utf8").split(") ")[1];
      const [user, system] = fields.split(" ").slice(11, 13).map(Number);
      // The kernel counts in hundredths of a second, whatever its own clock does.
      return (user + system) * 10;
    } catch {
      return 0;
    }
  }

  /** Bytes that its processes have in memory. */
  resident() {
    const list = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" });
    const rows = list
      .trim()
      .split("\n")
      .map((row) => row.trim().split(/\s+/).map(Number));
    const tree = new Set([this.client.child.pid]);
    let sum = 0;
    // A child has a larger number than its parent, save where numbers have started anew.
    for (const [pid, parent, kilobytes] of rows.sort((a, b) => a[0] - b[0])) {
      if (tree.has(parent)) tree.add(pid);
      if (tree.has(pid)) sum += kilobytes * 1024;
    }
    return sum;
  }
}

/** @param {string} root the repository @param {string} folder the project */
export async function startOurs(root, folder) {
  const server = join(root, "extension", "dist", "server.cjs");
  const client = new Client([server, "--stdio"], () => ({}));
  await client.initialize(folder);
  return new Measured("Unwind", client, true);
}

/**
 * ESLint's server, with the settings that its extension gives it, and ESLint of this repository.
 *
 * @param {string} root
 * @param {string} folder
 * @param {string} installed the folder with `vscode-langservers-extracted`
 */
export async function startEslint(root, folder, installed) {
  const settings = {
    validate: "on",
    run: "onType",
    packageManager: "npm",
    useFlatConfig: true,
    experimental: {},
    nodePath: join(root, "node_modules"),
    workingDirectory: { directory: folder },
    workspaceFolder: { uri: pathToFileURL(folder).href, name: "project" },
    problems: { shortenToSingleLine: false },
    rulesCustomizations: [],
    codeAction: {
      disableRuleComment: { enable: true, location: "separateLine", commentStyle: "line" },
      showDocumentation: { enable: true },
    },
    codeActionOnSave: { mode: "all" },
    format: false,
    onIgnoredFiles: "off",
    quiet: false,
    options: {},
  };
  const server = join(
    installed,
    "node_modules/vscode-langservers-extracted/bin/vscode-eslint-language-server",
  );
  const client = new Client([server, "--stdio"], () => settings);
  await client.initialize(folder);
  return new Measured("ESLint's server", client, false);
}
