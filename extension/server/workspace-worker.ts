import { parentPort, workerData } from "node:worker_threads";

import { readFileSync } from "node:fs";
import path from "node:path";

import { discover, type FileReport, htmlReport, sarifLog } from "eslint-plugin-unwind/session";

import type { Progress, ReportFormat, WorkerOptions } from "./messages.js";
import { usableSession } from "./usable-session.js";

/** Milliseconds between two words about how far it is. */
const pause = 100;

/** Runs in a worker thread: checks the folders that it was started with, and ends. */
export function checkFolders(): void {
  const post = (progress: Progress) => parentPort?.postMessage(progress);
  const { types, workspace = [], format } = workerData as WorkerOptions;
  const folders = workspace.map(({ path, settings }) => ({ ...discover([path]), settings }));
  const total = folders.reduce((sum, { files }) => sum + files.length, 0);
  let done = 0;
  let told = 0;
  post({ kind: "progress", done, total });
  // A file of nested folders is the innermost one's, which comes first.
  const seen = new Set<string>();
  const reports: FileReport[] = [];
  for (const { files, settings } of folders) {
    const { session, unusable } = usableSession({ types }, settings);
    for (const problem of unusable) post({ kind: "unusable", problem });
    const own = files.filter((file) => !seen.has(file));
    for (const report of session.checkFiles(own)) {
      seen.add(report.path);
      done++;
      if (report.findings.length > 0) {
        post({ kind: "report", report });
        if (format !== undefined) reports.push(report);
      }
      if (performance.now() - told < pause) continue;
      told = performance.now();
      post({ kind: "progress", done, total });
    }
    session.close();
  }
  const folder = commonFolder(workspace.map((each) => each.path));
  const document = format && documentOf(format, reports, folder);
  post({ kind: "end", files: done, ...(document !== undefined && { document }) });
}

function documentOf(format: ReportFormat, reports: readonly FileReport[], folder: string): string {
  if (format === "html") return htmlReport(reports, folder);
  const version = versionOf(path.join(__dirname, "..", "..", "package.json"));
  const log = sarifLog({ workingDirectory: folder, reports, version, successful: true });
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** Of the extension, by its manifest. */
function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version;
}

/** The innermost folder that all are in. */
function commonFolder([first = path.sep, ...others]: readonly string[]): string {
  let folder = first;
  while (others.some((other) => path.relative(folder, other).startsWith(".."))) {
    folder = path.dirname(folder);
  }
  return folder;
}
