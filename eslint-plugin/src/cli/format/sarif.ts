import { type FileReport, sarifLog } from "../../session/index.js";
import { version } from "../../version.js";
import type { Summary } from "../summary.js";
import type { Formatter, FormatterOptions } from "./formatter.js";

/** SARIF 2.1.0. */
export class SarifFormatter implements Formatter {
  readonly #options: FormatterOptions;
  readonly #reports: Pick<FileReport, "path" | "findings">[] = [];

  constructor(options: FormatterOptions) {
    this.#options = options;
  }

  file({ path, findings }: FileReport): void {
    if (findings.length > 0) this.#reports.push({ path, findings });
  }

  end({ problems, files }: Summary): void {
    const { workingDirectory, write } = this.#options;
    const reports = this.#reports;
    const successful = files > 0;
    const log = sarifLog({ workingDirectory, reports, problems, version, successful });
    write(`${JSON.stringify(log, undefined, 2)}\n`);
  }
}
