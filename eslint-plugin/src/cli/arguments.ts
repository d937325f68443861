import { Command, CommanderError, Option } from "commander";

import { type RewriteMode, rewriteModes } from "../rewrites/mode.js";
import { type Preset, presets } from "../session/presets.js";
import { version } from "../version.js";

export const formats = ["text", "json", "sarif", "html"] as const;
export type Format = (typeof formats)[number];

/** What the command was asked to do. */
export interface Invocation {
  /** Files and directories, at least one. */
  readonly paths: readonly string[];
  readonly format: Format;
  readonly fix: boolean;
  readonly types: boolean;
  /** Which rules run where `rule` names none. */
  readonly preset: Preset;
  /** The only rules that run, by name. */
  readonly rule?: readonly string[];
  /** The file with resources besides those that are known. */
  readonly resources?: string;
  /** In what terms rewrites speak. */
  readonly rewrite: RewriteMode;
}

/** Exit codes, as `--help` describes them. */
export const exitCodes = { clean: 0, errors: 1, badInput: 2 } as const;

const epilogue = `
Directories are searched for .ts .tsx .mts .cts .js .jsx .mjs .cjs files. Left out, unless named, is
what .gitignore ignores, .d.ts files, and the directories node_modules, dist, build, out, coverage.

Exit codes:
  0  nothing found, or nothing but warnings
  1  findings of severity error, as leaks are (with --fix: such findings left)
  2  bad arguments, or nothing could be analysed

Examples:
  unwind-check                        the current directory
  unwind-check src test/helpers.ts    a directory and a file
  unwind-check --fix                  apply the rewrites that are proven
  unwind-check --preset strict        warnings of what could be said better, too
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
    .addOption(
      new Option("--preset <preset>", "which rules run").choices(presets).default("recommended"),
    )
    .addOption(
      new Option("--rule <name>", "run only this rule (may be given several times)")
        .argParser((name: string, before?: string[]) => [...(before ?? []), name])
        .conflicts("preset"),
    )
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
