import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import { root } from "../../scripts/lib/paths.mjs";
import { Unavailable } from "../vscode/failures.js";
import { installChromium, installNode, installOnce, npmInstall } from "../vscode/install.js";

const cache = path.resolve(process.env["UNWIND_CACHE"] ?? path.join(root, ".cache", "engines"));

/** @returns The executable of the newest Node of a major version. */
export function node(major: number): Promise<string> {
  return installNode(cache, String(major));
}

/** @returns The executable of Deno 2. */
export function deno(): Promise<string> {
  return fromNpm("deno", "2", "@deno", "deno");
}

/** @returns The executable of Bun 1. */
export function bun(): Promise<string> {
  return fromNpm("bun", "1", "@oven", path.join("bin", "bun"));
}

/** @returns The executable of Chromium. */
export function chromium(): Promise<string> {
  return installChromium(cache);
}

/**
 * Both engines come as a package that depends on one with the executable for each platform, of which
 * npm installs ours.
 */
async function fromNpm(
  name: string,
  range: string,
  scope: string,
  executable: string,
): Promise<string> {
  const folder = await installOnce(cache, `${name}-${range}`, (partial) =>
    npmInstall(partial, [`${name}@${range}`]),
  );
  const platforms = path.join(folder, "node_modules", scope);
  const extension = process.platform === "win32" ? ".exe" : "";
  const found = (existsSync(platforms) ? readdirSync(platforms) : [])
    .map((platform) => path.join(platforms, platform, `${executable}${extension}`))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Unavailable(
    `npm's package ${name}@${range} has no executable for ${process.platform}-${process.arch}: delete ${folder}, make sure that npm installs optional dependencies, and run this again.`,
  );
}
