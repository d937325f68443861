// npm run rewrites -- --corpus DIR …: applies every rewrite that is offered in real code, and judges it.
import "./lib/node-version.mjs";

import { join } from "node:path";

import { buildProjects, packages } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";

await ensureInstalled();
if ((await buildProjects(packages, { quiet: true })) !== 0) {
  console.error("The build failed; its output is above.");
  process.exit(2);
}
process.exitCode = await run([
  process.execPath,
  // A program of a large repository needs more than Node's default.
  "--max-old-space-size=6144",
  join(root, "test", "corpus", "rewrites", "main.mjs"),
  ...process.argv.slice(2),
]);
