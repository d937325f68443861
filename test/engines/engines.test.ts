import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import * as unwind from "unwind";

import { checks } from "./checks.mjs";
import { runInChromium } from "./chromium.js";
import { bun, chromium, deno, node } from "./install.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const execute = promisify(execFile);

const names = Object.keys(checks(unwind));
/** Names of the checks with native `using`, which this Node may not be able to parse. */
const usingNames = [
  "using: a stack releases in reverse order",
  "using: a stack that is moved outlives the block",
  "using: a manager rolls back unless it was completed",
  "using: the body's error comes out as it was thrown",
  "using: the engine's SuppressedError is understood",
  "using: closing, defer and class-based managers",
  "await using: async stacks, handles and deferred functions are awaited",
];

/** All of the named checks ran, no others, and none failed. */
function expectPassed(results: Readonly<Record<string, string>>, expected: readonly string[]) {
  expect(Object.entries(results).filter(([, failure]) => failure !== "")).toEqual([]);
  expect(Object.keys(results)).toEqual(expected);
}

async function runFile(command: readonly string[], file: string, ...args: string[]) {
  const [program = "", ...flags] = command;
  const { stdout } = await execute(program, [...flags, join(here, file), ...args]);
  return JSON.parse(stdout) as Record<string, string>;
}

async function version(program: string, expected: RegExp) {
  const { stdout } = await execute(program, ["--version"]);
  expect(stdout).toMatch(expected);
}

it("has checks", () => {
  expect(names.length).toBeGreaterThan(20);
});

describe.each([
  { major: 20, native: false },
  { major: 22, native: false },
  { major: 24, native: true },
  { major: 26, native: true },
])("Node $major", ({ major, native }) => {
  it(`passes the checks${native ? ", also with native using" : ""}`, async () => {
    const program = await node(major);
    await version(program, new RegExp(`^v${major}\\.`));
    const results = await runFile([program], "run.mjs", ...(native ? ["--using"] : []));
    expectPassed(results, native ? [...names, ...usingNames] : names);
  });

  it("passes them in a vm context and across realms", async () => {
    const flags = ["--experimental-vm-modules", "--no-warnings"];
    const results = await runFile([await node(major), ...flags], "realms.mjs");
    const places = ["in a vm context", "across realms"];
    expectPassed(
      results,
      places.flatMap((place) => names.map((name) => `${place}: ${name}`)),
    );
  });
});

it("Deno passes the checks, also with native using", async () => {
  const program = await deno();
  await version(program, /^deno 2\./);
  const results = await runFile([program, "run", "--allow-all"], "run.mjs", "--using");
  expectPassed(results, [...names, ...usingNames]);
});

it("Bun passes the checks, also with using", async () => {
  const program = await bun();
  await version(program, /^1\./);
  expectPassed(await runFile([program], "run.mjs", "--using"), [...names, ...usingNames]);
});

it("headless Chromium passes the checks, also with native using", async () => {
  const { version: stated, results } = await runInChromium(await chromium());
  // Which is since when it has `using`.
  expect(Number.parseInt(stated)).toBeGreaterThanOrEqual(134);
  expectPassed(results, [...names, ...usingNames]);
});
