// npm run build: both packages and the extension's bundles.
import "./lib/node-version.mjs";

import { join } from "node:path";

import { buildProjects } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";

await ensureInstalled();
const compiled = await buildProjects(["."]);
const bundled = await run([process.execPath, join(root, "scripts", "build-extension.mjs")]);
process.exitCode = compiled || bundled;
