import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { inject } from "vitest";

import { npm } from "../../scripts/lib/run.mjs";

/** What a program printed and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project of a user, outside of this repository, with the packed packages installed. */
export class Project implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Writes the files and installs the dependencies with the ordinary npm client.
   *
   * @param dependencies versions by package name; `"packed"` stands for one of our own
   * @param files contents by relative path; `package.json` receives the dependencies
   * @throws Error with npm's output when it refuses, for example because of a peer conflict
   */
  static async create(
    dependencies: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string | object>>,
  ): Promise<Project> {
    // The real path: a symbolic link on the way would let programs disagree on file names.
    const parent = await realpath(tmpdir());
    const project = new Project(await mkdtemp(join(parent, "unwind-consumer-")));
    try {
      const { "package.json": manifest = {}, ...others } = files;
      await project.write({
        ...others,
        "package.json": {
          name: "consumer",
          private: true,
          ...(manifest as object),
          dependencies: Object.fromEntries(
            Object.entries(dependencies).map(([name, version]) => [name, locate(name, version)]),
          ),
        },
      });
      const installed = await project.npm("install", "--strict-peer-deps", "--no-progress");
      if (installed.code !== 0) throw new Error(installed.stdout + installed.stderr);
      return project;
    } catch (error) {
      await project[Symbol.asyncDispose]();
      throw error;
    }
  }

  async write(files: Readonly<Record<string, string | object>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    }
  }

  /** Runs a script of an installed package, or any file, by Node. */
  node(...args: readonly string[]): Promise<Outcome> {
    return this.#run([process.execPath, ...args]);
  }

  npm(...args: readonly string[]): Promise<Outcome> {
    return this.#run(npm(...args));
  }

  #run([program = "", ...args]: readonly string[]): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      execFile(
        program,
        args,
        { cwd: this.folder, env: environment(), maxBuffer: 64 << 20 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : error.code;
          if (typeof code === "number") resolve({ code, stdout, stderr });
          else reject(error ?? new Error(`${program} did not start`));
        },
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function locate(name: string, version: string): string {
  if (version !== "packed") return version;
  const tarballs: Readonly<Record<string, string>> = inject("tarballs");
  return `file:${tarballs[name] ?? ""}`;
}

/** A person's shell: without what the npm and the vitest that run this test have set. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:npm_(?:package|lifecycle|command|config_local_prefix|config_workspace)|INIT_CWD|NODE_ENV|NODE_OPTIONS|VITEST|NODE_PATH)/i.test(
        name,
      ),
  );
  return { ...Object.fromEntries(inherited), NO_COLOR: "1" };
}
