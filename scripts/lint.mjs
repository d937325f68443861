// npm run lint [-- PATH …]: ESLint over the repository, with its own plugin among the rules.
import "./lib/node-version.mjs";

import { buildProjects, packages } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { installed, run } from "./lib/run.mjs";

await ensureInstalled();
// The plugin lints itself, so it has to be built; the rules that ask types read the other
// package's declarations.
if ((await buildProjects(packages, { quiet: true })) !== 0) {
  console.error("The build failed; its output is above.");
  process.exit(2);
}
const args = process.argv.slice(2);
process.exitCode = await run(
  installed("eslint/bin/eslint.js", "--max-warnings=0", ...(args.length > 0 ? args : ["."])),
);
