// npm run bench -- editor: the language server beside ESLint's own (vscode-eslint's, from the npm package
// vscode-langservers-extracted), which runs our rules with types. Both have the same file of the same
// project open and get the same edits, in turn, in one run.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

import { clones } from "../../corpus/clones.mjs";
import { EditedFile } from "./edits.mjs";
import { copyProject, fileToEdit } from "./project.mjs";
import { startEslint, startOurs } from "./servers.mjs";

const edits = 30;

/** Edits before those that are measured, in which the engine compiles what it runs often. */
const warmUps = 10;

/** Shares of what ESLint's server takes, and milliseconds. */
const limits = { time: 1 / 3, memory: 0.8, quickFixes: 50 };

/**
 * Measures and prints.
 *
 * @param {object} options
 * @param {string} options.root the repository
 * @param {string} options.installed the folder with `vscode-langservers-extracted`
 * @returns {Promise<boolean>} whether all that was measured is within its limits
 */
export async function benchEditor({ root, installed }) {
  const [clone] = clones();
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "unwind-bench-editor-")));
  const servers = [];
  try {
    const folder = copyProject(clone, temporary, root);
    const { path, lines } = fileToEdit(folder);
    const file = new EditedFile(readFileSync(path, "utf8"));
    console.log(
      `${relative(folder, path)} (${file.lines} lines) in a project of ${lines} lines, ${edits} edits, Node ${process.versions.node}`,
    );
    const uri = pathToFileURL(path).href;
    const start = performance.now();
    const ours = await startOurs(root, folder);
    servers.push(ours);
    await ours.open(uri, file.text());
    const [first] = await ours.pull();
    const firstAnswer = performance.now() - start;
    if (first === undefined) throw new Error("The leak in the file is not found.");
    const eslint = await startEslint(root, folder, installed);
    servers.push(eslint);
    await eslint.open(uri, file.text());
    for (let edit = 0; edit < warmUps + edits; edit++) {
      // Which one is first changes, because the machine may be busier in one half of a turn.
      const turn = edit % 2 === 0 ? [ours, eslint] : [eslint, ours];
      for (const server of turn) await measure(server, file, edit, edit >= warmUps);
    }
    const memory = servers.map((server) => server.resident());
    const untyped = await measureUntyped(ours, file);
    return print(servers, memory, { firstAnswer, untyped });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    for (const { client } of servers) await client.end();
  }
}

async function measure(server, file, edit, counts) {
  const text = file.text(edit);
  const before = server.processorTime();
  const start = performance.now();
  await server.change(text);
  const found = await server.findings();
  const diagnosed = performance.now();
  const processor = server.processorTime() - before;
  const leaks = found.filter(({ code }) => /no-unmanaged-acquisition/.test(String(code)));
  if (leaks.length === 0) {
    throw new Error(`${server.name} does not find the leak: ${server.client.log.join("\n")}`);
  }
  const asked = performance.now();
  const fixes = await server.quickFixes(file.leakingRange, leaks);
  const listed = performance.now();
  if (fixes.length === 0) throw new Error(`${server.name} has no quick fix for the leak.`);
  if (!counts) return;
  server.milliseconds.push(diagnosed - start);
  server.processorMilliseconds += processor / edits;
  server.actionMilliseconds.push(listed - asked);
}

/** Of a document that is in no file, which is answered without types. */
async function measureUntyped(ours, file) {
  await ours.open("untitled:Untitled-1", file.text());
  const milliseconds = [];
  for (let edit = 0; edit < warmUps + edits; edit++) {
    const start = performance.now();
    await ours.change(file.text(edit));
    await ours.pull();
    if (edit >= warmUps) milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

function print([ours, eslint], memory, { firstAnswer, untyped }) {
  const mega = (bytes) => Math.round(bytes / 1e6);
  const rows = [
    row("edit to typed diagnostics, median", of(0.5, ours, eslint), "ms", limits.time),
    row("edit to typed diagnostics, p95", of(0.95, ours, eslint), "ms", limits.time),
    row("memory (RSS of the processes)", memory.map(mega), "MB", limits.memory),
  ];
  console.log(`\n| | Unwind | ESLint's server | ratio | bar |\n| --- | --: | --: | --: | --: |`);
  for (const { text } of rows) console.log(text);
  const processor = [ours, eslint].map(
    ({ processorMilliseconds: each }) => `${each.toFixed(0)} ms`,
  );
  console.log(`| processor time for an edit, mean | ${processor.join(" | ")} | | |`);
  const actions = [ours, eslint].map(({ actionMilliseconds }) =>
    quantile(actionMilliseconds, 0.95),
  );
  console.log(
    `| quick-fix list after diagnostics, p95 | ${actions[0].toFixed(0)} ms | ${actions[1].toFixed(0)} ms | | ${limits.quickFixes} ms |`,
  );
  const apart = [quantile(untyped, 0.5), quantile(untyped, 0.95)].map((each) => each.toFixed(0));
  console.log(
    `\nUntyped diagnostics of the same text after an edit: median ${apart[0]} ms, p95 ${apart[1]} ms; the first answer of a server just started: ${firstAnswer.toFixed(0)} ms.`,
  );
  return rows.every(({ within }) => within) && actions[0] <= limits.quickFixes;
}

function of(share, ...servers) {
  return servers.map(({ milliseconds }) => quantile(milliseconds, share));
}

function row(name, [ours, other], unit, limit) {
  const ratio = ours / other;
  const within = ratio <= limit;
  const cells = [name, `${ours.toFixed(0)} ${unit}`, `${other.toFixed(0)} ${unit}`];
  const note = within ? "" : " (missed)";
  return {
    within,
    text: `| ${[...cells, ratio.toFixed(2), limit.toFixed(2)].join(" | ")}${note} |`,
  };
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
