// npm run bench: what the runtime costs, as ratios to code written by hand, beside what others cost.
import "../scripts/lib/node-version.mjs";

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

import { buildProjects } from "../scripts/lib/build.mjs";
import { ensureInstalled } from "../scripts/lib/install.mjs";
import { root } from "../scripts/lib/paths.mjs";

const processes = 5;
const run = fileURLToPath(new URL("run.mjs", import.meta.url));

await ensureInstalled();
if ((await buildProjects(["runtime"], { quiet: true })) !== 0) process.exit(2);
const node = await installNode24();
const versions = JSON.parse(
  execFileSync(node, ["-p", "JSON.stringify(process.versions)"], { encoding: "utf8" }),
);

const samples = [];
for (let count = 0; count < processes; count++) {
  if (process.stderr.isTTY) process.stderr.write(`\rProcess ${count + 1} of ${processes} …`);
  samples.push(JSON.parse(execFileSync(node, [run], { encoding: "utf8" })));
}
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

const { groups } = await readGroups();
console.log(`Node ${versions.node} (V8 ${versions.v8}), medians of ${processes} processes`);
let failed = false;
for (const [group, rows] of Object.entries(groups)) {
  const [base] = Object.keys(rows);
  console.log(
    `\n${group.padEnd(32)}${"ns".padStart(8)}${"ratio".padStart(8)}${"limit".padStart(8)}`,
  );
  const ratio = (row) => median(samples.map((sample) => sample[group][row] / sample[group][base]));
  for (const [row, { limit, native }] of Object.entries(rows)) {
    const nanoseconds = median(samples.map((sample) => sample[group][row])).toFixed(0);
    const notes = [];
    if (limit !== undefined && ratio(row) > limit) notes.push("over its limit");
    if (native !== undefined && ratio(row) >= ratio(native)) notes.push(`not below ${native}`);
    if (notes.length > 0) failed = true;
    const cells = [nanoseconds, ratio(row).toFixed(2), limit?.toFixed(1) ?? ""];
    const line = `  ${row.padEnd(30)}${cells.map((cell) => cell.padStart(8)).join("")}`;
    console.log([line, ...notes].join("  ").trimEnd());
  }
}
process.exitCode = failed ? 1 : 0;

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The limits and the order of the rows, from the Node that can parse them. */
async function readGroups() {
  const program = `import { groups } from ${JSON.stringify(new URL("rows.mjs", import.meta.url))};
    console.log(JSON.stringify({ groups }));`;
  return JSON.parse(
    execFileSync(node, ["--input-type=module", "-e", program], { encoding: "utf8" }),
  );
}

/** Node 24, as the engines' tests install it; their code is TypeScript, which Node 20 cannot read. */
async function installNode24() {
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
  const { installNode } = await import(pathToFileURL(outfile).href);
  return installNode(process.env.UNWIND_CACHE ?? join(root, ".cache", "engines"), "24");
}
