import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./paths.mjs";
import { npm, run } from "./run.mjs";

/**
 * Installs what `package-lock.json` names, unless it is there already. Prints one line while it
 * works and npm's own output only when npm fails.
 *
 * @returns {Promise<void>} ends the process when npm fails
 */
export async function ensureInstalled() {
  const missing = reasonToInstall();
  if (missing === undefined) return;
  console.error(`Installing dependencies (${missing}) …`);
  const code = await run(npm("ci", "--no-progress"), { quiet: true });
  if (code === 0) return;
  console.error("`npm ci` failed; its output is above. The npm registry must be reachable.");
  process.exit(2);
}

/**
 * Compares contents, not times: git gives every file it writes the time of the checkout.
 *
 * @returns {string | undefined}
 */
function reasonToInstall() {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return "first run";
  const wanted = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(installedFile);
  for (const [path, { version, optional, link }] of Object.entries(wanted)) {
    // Optional packages are those of other platforms; links are the workspaces.
    if (!path.includes("node_modules/") || optional || link) continue;
    if (installed[path]?.version !== version) return "package-lock.json has changed";
  }
  return undefined;
}

/** @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>} */
function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}
