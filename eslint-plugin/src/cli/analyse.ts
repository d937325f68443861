import { type FileReport, Session } from "../session/index.js";
import { exitCodes, type Format, type Invocation } from "./arguments.js";
import { discover } from "./discover.js";
import { fix } from "./fix.js";
import type { Formatter, FormatterOptions } from "./format/formatter.js";
import { JsonFormatter } from "./format/json.js";
import { SarifFormatter } from "./format/sarif.js";
import { wantsColour } from "./format/style.js";
import { TextFormatter } from "./format/text.js";
import { Progress } from "./progress.js";
import { readResourcesFile } from "./resources-file.js";
import { Summary } from "./summary.js";

const formatters: Readonly<Record<Format, new (options: FormatterOptions) => Formatter>> = {
  text: TextFormatter,
  json: JsonFormatter,
  sarif: SarifFormatter,
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
  const summary = new Summary();
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
  if (stop.aborted) return summary.leaks > 0 ? exitCodes.leaks : exitCodes.clean;

  if (summary.files > 0 || format !== "text") formatter.end(summary);
  if (summary.files === 0) {
    if (format === "text") {
      for (const { path, message } of summary.problems) complain(`${path}: ${message}`);
    }
    if (files.length === 0) complain(`no TypeScript or JavaScript files in ${paths.join(", ")}`);
    else complain("nothing could be analysed");
    return exitCodes.badInput;
  }
  return summary.leaks > 0 ? exitCodes.leaks : exitCodes.clean;
}

/** Undefined where the resources that the user gives cannot be used, of which they are told. */
function sessionFor({ types, resources, rewrite }: Invocation): Session | undefined {
  try {
    return new Session({
      types,
      rewrite,
      ...(resources !== undefined && { resources: readResourcesFile(resources) }),
    });
  } catch (error) {
    if (!(error instanceof RangeError) || resources === undefined) throw error;
    complain(`${resources}: ${error.message}`);
    return undefined;
  }
}

function mend(session: Session, found: FileReport, summary: Summary): FileReport {
  const { report, count, problem } = fix(session, found);
  if (problem !== undefined) {
    summary.problems.push({ kind: "unwritten", path: found.path, message: problem });
  }
  if (count > 0) {
    summary.fixedLeaks += count;
    summary.fixedFiles++;
  }
  // What was told about the file before it was mended must not be lost.
  return report.problem === undefined && found.problem !== undefined
    ? { ...report, problem: found.problem }
    : report;
}

function complain(message: string): void {
  process.stderr.write(`unwind-check: ${message}\n`);
}
