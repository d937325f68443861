// npm start [-- DIR …]: lints a directory, or the bundled sample, with the command unwind-check.
import "./lib/node-version.mjs";

import { existsSync } from "node:fs";
import { join } from "node:path";

import { buildProjects, packages } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";

const command = join(root, "eslint-plugin", "dist", "cli", "main.js");

/** Options of unwind-check whose value is the next argument. */
const withValue = new Set(["--format", "--preset", "--rule", "--resources", "--rewrite"]);

await ensureInstalled();
if (!existsSync(command)) console.error("Building …");
if ((await buildProjects(packages, { quiet: true })) !== 0) {
  console.error("The build failed; its output is above.");
  process.exit(2);
}

const args = process.argv.slice(2);
if (!namesDirectory(args)) args.push(join(root, "test", "samples", "leaky-service"));
process.exitCode = await run(
  [process.execPath, command, ...args],
  // npm changes to the repository's root; a relative DIR is meant from where the person stands.
  { cwd: process.env.INIT_CWD ?? process.cwd() },
);

/** @param {readonly string[]} args */
function namesDirectory(args) {
  return args.some(
    (arg, index) => arg === "--" || (!arg.startsWith("-") && !withValue.has(args[index - 1])),
  );
}
