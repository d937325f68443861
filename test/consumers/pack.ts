import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { ProvidedContext } from "vitest";
import type { TestProject } from "vitest/node";

import { packages } from "../../scripts/lib/build.mjs";
import { root } from "../../scripts/lib/paths.mjs";
import { npm } from "../../scripts/lib/run.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The packed packages, by name, as they would be published. */
    tarballs: Readonly<Record<"unwind" | "eslint-plugin-unwind", string>>;
  }
}

interface Packed {
  readonly name: "unwind" | "eslint-plugin-unwind";
  readonly filename: string;
}

/** Packs both packages once for all consumers. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "unwind-packed-"));
  try {
    project.provide("tarballs", await pack(folder));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return () => rm(folder, { recursive: true, force: true });
}

async function pack(folder: string): Promise<ProvidedContext["tarballs"]> {
  const workspaces = packages.map((name) => `--workspace=${name}`);
  const [program = "npm", ...args] = npm("pack", "--json", "--pack-destination", folder);
  const { stdout } = await promisify(execFile)(program, [...args, ...workspaces], { cwd: root });
  const packed = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  const tarball = (name: Packed["name"]) => {
    const found = packed.find((one) => one.name === name);
    if (found === undefined) throw new Error(`npm pack did not pack ${name}: ${stdout}`);
    return join(folder, found.filename);
  };
  return {
    unwind: tarball("unwind"),
    "eslint-plugin-unwind": tarball("eslint-plugin-unwind"),
  };
}
