import { execFile } from "node:child_process";
import { access, constants, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { Unavailable } from "../../vscode/failures.js";

const execute = promisify(execFile);

/** A server as Debian packages it. */
export interface Package {
  /** What it is called to people. */
  readonly title: string;
  /** Debian's package. */
  readonly name: string;
  /** Folders to look into besides the PATH; `*` stands for any one folder name. */
  readonly folders: readonly string[];
}

/**
 * Finds the executables of a server, or installs its package by apt-get where we may: as root, or by
 * `sudo` where that asks for no password.
 *
 * @returns Their absolute paths, in the order of `names`.
 * @throws {@link Unavailable} naming what to do where they can be neither found nor installed.
 */
export async function executables<const Names extends readonly string[]>(
  source: Package,
  names: Names,
): Promise<{ [I in keyof Names]: string }> {
  let found = await findAll(source, names);
  if (found === undefined && (await installed(source))) found = await findAll(source, names);
  if (found !== undefined) return found as { [I in keyof Names]: string };
  throw new Unavailable(
    `The tests with real databases need ${source.title} (${names.join(", ")}). Install it (on Debian or Ubuntu, as root: apt-get install ${source.name}), or put its programs on the PATH; it is started by the tests themselves.`,
  );
}

async function findAll(source: Package, names: readonly string[]): Promise<string[] | undefined> {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(path.isAbsolute);
  for (const pattern of source.folders) folders.push(...(await expand(pattern)));
  const paths: string[] = [];
  for (const name of names) {
    const file = await firstExecutable(folders.map((folder) => path.join(folder, name)));
    if (file === undefined) return undefined;
    paths.push(file);
  }
  return paths;
}

/** The newest version first. */
async function expand(pattern: string): Promise<string[]> {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return [pattern];
  if (!existsSync(before)) return [];
  const versions = (await readdir(before)).sort((a, b) =>
    b.localeCompare(a, "en", { numeric: true }),
  );
  return versions.map((version) => `${before}${version}${after}`);
}

async function firstExecutable(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const ok = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (ok) return file;
  }
  return undefined;
}

/** Whether apt-get has installed the package. One at a time: apt-get locks its lists. */
let turn: Promise<unknown> = Promise.resolve();

function installed(source: Package): Promise<boolean> {
  const done = turn.then(async () => {
    if (!existsSync("/etc/debian_version")) return false;
    console.log(`Installing ${source.title} through apt-get (once)…`);
    const [program = "", ...before] = process.getuid?.() === 0 ? ["env"] : ["sudo", "-n", "env"];
    const apt = [...before, "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    const options = { maxBuffer: 1 << 26, timeout: 600_000 };
    try {
      // As policy-rc.d would say: the package's own service is not ours to start.
      await execute(program, [...apt, "update"], options);
      await execute(
        program,
        [...apt, "install", "-y", "--no-install-recommends", source.name],
        options,
      );
      return true;
    } catch {
      return false; // the caller says what to do
    }
  });
  turn = done;
  return done;
}
