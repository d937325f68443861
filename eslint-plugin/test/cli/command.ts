import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
export const main = path.join(packageFolder, "dist/cli/main.js");

/** Builds what the tests run. */
export function build(): void {
  const { status, stdout } = spawnSync(
    process.execPath,
    [path.join(packageFolder, "../node_modules/typescript/bin/tsc"), "-b", packageFolder],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The build failed:\n${stdout}`);
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The working directory. */
  readonly in: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
}

/** Runs the built command to its end. */
export function unwindCheck(args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = start(args, options);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** Starts the built command, with its standard output and error as pipes. */
export function start(args: readonly string[], options: RunOptions) {
  const { NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
  void [NO_COLOR, FORCE_COLOR];
  return spawn(process.execPath, [main, ...args], {
    cwd: options.in,
    env: { ...inherited, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
}
