// npm run bench [-- runtime | streams | analysis | editor]: what the runtime costs, as ratios to code written by
// hand, beside what others cost; how unwind/streams grows, beside strings and arrays; and what the rule
// costs beside parsing and type-checking, and the language server beside ESLint's.
import "../scripts/lib/node-version.mjs";

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

import { buildProjects, packages } from "../scripts/lib/build.mjs";
import { ensureInstalled } from "../scripts/lib/install.mjs";
import { root } from "../scripts/lib/paths.mjs";
import { benchAnalysis } from "./analysis.mjs";
import { benchStreams } from "./streams-table.mjs";
import { benchTracking } from "./tracking-table.mjs";

const processes = 5;
const run = fileURLToPath(new URL("run.mjs", import.meta.url));

await ensureInstalled();
const wanted = new Set(process.argv.slice(2));
if (wanted.size === 0 || wanted.has("analysis")) {
  if (!(await benchAnalysis())) process.exitCode = 1;
  if (wanted.size === 1) process.exit();
  console.log();
}
if (wanted.has("editor")) {
  if (!(await benchEditorServers())) process.exitCode = 1;
  if (wanted.size === 1) process.exit();
  console.log();
}
if ((await buildProjects(["runtime"], { quiet: true })) !== 0) process.exit(2);
const node = await installNode24();
const versions = JSON.parse(
  execFileSync(node, ["-p", "JSON.stringify(process.versions)"], { encoding: "utf8" }),
);

if (wanted.size === 0 || wanted.has("streams")) {
  console.log(`Node ${versions.node} (V8 ${versions.v8}), medians of ${processes} processes`);
  if (!benchStreams(node, processes)) process.exitCode = 1;
  if (wanted.size > 0 && !wanted.has("runtime")) process.exit();
  console.log();
}

const samples = [];
for (let count = 0; count < processes; count++) {
  if (process.stderr.isTTY) process.stderr.write(`\rProcess ${count + 1} of ${processes} …`);
  // On a busy machine, code that is compiled in the background is compiled after it was measured.
  const flags = ["--no-concurrent-recompilation"];
  samples.push(JSON.parse(execFileSync(node, [...flags, run], { encoding: "utf8" })));
}
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

const { groups, comparators } = await readGroups();
console.log(`Node ${versions.node} (V8 ${versions.v8}), medians of ${processes} processes`);
console.log(`Beside it: ${comparators.map((name) => `${name} ${versionOf(name)}`).join(", ")}`);
let failed = false;
for (const [group, rows] of Object.entries(groups)) {
  const [base] = Object.keys(rows);
  console.log(
    `\n${group.padEnd(36)}${"ns".padStart(8)}${"ratio".padStart(8)}${"limit".padStart(8)}`,
  );
  const ratio = (row) => median(samples.map((sample) => sample[group][row] / sample[group][base]));
  for (const [row, { limit, native }] of Object.entries(rows)) {
    const nanoseconds = median(samples.map((sample) => sample[group][row])).toFixed(0);
    const notes = [];
    if (limit !== undefined && ratio(row) > limit) notes.push("over its limit");
    if (native !== undefined && ratio(row) >= ratio(native)) notes.push(`not below ${native}`);
    if (notes.length > 0) failed = true;
    const cells = [nanoseconds, ratio(row).toFixed(2), limit?.toFixed(1) ?? ""];
    const line = `  ${row.padEnd(34)}${cells.map((cell) => cell.padStart(8)).join("")}`;
    console.log([line, ...notes].join("  ").trimEnd());
  }
}
if (!benchTracking(node, processes)) failed = true;
if (failed) process.exitCode = 1;

/** What is installed, from the package's own manifest; not each lets it be imported. */
function versionOf(name) {
  const manifest = join(root, "node_modules", ...name.split("/"), "package.json");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The limits and the order of the rows, from the Node that can parse them. */
async function readGroups() {
  const program = `import { comparators, groups } from ${JSON.stringify(new URL("rows.mjs", import.meta.url))};
    console.log(JSON.stringify({ comparators, groups }));`;
  return JSON.parse(
    execFileSync(node, ["--input-type=module", "-e", program], { encoding: "utf8" }),
  );
}

/** ESLint's server is installed where the editor's tests have what they need. */
async function benchEditorServers() {
  if ((await buildProjects(packages, { quiet: true })) !== 0) process.exit(2);
  const { buildExtension } = await import("../scripts/build-extension.mjs");
  await buildExtension();
  const { installOnce, npmInstall } = await installer();
  const cache = process.env.UNWIND_CACHE ?? join(root, ".cache", "vscode");
  const server = "vscode-langservers-extracted@4.10.0";
  const installed = await installOnce(cache, server, (folder) => npmInstall(folder, [server]));
  const { benchEditor } = await import("../test/vscode/bench/main.mjs");
  return benchEditor({ root, installed });
}

/** Node 24, as the engines' tests install it. */
async function installNode24() {
  const { installNode } = await installer();
  return installNode(process.env.UNWIND_CACHE ?? join(root, ".cache", "engines"), "24");
}

/** What the tests install by; it is TypeScript, which Node 20 cannot read. */
async function installer() {
  const outfile = join(root, "node_modules", ".cache", "unwind-bench", "install.mjs");
  await build({
    entryPoints: [join(root, "test", "vscode", "install.ts")],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
