// Uses the built language server on a copy of the first repository in UNWIND_CORPUS as a person does who
// does everything at random: edits, opens, closes, renames, changes of files and settings, by a fixed
// seed. Fails when the server ends, when an answer is an error, when something inside of it fails, when
// at a checkpoint its diagnostics are not those of a fresh run of the command on the same files, and
// when what it holds in memory at the end is more than a fifth above what it held after the first 200.
//
//   endurance/main.mjs [--steps 2000] [--seed 1]
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

import { clones } from "../../corpus/clones.mjs";
import { sourceFiles } from "../../corpus/source-files.mjs";
import { Client } from "../client.mjs";
import { Actions } from "./actions.mjs";
import { differences } from "./differences.mjs";
import { Editor } from "./editor.mjs";
import { Random } from "./random.mjs";

const { values } = parseArgs({
  options: { steps: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
});
const steps = Number(values.steps);

/** The level of memory is taken first after so many steps; diagnostics are compared as often. */
const round = 200;

/** How much more than at first it may hold at the end. */
const growth = 1.2;

/** What the server logs when something inside of it fails. */
const bad =
  /stderr: |please report it|because of|could not load the project|rejection|did not ask/i;

const root = fileURLToPath(new URL("../../..", import.meta.url));
const probe = fileURLToPath(new URL("memory-probe.cjs", import.meta.url));
const [clone] = clones();
const folder = realpathSync(mkdtempSync(join(tmpdir(), "unwind-endurance-")));
const project = join(folder, basename(clone));
const memoryFile = join(folder, "memory.json");
const problems = [];
try {
  cpSync(clone, project, {
    recursive: true,
    filter: (path) => !/[\\/](?:\.git|node_modules)$/.test(path),
  });
  // Some types resolve, as in a project that was installed.
  const packages = [join(clone, "node_modules"), join(root, "node_modules")].find(existsSync);
  symlinkSync(packages, join(project, "node_modules"));
  const files = [...sourceFiles(project)]
    .filter((file) => statSync(file).size < 100_000)
    .map((file) => relative(project, file));
  console.log(`${clone}: ${files.length} files, ${steps} steps, seed ${values.seed}`);
  await run(files);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.log(problem);
console.log(problems.length === 0 ? "\nNothing went wrong." : `\n${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @param {readonly string[]} files */
async function run(files) {
  const editor = new Editor(project);
  process.env.UNWIND_MEMORY = memoryFile;
  const server = join(root, "extension", "dist", "server.cjs");
  const flags = ["--expose-gc", "--require", probe];
  const client = new Client([...flags, server, "--stdio"], () => editor.settings);
  let over = false;
  void client.ended.then(({ code, signal }) => {
    if (!over) problems.push(`The server ended: ${code ?? signal}.\n${client.log.join("\n")}`);
  });
  try {
    editor.connect(client);
    await client.initialize(project);
    const actions = new Actions(editor, new Random(Number(values.seed)), files);
    const levels = [];
    for (let step = 1; step <= steps; step++) {
      if (client.child.exitCode !== null || client.child.signalCode !== null) return;
      await withinLimit(actions.step(), `step ${step}`);
      if (step % round !== 0) continue;
      await actions.calm({ preset: "strict" });
      const compared = await compare(editor, step);
      const level = await memory(client);
      levels.push(level.held);
      const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
      console.log(
        `${step}: ${compared}; holds ${megabytes(level.held)} in ${level.threads} threads, resident ${megabytes(level.rss)}`,
      );
    }
    console.log(JSON.stringify(actions.done));
    const [first = 0] = levels;
    const last = levels.at(-1) ?? 0;
    console.log(`memory at the end: ${(last / first).toFixed(2)} of that after ${round} steps`);
    if (last > first * growth)
      problems.push(`It holds ${(last / first).toFixed(2)} times as much.`);
    for (const { message } of editor.failures) problems.push(`An answer was an error: ${message}`);
    const inside = client.log.filter((line) => bad.test(line));
    for (const line of new Set(inside)) problems.push(`The log says: ${line}`);
  } finally {
    over = true;
    await client.end();
  }
}

/** The open documents' diagnostics, and what the command finds in the same files. */
async function compare(editor, step) {
  const paths = [...editor.documents.keys()];
  const shown = new Map();
  for (const path of paths) shown.set(path, await editor.settled(path));
  const command = join(root, "eslint-plugin", "dist", "cli", "main.js");
  const args = [command, "--format", "json", "--preset", "strict", ...paths];
  const options = { cwd: project, maxBuffer: 1 << 28 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch((error) => {
    // It has exit codes for findings, and for files that all do not parse.
    if (error.stdout?.startsWith("{")) return error;
    throw error;
  });
  const reports = JSON.parse(stdout).files;
  let findings = 0;
  for (const [path, items] of shown) {
    const report = reports.find((each) => each.path === path) ?? { findings: [] };
    findings += report.findings.length;
    const found = differences(editor.documents.get(path), items, report.findings);
    for (const each of found) problems.push(`After ${step} steps, ${path}: ${each}`);
  }
  return `${paths.length} files open, ${findings} findings`;
}

/** @param {Client} client */
async function memory(client) {
  rmSync(memoryFile, { force: true });
  client.child.kill("SIGUSR2");
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    try {
      return JSON.parse(readFileSync(memoryFile, "utf8"));
    } catch {
      // not written yet
    }
  }
  throw new Error("The server did not tell how much memory it holds.");
}

async function withinLimit(step, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than 120 s`)), 120_000);
  });
  try {
    return await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
}
