import { spawn } from "node:child_process";
import { constants } from "node:os";

import { root } from "./paths.mjs";

let interrupted = false;

/** Whether a person has stopped this process while a program ran; what is left should not start. */
export function wasInterrupted() {
  return interrupted;
}

/**
 * Runs a program to its end.
 *
 * @param {readonly string[]} command the program and its arguments
 * @param {object} [options]
 * @param {string} [options.cwd] by default the repository's root
 * @param {NodeJS.ProcessEnv} [options.env] by default this process's
 * @param {boolean} [options.quiet] keep the output and print it only when the program fails
 * @param {number} [options.limitSeconds] kill it, and all that it started, after this long
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it, 124 when the limit did
 */
export function run(
  [program, ...args],
  { cwd = root, env = process.env, quiet = false, limitSeconds } = {},
) {
  return new Promise((resolve, reject) => {
    // A group of its own can be killed as a whole. Without a limit it stays in ours, where the
    // terminal's Ctrl+C reaches it.
    const ownGroup = limitSeconds !== undefined && process.platform !== "win32";
    const child = spawn(program, args, {
      cwd,
      env,
      detached: ownGroup,
      stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    });

    const kept = [];
    child.stdout?.on("data", (chunk) => kept.push(chunk));
    child.stderr?.on("data", (chunk) => kept.push(chunk));

    let late = false;
    const kill = (signal) => {
      try {
        if (ownGroup) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It ended by itself in the meantime.
      }
    };
    const timers = [];
    if (limitSeconds !== undefined) {
      timers.push(
        setTimeout(() => {
          late = true;
          kill("SIGTERM");
          // Long enough for a test to stop the servers and browsers that it has started.
          timers.push(setTimeout(() => kill("SIGKILL"), 10_000));
        }, limitSeconds * 1000),
      );
    }
    const pass = (signal) => {
      interrupted = true;
      kill(signal);
    };
    process.on("SIGINT", pass);
    process.on("SIGTERM", pass);
    const settle = () => {
      timers.forEach((timer) => clearTimeout(timer));
      process.off("SIGINT", pass);
      process.off("SIGTERM", pass);
    };

    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (code, signal) => {
      settle();
      const exit = late ? 124 : (code ?? 128 + (constants.signals[signal] ?? 0));
      if (exit !== 0) process.stderr.write(Buffer.concat(kept));
      resolve(exit);
    });
  });
}

/**
 * The command line of npm: the npm that started this script where there is one, so that it works
 * on Windows too, where `npm` is a batch file.
 *
 * @param {...string} args
 * @returns {string[]}
 */
export function npm(...args) {
  const own = process.env.npm_execpath;
  if (own !== undefined && /npm-cli\.c?js$/.test(own)) return [process.execPath, own, ...args];
  return process.platform === "win32"
    ? ["cmd", "/d", "/s", "/c", "npm", ...args]
    : ["npm", ...args];
}

/**
 * The command line of a script of an installed package.
 *
 * @param {string} file path below `node_modules`
 * @param {...string} args
 * @returns {string[]}
 */
export function installed(file, ...args) {
  return [process.execPath, `${root}/node_modules/${file}`, ...args];
}
