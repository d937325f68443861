import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

import type { FileReport } from "eslint-plugin-unwind/session";
import {
  type CancellationToken,
  type Diagnostic,
  NotificationType,
  RequestType,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";

import { diagnosticsOf } from "./diagnostics.js";
import type { Progress, ReportFormat, WorkerOptions, WorkspaceFolder } from "./messages.js";
import type { ServerParts } from "./server-parts.js";

/** What came of checking all folders. */
export interface WorkspaceResult {
  readonly files: number;
  readonly findings: number;
  readonly filesWithFindings: number;
  /** Whether it was ended before all files were checked; what was found until then is shown. */
  readonly cancelled: boolean;
  /** Where a form was asked for, and all files were checked. */
  readonly document?: string;
}

export interface WorkspaceQuestion {
  readonly format?: ReportFormat;
}

/** From the client: check every file of the folders that are open. */
export const checkWorkspace = new RequestType<WorkspaceQuestion, WorkspaceResult, void>(
  "unwind/checkWorkspace",
);

/** To the client, while it is at work. */
export const checkProgress = new NotificationType<{
  readonly done: number;
  readonly total: number;
}>("unwind/checkProgress");

/**
 * Checks whole folders in a thread of its own, and shows what it finds in files of which the client
 * does not ask for diagnostics itself. Whether it asks for an open document is its own choice: an
 * editor may keep one open that has no tab any more.
 */
export class WorkspaceCheck {
  readonly #parts: ServerParts;
  readonly #script: string;
  /** What is shown of files, by URI; those that are asked for are left out of sight. */
  readonly #shown = new Map<string, Diagnostic[]>();
  /** Documents whose diagnostics the client has asked for since the last check began. */
  readonly #asked = new Set<string>();
  /** Makes the client ask for what it wants; undefined where it cannot be made to. */
  readonly #askAgain: () => (() => void) | undefined;
  #worker: Worker | undefined;

  constructor(parts: ServerParts, script: string, askAgain: () => (() => void) | undefined) {
    this.#parts = parts;
    this.#script = script;
    this.#askAgain = askAgain;
    parts.connection.onRequest(checkWorkspace, (question, token) => this.#check(question, token));
  }

  /** The client asked for a document's diagnostics. */
  asked(uri: string): void {
    this.#asked.add(uri);
    if (this.#shown.has(uri)) this.#send(uri, []);
  }

  closed(uri: string): void {
    this.#asked.delete(uri);
    void this.#refresh(uri);
  }

  /** A file changed on disk, or is gone. */
  changed(uri: string): void {
    if (!this.#asked.has(uri)) void this.#refresh(uri);
  }

  /** Forgets what is shown of a folder's files. */
  release(folder: string): void {
    for (const uri of [...this.#shown.keys()]) {
      if (uri.startsWith(folder)) this.#show(uri, []);
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #check({ format }: WorkspaceQuestion, token: CancellationToken): Promise<WorkspaceResult> {
    const { folders, settings } = this.#parts;
    await this.#worker?.terminate();
    for (const uri of [...this.#shown.keys()]) this.#show(uri, []);
    if (this.#askAgain() !== undefined) this.#asked.clear();
    const workspace: WorkspaceFolder[] = [];
    for (const uri of folders.uris) {
      const { enable, analysis } = await settings.of(uri);
      if (!enable || !uri.startsWith("file:")) continue;
      workspace.push({ path: fileURLToPath(uri), settings: analysis });
    }
    const counts = { files: 0, findings: 0, filesWithFindings: 0 };
    if (workspace.length === 0) return { ...counts, cancelled: false };
    const workerData: WorkerOptions = { types: true, workspace, ...(format && { format }) };
    const worker = new Worker(this.#script, { workerData });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let ended = false;
      const end = (cancelled: boolean, document?: string) => {
        ended = true;
        cancellation.dispose();
        void worker.terminate();
        this.#askAgain()?.();
        if (this.#worker === worker) this.#worker = undefined;
        resolve({ ...counts, cancelled, ...(document !== undefined && { document }) });
      };
      const cancellation = token.onCancellationRequested(() => {
        end(true);
      });
      worker.on("message", (message: Progress) => {
        if (ended) return;
        if (message.kind === "progress") {
          const { done, total } = message;
          counts.files = done;
          void this.#parts.connection.sendNotification(checkProgress, { done, total });
        } else if (message.kind === "report") {
          counts.filesWithFindings++;
          counts.findings += message.report.findings.length;
          this.#showReport(message.report);
        } else if (message.kind === "unusable")
          this.#parts.connection.console.warn(message.problem);
        else {
          counts.files = message.files;
          end(false, message.document);
        }
      });
      worker.on("error", (error) => {
        if (ended) return;
        // Rejected first: a promise takes its first word.
        reject(error);
        end(true);
      });
      worker.on("exit", () => {
        // Replaced by a check that was asked for later.
        if (!ended) end(true);
      });
    });
  }

  #showReport({ path, text, findings }: FileReport): void {
    const uri = pathToFileURL(path).href;
    const document = TextDocument.create(uri, "typescript", 0, text);
    this.#show(
      uri,
      findings.flatMap((finding) => diagnosticsOf(finding, document)),
    );
  }

  /** Looks again at a file of which something is shown. */
  async #refresh(uri: string): Promise<void> {
    if (!this.#shown.has(uri)) return;
    const { folders, settings, typed } = this.#parts;
    const path = fileURLToPath(uri);
    try {
      const { analysis } = await settings.of(uri);
      const text = readFileSync(path, "utf8");
      const folder = folders.of(uri);
      const asked = { kind: "check", path, text, folder, settings: analysis } as const;
      const report = await typed.ask(asked);
      typed.forget(path);
      if (!this.#asked.has(uri)) this.#showReport({ ...report, path });
    } catch {
      // It is gone, or was opened again meanwhile.
      this.#show(uri, []);
    }
  }

  #show(uri: string, diagnostics: Diagnostic[]): void {
    if (diagnostics.length > 0) this.#shown.set(uri, diagnostics);
    else if (!this.#shown.delete(uri)) return;
    if (!this.#asked.has(uri)) this.#send(uri, diagnostics);
  }

  #send(uri: string, diagnostics: Diagnostic[]): void {
    void this.#parts.connection.sendDiagnostics({ uri, diagnostics });
  }
}
