import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";

import type { VisualStudioCode } from "./install.js";
import type { StandInSettings } from "./stand-in.js";
import type { TestRun } from "./test-run.js";
import { Workspace } from "./visual-studio-code.js";

export interface ExtensionHostOptions {
  /** The repository, which is the extension's folder too. */
  readonly root: string;
  /** Where the bundled tests are. */
  readonly built: string;
  readonly cache: string;
  /** What stands in where the desktop build cannot be had. */
  readonly vscode: VisualStudioCode;
  readonly browser: () => Promise<string>;
}

/** Milliseconds. */
const limit = 240_000;

/** Runs the suite in VS Code's extension host, with the extension from its source folder. */
export async function runInExtensionHost(options: ExtensionHostOptions): Promise<TestRun> {
  const { root, built } = options;
  await using workspace = await Workspace.create(root);
  const results = path.join(built, "test-run.json");
  const desktop = await desktopExecutable(options.cache);
  const extensionTestsEnv: Record<string, string> = { UNWIND_TEST_RUN: results };
  if (desktop === undefined) {
    const settings: StandInSettings = {
      vscode: options.vscode,
      browser: await options.browser(),
      limit,
    };
    extensionTestsEnv["UNWIND_STAND_IN"] = JSON.stringify(settings);
  }
  let failure: unknown;
  try {
    await runTests({
      vscodeExecutablePath: desktop ?? (await standInExecutable(built)),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(built, "suite", "index.cjs"),
      launchArgs: [workspace.folder],
      extensionTestsEnv,
    });
  } catch (error) {
    failure = error;
  }
  const run = await readRun(results);
  if (run === undefined) {
    throw new Error("VS Code ended before the first test began.", { cause: failure });
  }
  const last = { title: run.running ?? "the suite ends well", milliseconds: 0 };
  const failed = run.tests.some((test) => test.failure !== undefined);
  if (run.running !== undefined || (failure !== undefined && !failed)) {
    return { ...run, tests: [...run.tests, { ...last, failure: String(failure) }] };
  }
  return run;
}

async function readRun(file: string): Promise<TestRun | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as TestRun;
  } catch {
    return undefined;
  }
}

/** The desktop's VS Code, where there is a desktop and it can be downloaded. */
async function desktopExecutable(cache: string): Promise<string | undefined> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const hasDisplay = process.platform !== "linux" || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
  if (!hasDisplay) return undefined;
  try {
    return await downloadAndUnzipVSCode({ cachePath: path.join(cache, "desktop") });
  } catch (error) {
    console.log(
      `VS Code's desktop build cannot be downloaded (${String(error)}); its server is used.`,
    );
    return undefined;
  }
}

/** An executable file, because that is what test-electron starts. */
async function standInExecutable(built: string): Promise<string> {
  const script = path.join(built, "stand-in.mjs");
  if (process.platform === "win32") {
    const batch = path.join(built, "stand-in.cmd");
    await writeFile(batch, `@"${process.execPath}" "${script}" %*\r\n`);
    return batch;
  }
  const shell = path.join(built, "stand-in");
  await writeFile(shell, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  await chmod(shell, 0o755);
  return shell;
}
