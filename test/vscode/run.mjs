// The editor tests, in a real VS Code: `node test/vscode/run.mjs [--only host|ui] [--picture FILE]
// [--vsix FILE] [--counts FILE] [--code-server VERSION]`. Everything that is missing is installed
// below `.cache/vscode`, or below the folder that UNWIND_CACHE names. The oldest VS Code that the
// manifest admits is in code-server 4.100.3.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..", "..");
// Below the repository's node_modules, so that what is bundled here finds the packages there.
const built = join(root, "node_modules", ".cache", "unwind-editor-tests");

rmSync(built, { recursive: true, force: true });
/** @type {import("esbuild").BuildOptions} */
const shared = {
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
};
await build({
  ...shared,
  entryPoints: [join(here, "main.ts"), join(here, "stand-in.ts")],
  format: "esm",
  outdir: built,
  outExtension: { ".js": ".mjs" },
});
// The extension host loads its tests with `require`.
await build({
  ...shared,
  entryPoints: readdirSync(join(here, "suite"))
    .filter((name) => name === "index.ts" || name.endsWith(".test.ts"))
    .map((name) => join(here, "suite", name)),
  format: "cjs",
  outdir: join(built, "suite"),
  outExtension: { ".js": ".cjs" },
});

process.setSourceMapsEnabled(true);
const { main } = await import(pathToFileURL(join(built, "main.mjs")).href);
process.exitCode = await main({ root, built, args: process.argv.slice(2) });
