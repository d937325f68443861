import { readArguments } from "./arguments.js";

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

  // Loaded only now, as TypeScript takes its time, and `--help` needs none of it.
  const { analyse } = await import("./analyse.js");
  const code = await analyse(invocation, stop.signal);
  for (const signal of signals) process.off(signal, interrupt);
  const reason: unknown = stop.signal.reason;
  // Ended by the signal itself, so that whoever called the command learns how it ended.
  if (reason === "SIGINT" || reason === "SIGTERM") process.kill(process.pid, reason);
  return code;
}
