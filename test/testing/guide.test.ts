import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, it } from "vitest";

import { root } from "../../scripts/lib/paths.mjs";

const execute = promisify(execFile);

/** The guide's files by name, and what it says is printed. */
const blocks = new Map<string, string>();
let folder = "";

beforeAll(async () => {
  const guide = await readFile(path.join(root, "docs", "guides", "testing.md"), "utf8");
  for (const [, info = "", code = ""] of guide.matchAll(/^```\w+ (\w+=.*)\n([^]*?)^```$/gm)) {
    blocks.set(info, code);
  }
  // Below the repository, whose node_modules has Vitest and the package itself.
  await mkdir(path.join(root, ".cache"), { recursive: true });
  folder = await mkdtemp(path.join(root, ".cache", "guide-"));
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  for (const [info, code] of blocks) {
    const name = /^file=(\S+)$/.exec(info)?.[1];
    if (name !== undefined) await writeFile(path.join(folder, name), code);
  }
  // Or Vitest would find that of the repository.
  const config = 'export default { test: { include: ["*.vitest.test.mjs"] } };\n';
  await writeFile(path.join(folder, "vitest.config.mjs"), config);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a test file; answers with all that was printed, and whether it passed. */
async function run(...args: string[]): Promise<{ passed: boolean; output: string }> {
  const env = { ...process.env, NO_COLOR: "1" };
  // This runs in Vitest, of which what is started is to know nothing.
  for (const name of Object.keys(env)) {
    if (/^(?:VITEST|NODE_TEST|TEST$|FORCE_COLOR$)/.test(name)) Reflect.deleteProperty(env, name);
  }
  try {
    const { stdout, stderr } = await execute(process.execPath, args, { cwd: folder, env });
    return { passed: true, output: stdout + stderr };
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return { passed: false, output: stdout + stderr };
  }
}

const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
const runVitest = (file: string) => run(vitest, "run", "--root", ".", file);
const runNode = (file: string) => run("--test", "--test-reporter", "spec", file);

/** Each line of what the guide shows is printed, in that order. */
function expectShown(output: string): void {
  let position = 0;
  for (const line of (blocks.get("output=vitest") ?? "").trimEnd().split("\n")) {
    const next = output.indexOf(line.trim(), position);
    expect(next, `${line}\nis missing in\n${output}`).toBeGreaterThanOrEqual(position);
    position = next;
  }
}

it("the guide has all the files", () => {
  expect([...blocks.keys()]).toEqual([
    "file=save-order.mjs",
    "file=doubles.mjs",
    "file=save-order.vitest.test.mjs",
    "output=vitest",
    "file=save-order.node.test.mjs",
    "file=save-order.mjs corrected",
  ]);
});

it("in Vitest, the first test passes and the second one finds the leak", async () => {
  const { passed, output } = await runVitest("save-order.vitest.test.mjs");
  expect(passed).toBe(false);
  expect(output).toMatch(/Tests +1 failed \| 1 passed \(2\)/);
  expectShown(output);
});

it("in node:test, the first test passes and the second one finds the leak", async () => {
  const { passed, output } = await runNode("save-order.node.test.mjs");
  expect(passed).toBe(false);
  expect(output).toMatch(/pass 1\n.*fail 1\n/);
  expectShown(output);
});

it("the corrected version passes in both", async () => {
  const file = path.join(folder, "save-order.mjs");
  await writeFile(file, blocks.get("file=save-order.mjs corrected") ?? "");
  try {
    const inVitest = await runVitest("save-order.vitest.test.mjs");
    expect(inVitest.output).toMatch(/Tests +2 passed \(2\)/);
    const inNode = await runNode("save-order.node.test.mjs");
    expect(inNode.output).toMatch(/pass 2\n.*fail 0\n/);
    expect([inVitest.passed, inNode.passed]).toEqual([true, true]);
  } finally {
    await writeFile(file, blocks.get("file=save-order.mjs") ?? "");
  }
});
