import { type FileReport, Session } from "../session/index.js";
import { exitCodes, type Format, type Invocation, readArguments } from "./arguments.js";
import { discover } from "./discover.js";
import { fix } from "./fix.js";
import type { Formatter, FormatterOptions } from "./format/formatter.js";
import { JsonFormatter } from "./format/json.js";
import { SarifFormatter } from "./format/sarif.js";
import { wantsColour } from "./format/style.js";
import { TextFormatter } from "./format/text.js";
import { Progress } from "./progress.js";
import { Summary } from "./summary.js";

const formatters: Readonly<Record<Format, new (options: FormatterOptions) => Formatter>> = {
  text: TextFormatter,
  json: JsonFormatter,
  sarif: SarifFormatter,
};

/**
 * Runs the command.
 *
 * @param args What follows the command's name.
 * @returns The exit code.
 */
export async function unwindCheck(args: readonly string[]): Promise<number> {
  const invocation = readArguments(args);
  if (typeof invocation === "number") return invocation;

  const stop = new AbortController();
  const signals = ["SIGINT", "SIGTERM"] as const;
  const interrupt = (signal: NodeJS.Signals) => {
    stop.abort(signal);
  };
  for (const signal of signals) process.on(signal, interrupt);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has had enough, as `head` does. Any other failure to write must not go unheard.
    if (error.code !== "EPIPE") throw error;
    stop.abort("EPIPE");
  });

  const code = await analyse(invocation, stop.signal);
  for (const signal of signals) process.off(signal, interrupt);
  const reason: unknown = stop.signal.reason;
  // Ended by the signal itself, so that whoever called the command learns how it ended.
  if (reason === "SIGINT" || reason === "SIGTERM") process.kill(process.pid, reason);
  return code;
}

async function analyse(invocation: Invocation, stop: AbortSignal): Promise<number> {
  const { paths, format, types } = invocation;
  const summary = new Summary();
  const { files, problems } = discover(paths);
  for (const problem of problems) summary.problems.push({ kind: "input", ...problem });

  const formatter = new formatters[format]({
    write: (text) => process.stdout.write(text),
    workingDirectory: process.cwd(),
    colour: wantsColour(process.stdout, process.env),
  });
  const session = new Session({ types });
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
