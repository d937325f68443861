import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { AsyncExitStack } from "unwind";

/** A server of our own: on 127.0.0.1, with data in a temporary folder. */
export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

/** As whom a server runs; nothing where it is ourselves. */
export interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** Database servers refuse to run as root; their package's user stands in, or nobody. */
export async function serverUser(name: string): Promise<User> {
  if (process.getuid?.() !== 0) return {};
  for (const candidate of [name, "nobody"]) {
    try {
      const [uid, gid] = await Promise.all(
        ["-u", "-g"].map(async (flag) =>
          Number((await promisify(execFile)("id", [flag, candidate])).stdout),
        ),
      );
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // There is no such user.
    }
  }
  return {};
}

/** A folder that is removed when the server has stopped. */
export async function dataFolder(name: string, { uid, gid }: User): Promise<string> {
  await using stack = new AsyncExitStack();
  const folder = stack.adopt(await mkdtemp(path.join(tmpdir(), `unwind-${name}-`)), removeFolder);
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  stack.move();
  return folder;
}

function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** A port that nobody listens on; somebody may be faster than we are. */
export async function freePort(): Promise<number> {
  const server = createServer();
  let address;
  try {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = server.address();
  } finally {
    server.close();
  }
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/**
 * Starts a server in the foreground and waits until it answers.
 *
 * @param answers Rejects as long as it does not.
 * @throws Error with the server's own output, where it ends or does not answer within a minute.
 */
export async function startServer(
  program: string,
  args: readonly string[],
  options: { readonly user: User; readonly folder: string; readonly port: number },
  answers: () => Promise<unknown>,
): Promise<Server> {
  const { folder, port, user } = options;
  const child = spawn(program, args, { ...user, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  }
  let problem: unknown;
  child.once("error", (error) => (problem = error));
  // Nothing is left behind, even when the tests are interrupted.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    await end(child);
    await removeFolder(folder);
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null || problem !== undefined || Date.now() > deadline) {
      await stop();
      throw new Error(`${program} does not answer:\n${output.join("").slice(-4_000)}`, {
        cause: problem,
      });
    }
    try {
      await answers();
      return { port, stop };
    } catch (error) {
      output.push("");
      if (Date.now() > deadline) problem = error;
      await sleep(100);
    }
  }
}

/** Asks it to end, and kills it where it does not. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  if ((await Promise.race([ended, sleep(10_000, "late", { ref: false })])) === "late") {
    child.kill("SIGKILL");
    await ended;
  }
}
