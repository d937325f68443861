import {
  checks,
  discover,
  type FileReport,
  Session,
  type SessionOptions,
} from "../session/index.js";
import { exitCodes, type Format, type Invocation } from "./arguments.js";
import { fix } from "./fix.js";
import type { Formatter, FormatterOptions } from "./format/formatter.js";
import { HtmlFormatter } from "./format/html.js";
import { JsonFormatter } from "./format/json.js";
import { SarifFormatter } from "./format/sarif.js";
import { wantsColour } from "./format/style.js";
import { TextFormatter } from "./format/text.js";
import { Progress } from "./progress.js";
import { readResourcesFile } from "./resources-file.js";
import { leakRules, Summary } from "./summary.js";

const formatters: Readonly<Record<Format, new (options: FormatterOptions) => Formatter>> = {
  text: TextFormatter,
  json: JsonFormatter,
  sarif: SarifFormatter,
  html: HtmlFormatter,
};

/**
 * Analyses what an invocation names, and writes what it finds to standard output.
 *
 * @param stop Ends the analysis after the file that it is at, without a summary.
 * @returns The exit code.
 */
export async function analyse(invocation: Invocation, stop: AbortSignal): Promise<number> {
  const { paths, format } = invocation;
  const session = sessionFor(invocation);
  if (session === undefined) return exitCodes.badInput;
  const { rule: rules } = invocation;
  const summary = new Summary({ seeksLeaks: rules?.some((name) => leakRules.has(name)) ?? true });
  const { files, problems } = discover(paths);
  for (const problem of problems) summary.problems.push({ kind: "input", ...problem });

  const formatter = new formatters[format]({
    write: (text) => process.stdout.write(text),
    workingDirectory: process.cwd(),
    colour: wantsColour(process.stdout, process.env),
  });
  const progress = new Progress(files.length);
  try {
    for (const found of session.checkFiles(files)) {
      const report = invocation.fix ? mend(session, found, summary) : found;
      summary.add(report);
      formatter.file(report);
      await progress.advance(report.path);
      if (stop.aborted) break;
    }
  } finally {
    progress.stop();
    session.close();
  }
  if (stop.aborted) return codeOf(summary);

  if (summary.files > 0 || format !== "text") formatter.end(summary);
  if (summary.files === 0) {
    if (format === "text") {
      for (const { path, message } of summary.problems) complain(`${path}: ${message}`);
    }
    if (files.length === 0) complain(`no TypeScript or JavaScript files in ${paths.join(", ")}`);
    else complain("nothing could be analysed");
    return exitCodes.badInput;
  }
  return codeOf(summary);
}

/** As ESLint decides: warnings alone fail nothing. */
function codeOf({ errors }: Summary): number {
  return errors > 0 ? exitCodes.errors : exitCodes.clean;
}

/** Undefined where the rules or resources that the user gives cannot be used, of which they are told. */
function sessionFor(invocation: Invocation): Session | undefined {
  const { types, resources, rewrite, rule = [] } = invocation;
  const unknown = rule.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) {
    const known = checks.map(({ name }) => name).join(", ");
    complain(`there is no rule "${unknown}"; rules are ${known}`);
    return undefined;
  }
  try {
    return new Session({
      types,
      rewrite,
      ...rulesOf(invocation),
      ...(resources !== undefined && { resources: readResourcesFile(resources) }),
    });
  } catch (error) {
    if (!(error instanceof RangeError) || resources === undefined) throw error;
    complain(`${resources}: ${error.message}`);
    return undefined;
  }
}

/** With `--rule` no other rule exists, so that no comment in a file turns one on. */
function rulesOf({
  preset,
  rule,
}: Invocation): Pick<SessionOptions, "checks" | "preset" | "rules"> {
  if (rule === undefined) return { preset };
  return {
    checks: checks.filter(({ name }) => rule.includes(name)),
    rules: Object.fromEntries(rule.map((name) => [name, "on"])),
  };
}

function mend(session: Session, found: FileReport, summary: Summary): FileReport {
  const { report, fixed, problem } = fix(session, found);
  if (problem !== undefined) {
    summary.problems.push({ kind: "unwritten", path: found.path, message: problem });
  }
  if (fixed.length > 0) summary.addFixed(fixed);
  // What was told about the file before it was mended must not be lost.
  return report.problem === undefined && found.problem !== undefined
    ? { ...report, problem: found.problem }
    : report;
}

function complain(message: string): void {
  process.stderr.write(`unwind-check: ${message}\n`);
}
