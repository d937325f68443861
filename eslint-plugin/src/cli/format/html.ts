import { type FileReport, htmlReport } from "../../session/index.js";
import type { Formatter, FormatterOptions } from "./formatter.js";

/** One page to look at in a browser. */
export class HtmlFormatter implements Formatter {
  readonly #options: FormatterOptions;
  readonly #reports: FileReport[] = [];

  constructor(options: FormatterOptions) {
    this.#options = options;
  }

  file(report: FileReport): void {
    if (report.findings.length > 0) this.#reports.push(report);
  }

  end(): void {
    const { workingDirectory, write } = this.#options;
    write(htmlReport(this.#reports, workingDirectory));
  }
}
