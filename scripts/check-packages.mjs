// Checks packed packages as a user would get them: publint for the manifest, attw for the types.
import "./lib/node-version.mjs";

import { readdirSync } from "node:fs";
import { join } from "node:path";

import { packages } from "./lib/build.mjs";
import { installed, run } from "./lib/run.mjs";

const folder = process.argv[2];
const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
if (tarballs.length !== packages.length) {
  console.error(`${packages.length} packed packages were expected, found: ${tarballs.join(", ")}`);
  process.exitCode = 1;
}
for (const tarball of tarballs) {
  const file = join(folder, tarball);
  const codes = [
    await run(installed("publint/src/cli.js", "run", file, "--strict")),
    // The packages are ES modules only: on the supported Node versions `require` loads them.
    await run(
      installed("@arethetypeswrong/cli/dist/index.js", file, "--profile", "esm-only", "--no-emoji"),
    ),
  ];
  if (codes.some((code) => code !== 0)) process.exitCode = 1;
}
