import { Command, CommanderError, Option } from "commander";

import { type RewriteMode, rewriteModes } from "../rewrites/mode.js";
import { version } from "../version.js";

export const formats = ["text", "json", "sarif"] as const;
export type Format = (typeof formats)[number];

/** What the command was asked to do. */
export interface Invocation {
  /** Files and directories, at least one. */
  readonly paths: readonly string[];
  readonly format: Format;
  readonly fix: boolean;
  readonly types: boolean;
  /** The file with resources besides those that are known. */
  readonly resources?: string;
  /** In what terms rewrites speak. */
  readonly rewrite: RewriteMode;
}

/** Exit codes, as `--help` describes them. */
export const exitCodes = { clean: 0, leaks: 1, badInput: 2 } as const;

const epilogue = `
Directories are searched for .ts .tsx .mts .cts .js .jsx .mjs .cjs files. Left out, unless named, is
what .gitignore ignores, .d.ts files, and the directories node_modules, dist, build, out, coverage.

Exit codes:
  0  no leaks
  1  leaks found (with --fix: leaks left)
  2  bad arguments, or nothing could be analysed

Examples:
  unwind-check                        the current directory
  unwind-check src test/helpers.ts    a directory and a file
  unwind-check --fix                  apply the rewrites that are proven
  unwind-check --format sarif > leaks.sarif
`;

/**
 * Reads the command line. Writes what `--help`, `--version` or a mistake ask for.
 *
 * @returns The invocation, or the exit code where there is nothing more to do.
 */
export function readArguments(args: readonly string[]): Invocation | number {
  const command = new Command("unwind-check")
    .description("Finds resources that leak on some path, shows the path, and mends the code.")
    .argument("[path...]", "directories and files to analyse (default: the current directory)")
    .option("--fix", "apply the rewrites that are proven, and report what is left", false)
    .addOption(
      new Option("--format <format>", "what to write to standard output")
        .choices(formats)
        .default("text"),
    )
    .option("--no-types", "do not load TypeScript projects: faster, and finds less")
    .option("--resources <file>", "a JSON file with further resources, see docs/resources.md")
    .addOption(
      new Option("--rewrite <mode>", "in what terms the rewrites of --fix speak")
        .choices(rewriteModes)
        .default("auto"),
    )
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", epilogue)
    .showHelpAfterError("(unwind-check --help lists the options)")
    .exitOverride();
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.clean : exitCodes.badInput;
  }
  const options = command.opts<Omit<Invocation, "paths">>();
  return { ...options, paths: command.args.length === 0 ? ["."] : command.args };
}
