import { execFile, spawn, type ChildProcess } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { type BrowserContext, chromium, type Page } from "playwright-core";

import type { VisualStudioCode } from "./install.js";

const execute = promisify(execFile);

/** Milliseconds. */
const limits = { start: 60_000, install: 60_000, stop: 5_000 };

export interface ServerOptions {
  readonly vscode: VisualStudioCode;
  /** Flags of VS Code's server beside those that every test needs. */
  readonly flags?: readonly string[];
  /** Extensions to install, by VS Code itself, before the server starts. */
  readonly vsix?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether it asks if one trusts what a window opens. */
  readonly asksForTrust?: boolean;
}

/** VS Code's server on 127.0.0.1, with data and extensions of its own in a temporary folder. */
export class Server implements AsyncDisposable {
  readonly url: URL;
  /** The identifiers and versions of the extensions that were installed. */
  readonly extensions: readonly string[];
  readonly #child: ChildProcess;
  readonly #data: string;
  readonly #log: readonly string[];

  private constructor(
    url: URL,
    extensions: readonly string[],
    child: ChildProcess,
    data: string,
    log: readonly string[],
  ) {
    this.url = url;
    this.extensions = extensions;
    this.#child = child;
    this.#data = data;
    this.#log = log;
  }

  static async start(options: ServerOptions): Promise<Server> {
    const { vscode, flags = [], vsix = [], settings = {}, asksForTrust = false } = options;
    const data = await mkdtemp(path.join(os.tmpdir(), "unwind-vscode-"));
    let child: ChildProcess | undefined;
    try {
      const extensions = path.join(data, "extensions");
      const machine = path.join(data, "data", "Machine");
      await mkdir(extensions);
      await mkdir(machine, { recursive: true });
      await writeFile(path.join(machine, "settings.json"), JSON.stringify(settings));
      const places = ["--server-data-dir", data, "--extensions-dir", extensions];
      const telemetry = ["--telemetry-level", "off"];
      const env = environment();
      for (const file of vsix) {
        const args = [vscode.serverMain, ...places, ...telemetry, "--install-extension", file];
        await execute(vscode.node, args, { env, timeout: limits.install });
      }
      const installed = (await readdir(extensions, { withFileTypes: true }))
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
        .map(({ name }) => name);

      const address = ["--host", "127.0.0.1", "--port", "0", "--without-connection-token"];
      const trust = [
        "--accept-server-license-terms",
        ...(asksForTrust ? [] : ["--disable-workspace-trust"]),
      ];
      const args = [vscode.serverMain, ...address, ...places, ...telemetry, ...trust, ...flags];
      child = spawn(vscode.node, args, { env, stdio: ["ignore", "pipe", "pipe"] });
      const log: string[] = [];
      const port = await listening(child, log);
      return new Server(new URL(`http://127.0.0.1:${port}/`), installed, child, data, log);
    } catch (error) {
      try {
        await stop(child);
      } finally {
        await remove(data);
      }
      throw error;
    }
  }

  /**
   * The address of a window.
   *
   * @param folder What it opens: a folder, or a file with the extension `.code-workspace`.
   * @param payload As the workbench takes it: names and values.
   */
  window(folder: string, payload: readonly (readonly [name: string, value: string])[]): string {
    const url = new URL(this.url);
    url.searchParams.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", folder);
    url.searchParams.set("payload", JSON.stringify([...payload, ["skipWelcome", "true"]]));
    return url.href;
  }

  /** A file as the window's extension host is to load it. */
  remote(file: string): string {
    return `vscode-remote://${this.url.host}${file}`;
  }

  /** What the server wrote so far. */
  log(): string {
    return this.#log.join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await stop(this.#child);
    } finally {
      await remove(this.#data);
    }
  }
}

/** Waits for the server to tell its port, and keeps what it writes in `log`. */
function listening(child: ChildProcess, log: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reject(new Error(`VS Code's server ${why}\n${log.join("")}`));
    };
    const timer = setTimeout(() => {
      fail(`did not start within ${limits.start / 1000} s`);
    }, limits.start);
    for (const input of [child.stdout, child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on("line", (line) => {
        log.push(`${line}\n`);
        const port = /Extension host agent listening on (\d+)/.exec(line)?.[1];
        if (port === undefined) return;
        clearTimeout(timer);
        resolve(port);
      });
    }
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with exit code ${code ?? "none"}`);
    });
  });
}

/** The variables of a VS Code around us would make its child believe that it is a part of it. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !key.startsWith("VSCODE_")),
  );
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), limits.stop);
  await gone;
  clearTimeout(timer);
}

/** Its processes may still write for a moment. */
async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

export interface BrowserOptions {
  readonly executable: string;
  /** CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** Picture pixels to a CSS pixel. */
  readonly scale?: number;
}

/** A headless Chromium with one page, which reaches nothing but 127.0.0.1. */
export class Browser implements AsyncDisposable {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #data: string;

  private constructor(page: Page, context: BrowserContext, data: string) {
    this.page = page;
    this.#context = context;
    this.#data = data;
  }

  static async start({ executable, size, scale = 1 }: BrowserOptions): Promise<Browser> {
    const data = await mkdtemp(path.join(os.tmpdir(), "unwind-chromium-"));
    try {
      const context = await chromium.launchPersistentContext(data, {
        executablePath: executable,
        headless: true,
        viewport: size,
        deviceScaleFactor: scale,
        colorScheme: "dark",
        args: [
          // Root, as in a container, cannot have Chromium's sandbox.
          ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
      });
      try {
        return new Browser(context.pages()[0] ?? (await context.newPage()), context, data);
      } catch (error) {
        await context.close();
        throw error;
      }
    } catch (error) {
      await remove(data);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#context.close();
    } finally {
      await remove(this.#data);
    }
  }
}

/** A copy of the test workspace that a test may change. */
export class Workspace implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param root The repository, whose `@types/node` the folder `typed` gets. */
  static async create(root: string): Promise<Workspace> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "unwind-workspace-"));
    try {
      await cp(path.join(root, "test", "vscode", "workspace"), folder, { recursive: true });
      for (const name of ["@types/node", "undici-types"]) {
        const target = path.join(folder, "typed", "node_modules", name);
        await cp(path.join(root, "node_modules", name), target, { recursive: true });
      }
      return new Workspace(folder);
    } catch (error) {
      await remove(folder);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await remove(this.folder);
  }
}
