// npm test [-- STEP …]: every check of this repository, or the named ones and what they build on.
import "./lib/node-version.mjs";

import { join } from "node:path";

import { packages } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { installed, npm } from "./lib/run.mjs";
import { runSteps, select } from "./lib/steps.mjs";

const script = (name, ...args) => [process.execPath, join(root, ...name.split("/")), ...args];

/** @type {import("./lib/steps.mjs").Step[]} */
const steps = [
  {
    name: "build",
    title: "both packages, the tests and the extension's bundles",
    limitMinutes: 5,
    commands: () => [script("scripts/build.mjs")],
  },
  {
    name: "format",
    title: "Prettier",
    limitMinutes: 2,
    commands: () => [installed("prettier/bin/prettier.cjs", "--check", ".")],
  },
  {
    name: "lint",
    title: "ESLint, with our own plugin among the rules",
    limitMinutes: 5,
    first: ["build"],
    commands: () => [script("scripts/lint.mjs")],
  },
  {
    name: "packages",
    title: "the packed packages' manifests and types (publint, attw)",
    limitMinutes: 3,
    first: ["build"],
    needs: ["build"],
    commands: ({ folder }) => [
      npm(
        "pack",
        "--silent",
        "--pack-destination",
        folder,
        ...packages.map((name) => `-w=${name}`),
      ),
      script("scripts/check-packages.mjs", folder),
    ],
  },
  {
    name: "unit",
    title: "every suite of vitest: runtime, eslint-plugin, and what crosses packages",
    limitMinutes: 25,
    first: ["build"],
    commands: ({ counts }) => [
      installed(
        "vitest/vitest.mjs",
        "run",
        "--project=!databases",
        // Vitest leaves one processor to itself, of two that there are.
        "--maxWorkers=100%",
        "--allowOnly=false",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${counts}`,
      ),
    ],
  },
  {
    name: "databases",
    title: "unwind/sql with real servers: PostgreSQL, MariaDB, SQLite, Redis",
    limitMinutes: 6,
    first: ["build"],
    needs: ["build"],
    commands: ({ counts }) => [
      installed(
        "vitest/vitest.mjs",
        "run",
        "--project=databases",
        "--allowOnly=false",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${counts}`,
      ),
    ],
  },
  {
    name: "package",
    title: "the extension's .vsix",
    limitMinutes: 3,
    first: ["build"],
    needs: ["build"],
    commands: () => [script("scripts/package.mjs")],
  },
  {
    name: "vscode",
    title: "the installed .vsix in a real VS Code: extension host and user interface",
    limitMinutes: 10,
    first: ["build", "package"],
    needs: ["build", "package"],
    commands: ({ counts }) => [script("test/vscode/run.mjs", `--counts=${counts}`)],
  },
];

let selected;
try {
  selected = select(steps, process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
await ensureInstalled();
process.exitCode = (await runSteps(selected)) ? 0 : 1;
