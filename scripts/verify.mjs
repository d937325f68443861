// npm run verify [-- NAME …]: the long runs, whose figures say how good the analysis and the runtime are.
import "./lib/node-version.mjs";

import { join } from "node:path";

import { buildProjects, packages } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { installed } from "./lib/run.mjs";
import { runSteps, select } from "./lib/steps.mjs";

const suite = (file, ...args) => [
  process.execPath,
  // A program of a large repository needs more than Node's default.
  "--max-old-space-size=6144",
  join(root, "test", ...file.split("/")),
  ...args,
];

/** @type {import("./lib/steps.mjs").Step[]} */
const suites = [
  {
    name: "test262",
    title: "test262's tests of the disposable stacks and SuppressedError, from UNWIND_TEST262",
    limitMinutes: 10,
    commands: () => [
      [
        process.execPath,
        // The built modules run as they are, in one realm a test.
        "--experimental-vm-modules",
        "--no-warnings",
        join(root, "test", "test262", "main.mjs"),
      ],
    ],
  },
  {
    name: "python",
    title: "ten thousand random programs in Python's contextlib and in ours",
    limitMinutes: 10,
    commands: () => [suite("python/main.mjs")],
  },
  {
    name: "rewrites",
    title: "sixteen thousand random programs before and after each rewrite that they are offered",
    limitMinutes: 60,
    env: { UNWIND_PROGRAMS: "16000" },
    commands: ({ counts }) => [
      installed(
        "vitest/vitest.mjs",
        "run",
        "--project=eslint-plugin",
        "--allowOnly=false",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${counts}`,
        "test/execution/",
      ),
    ],
  },
  {
    name: "noise",
    title: "reports outside tests in the three repositories in UNWIND_NOISE, at most 20",
    limitMinutes: 20,
    commands: () => [suite("corpus/noise.mjs")],
  },
  {
    name: "verdicts",
    title: "what two readers made of a sample of reports, kept in test/corpus/verdicts",
    limitMinutes: 1,
    commands: () => [suite("corpus/verdicts.mjs")],
  },
  {
    name: "robustness",
    title: "every file of the repositories in UNWIND_CORPUS, without an exception or a slow file",
    limitMinutes: 120,
    commands: () => [suite("corpus/robustness.mjs", "UNWIND_CORPUS")],
  },
  {
    name: "untyped",
    title: "the same without types",
    limitMinutes: 120,
    commands: () => [suite("corpus/robustness.mjs", "--no-types", "UNWIND_CORPUS")],
  },
  {
    name: "conformance",
    title: "compilers' own test cases, from UNWIND_CONFORMANCE, without types",
    limitMinutes: 60,
    commands: () => [suite("corpus/robustness.mjs", "--no-types", "UNWIND_CONFORMANCE")],
  },
  {
    name: "endurance",
    title: "the language server, used at random on the first repository in UNWIND_CORPUS",
    limitMinutes: 120,
    commands: () => [
      [process.execPath, join(root, "scripts", "build-extension.mjs")],
      suite("language-server/endurance/main.mjs"),
    ],
  },
  {
    name: "editor",
    title: "the installed .vsix in the oldest VS Code that the manifest admits",
    limitMinutes: 20,
    commands: () => [
      [process.execPath, join(root, "scripts", "build-extension.mjs")],
      [process.execPath, join(root, "scripts", "package.mjs")],
      suite("vscode/run.mjs", "--code-server", "4.100.3"),
    ],
  },
  {
    name: "baseline",
    title: "ESLint with no rules on the same files, for comparison",
    limitMinutes: 120,
    commands: () => [suite("corpus/baseline.mjs")],
  },
];

let selected;
try {
  selected = select(suites, process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
await ensureInstalled();
if ((await buildProjects(packages, { quiet: true })) !== 0) {
  console.error("The build failed; its output is above.");
  process.exit(2);
}
process.exitCode = (await runSteps(selected)) ? 0 : 1;
