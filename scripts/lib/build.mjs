import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { root } from "./paths.mjs";
import { installed, run } from "./run.mjs";

/** The workspaces, in the order in which they are built. */
export const packages = ["runtime", "eslint-plugin"];

/**
 * Brings TypeScript projects and all that they refer to up to date; what has not changed is not
 * built again.
 *
 * @param {readonly string[]} projects folders with a tsconfig.json
 * @param {object} [options]
 * @param {boolean} [options.quiet] print the compiler's output only when it fails
 * @returns {Promise<number>} the compiler's exit code
 */
export async function buildProjects(projects, { quiet = false } = {}) {
  for (const name of packages) pruneOutputs(join(root, name));
  return run(installed("typescript/bin/tsc", "-b", ...projects), { quiet });
}

/** Deletes outputs of sources that are gone: the compiler leaves them, and they would be packed. */
function pruneOutputs(folder) {
  const outputs = join(folder, "dist");
  if (!existsSync(outputs)) return;
  for (const entry of readdirSync(outputs, { recursive: true, withFileTypes: true })) {
    const stem = /^(.*)\.(?:js|d\.ts)(?:\.map)?$/.exec(entry.name)?.[1];
    if (!entry.isFile() || stem === undefined) continue;
    const output = join(entry.parentPath ?? entry.path, entry.name);
    const source = join(
      folder,
      "src",
      (entry.parentPath ?? entry.path).slice(outputs.length),
      stem,
    );
    if (!existsSync(`${source}.ts`)) rmSync(output);
  }
}
