import path from "node:path";

import type { FileReport, Finding, Rewrite } from "../../session/index.js";
import { count, describeFindings, type Summary } from "../summary.js";
import { drawChanges } from "./changes.js";
import type { Formatter, FormatterOptions } from "./formatter.js";
import { drawPath } from "./frames.js";
import { createStyle, printable, type Style } from "./style.js";

/** For people. */
export class TextFormatter implements Formatter {
  readonly #options: FormatterOptions;
  readonly #style: Style;

  constructor(options: FormatterOptions) {
    this.#options = options;
    this.#style = createStyle(options.colour);
  }

  file({ path: file, text, findings }: FileReport): void {
    if (findings.length === 0) return;
    const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
    const name = this.#name(file);
    for (const finding of findings) this.#finding(name, text, lines, finding);
  }

  end(summary: Summary): void {
    const style = this.#style;
    const { problems, files, found, filesWithFindings, withRewrite, fixed, fixedFiles } = summary;
    for (const { path: file, message } of problems) {
      this.#line(`${style("yellow", "!")} ${this.#name(file)}: ${printable(message)}`);
    }
    if (problems.length > 0) this.#line();
    if (fixedFiles > 0) {
      const mended = `Fixed ${describeFindings(fixed)} in ${count(fixedFiles, "file")}.`;
      this.#line(style("green", mended));
    }
    const seconds = style("dim", `· ${(summary.milliseconds / 1000).toFixed(1)} s`);
    if (filesWithFindings === 0) {
      const none = summary.seeksLeaks ? "No leaks" : "No findings";
      this.#line(`${style("green", none)} in ${count(files, "file")} ${seconds}`);
    } else {
      const colour = summary.errors > 0 ? "red" : "yellow";
      const what = style([colour, "bold"], describeFindings(found));
      const where = `in ${filesWithFindings.toLocaleString("en")} of ${count(files, "file")}`;
      const mendable = `${withRewrite.leaks + withRewrite.others} with a rewrite`;
      this.#line(`${what} ${where} (${mendable}) ${seconds}`);
    }
  }

  #finding(name: string, text: string, lines: readonly string[], finding: Finding): void {
    const style = this.#style;
    const { rule, message, severity, place, path: steps, rewrites } = finding;
    const { line, column } = place.loc.start;
    const mark = severity === "warn" ? ` ${style("yellow", "(warning)")}` : "";
    this.#line(`${style("bold", `${name}:${line}:${column + 1}`)}  ${style("dim", rule)}${mark}`);
    this.#line(`  ${printable(message)}`);
    this.#line();
    const shown = steps.length === 0 ? [{ message: "here", place }] : steps;
    const { colour } = this.#options;
    for (const row of drawPath(lines, shown, { colour, gap: style("dim", "⋮") })) {
      this.#line(`  ${row}`);
    }
    this.#line();
    const [best, ...others] = rewrites;
    if (best !== undefined) {
      this.#line(`  ${this.#title(best)}`);
      for (const row of drawChanges(text, best, style)) this.#line(`    ${row}`);
      for (const other of others) this.#line(`  or ${this.#title(other)}`);
      this.#line();
    }
  }

  #title({ kind, title }: Rewrite): string {
    return `${this.#style(kind === "fix" ? "green" : "cyan", `${kind}:`)} ${printable(title)}`;
  }

  #name(file: string): string {
    return printable(path.relative(this.#options.workingDirectory, file) || file);
  }

  #line(text = ""): void {
    this.#options.write(`${text}\n`);
  }
}
