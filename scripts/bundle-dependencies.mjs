// Run by npm before and after a workspace is packed: puts the workspace's bundled dependencies
// where npm looks for them, and takes them away again. npm packs them from the workspace's own
// node_modules only, but installs them into the root's.
//
// Why one is bundled at all: `ts-api-utils` works on whatever `typescript` it finds beside it. In
// a project with TypeScript 7, which has no API, npm installs it beside that one, since it declares
// no upper bound. Packed into our package, it finds the TypeScript that our package brings.
import "./lib/node-version.mjs";

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const workspace = process.cwd();
const { bundleDependencies = [] } = readManifest(workspace);
for (const name of bundleDependencies) {
  const copy = join(workspace, "node_modules", name);
  rmSync(copy, { recursive: true, force: true });
  if (process.argv[2] === "remove") continue;
  cpSync(folderOf(name), copy, { recursive: true });
  // npm takes a bundled package's peers for bundled too, and would not install them.
  const { peerDependencies: _, ...manifest } = readManifest(copy);
  writeFileSync(join(copy, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** The installed package's folder, found from one of its files: few export their manifest. */
function folderOf(name) {
  const file = createRequire(join(workspace, "package.json")).resolve(name);
  const end = join("node_modules", name);
  return join(dirname(file).split(end)[0] ?? "", end);
}
