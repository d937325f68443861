import path from "node:path";

import type { FileReport } from "../../session/index.js";
import { version } from "../../version.js";
import type { Summary } from "../summary.js";
import type { Formatter, FormatterOptions } from "./formatter.js";

/** One JSON document, with all that the session reports but the files' texts. */
export class JsonFormatter implements Formatter {
  readonly #options: FormatterOptions;
  readonly #files: unknown[] = [];

  constructor(options: FormatterOptions) {
    this.#options = options;
  }

  file({ path: file, typed, findings, problem }: FileReport): void {
    this.#files.push({ path: this.#name(file), typed, findings, ...(problem && { problem }) });
  }

  end(summary: Summary): void {
    const { files, filesWithFindings, filesWithLeaks, fixedFiles, errors, warnings } = summary;
    const { found, withRewrite, fixed } = summary;
    const document = {
      version: 1,
      tool: { name: "unwind-check", version },
      files: this.#files,
      problems: summary.problems.map(({ kind, path: file, message }) => ({
        kind,
        path: this.#name(file),
        message,
      })),
      summary: {
        files,
        errors,
        warnings,
        leaks: found.leaks,
        otherFindings: found.others,
        filesWithFindings,
        filesWithLeaks,
        leaksWithRewrite: withRewrite.leaks,
        otherFindingsWithRewrite: withRewrite.others,
        fixedLeaks: fixed.leaks,
        otherFixedFindings: fixed.others,
        fixedFiles,
        milliseconds: summary.milliseconds,
      },
    };
    this.#options.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }

  /** Relative to the working directory, with forward slashes. */
  #name(file: string): string {
    const name = path.relative(this.#options.workingDirectory, file) || ".";
    return name.replaceAll(path.sep, "/");
  }
}
