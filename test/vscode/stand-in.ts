// Stands in for the `code` executable where there is no desktop: takes the arguments that
// @vscode/test-electron gives, runs the tests in the extension host of VS Code's server, and ends
// with their exit code. Which VS Code and which browser to use is told in UNWIND_STAND_IN.
import path from "node:path";
import { format } from "node:util";

import type { VisualStudioCode } from "./install.js";
import { Browser, Server } from "./visual-studio-code.js";

/** What UNWIND_STAND_IN holds, as JSON. */
export interface StandInSettings {
  readonly vscode: VisualStudioCode;
  readonly browser: string;
  /** Milliseconds after which the tests are given up. */
  readonly limit: number;
}

const { vscode, browser, limit } = JSON.parse(
  process.env["UNWIND_STAND_IN"] ?? "{}",
) as StandInSettings;

process.exitCode = await runTests(process.argv.slice(2));
// What is left is stopped already or is not worth waiting for.
process.exit();

async function runTests(args: readonly string[]): Promise<number> {
  const tests = option(args, "extensionTestsPath");
  const folder = args.find((arg) => !arg.startsWith("-"));
  if (tests === undefined || folder === undefined) {
    throw new Error("The stand-in needs a folder and --extensionTestsPath.");
  }
  // Without this flag the server ignores the paths of the extension and its tests.
  await using server = await Server.start({ vscode, flags: ["--enable-smoke-test-driver"] });
  await using chromium = await Browser.start({
    executable: browser,
    size: { width: 1280, height: 800 },
  });
  const { page } = chromium;
  const output: string[] = [];
  const ended = new Promise<number>((resolve) => {
    const give = (code: number, why: string) => {
      console.error(why);
      resolve(code);
    };
    const timer = setTimeout(() => {
      give(124, `The tests did not end within ${limit / 1000} s.`);
    }, limit);
    timer.unref();
    // Whoever started us may have been killed.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent) resolve(125);
    }, 1_000);
    watch.unref();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        give(126, `Stopped by ${signal}.`);
      });
    }
    page.once("crash", () => {
      give(127, "The browser's page crashed.");
    });
    void page.exposeFunction("codeAutomationLog", (_type: string, values: unknown[]) => {
      output.push(format(...values));
    });
    void page.exposeFunction("codeAutomationExit", (code: number) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
  await page.goto(
    server.window(path.resolve(folder), [
      ...options(args, "extensionDevelopmentPath").map(
        (each) => ["extensionDevelopmentPath", server.remote(path.resolve(each))] as const,
      ),
      ["extensionTestsPath", server.remote(path.resolve(tests))],
    ]),
  );
  const code = await ended;
  if (code !== 0) {
    console.error(["", "The window's log:", ...output.slice(-60)].join("\n"));
    console.error(`\nThe server's log:\n${server.log().slice(-4_000)}`);
  }
  return code;
}

function option(args: readonly string[], name: string): string | undefined {
  return options(args, name)[0];
}

function options(args: readonly string[], name: string): string[] {
  const prefix = `--${name}=`;
  return args.filter((arg) => arg.startsWith(prefix)).map((arg) => arg.slice(prefix.length));
}
