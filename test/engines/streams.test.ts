import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { chromium as playwright } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import * as streams from "unwind/streams";

import { bun, chromium, deno, node } from "./install.js";
import { streamsChecks } from "./streams-checks.mjs";
import { serveStreams, type StreamsServer } from "./streams-server.js";

const names = Object.keys(streamsChecks(streams, ""));
/** Names of the checks with native `using`, which this Node may not be able to parse. */
const usingNames = ["await using: what is left unread is cancelled"];

let server: StreamsServer;
let servedBefore = 0;

beforeAll(async () => {
  server = await serveStreams();
});

afterAll(() => server.close());

afterEach(() => {
  // All that was asked for has ended, and it was not nothing.
  expect(server.served - servedBefore).toBeGreaterThan(20);
  servedBefore = server.served;
  expect(server.open).toBe(0);
});

/** All of the checks ran, no others, and none failed. */
function expectPassed(results: Readonly<Record<string, string>>, native: boolean): void {
  expect(Object.entries(results).filter(([, failure]) => failure !== "")).toEqual([]);
  expect(Object.keys(results)).toEqual(native ? [...names, ...usingNames] : names);
}

/** Runs the checks; the engine has to end by itself, which it does not while something is open. */
async function run(native: boolean, ...command: readonly string[]): Promise<void> {
  const [program = "", ...flags] = command;
  const file = join(import.meta.dirname, "streams-run.mjs");
  const args = [...flags, file, server.url, ...(native ? ["--using"] : [])];
  const { stdout } = await promisify(execFile)(program, args, { timeout: 120_000 });
  expectPassed(JSON.parse(stdout) as Record<string, string>, native);
}

it("has checks", async () => {
  expect(names.length).toBeGreaterThan(10);
  // So that what follows each test holds here, too.
  await run(false, process.execPath);
});

describe.each([
  { major: 20, native: false },
  { major: 22, native: false },
  { major: 24, native: true },
  { major: 26, native: true },
])("Node $major", ({ major, native }) => {
  it("reads, measures and leaves streams of a server", async () => {
    await run(native, await node(major));
  });
});

it("Deno reads, measures and leaves streams of a server", async () => {
  await run(true, await deno(), "run", "--allow-all");
});

it("Bun reads, measures and leaves streams of a server", async () => {
  await run(true, await bun());
});

it("headless Chromium reads, measures and leaves streams of a server", async () => {
  const browser = await playwright.launch({
    executablePath: await chromium(),
    // Chromium's sandbox refuses to run as root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    const results: unknown = await page.evaluate(`(async () => {
      const streams = await import("/runtime/dist/streams/index.js");
      const { run } = await import("/test/engines/checks.mjs");
      const { streamsChecks } = await import("/test/engines/streams-checks.mjs");
      const { streamsUsingChecks } = await import("/test/engines/streams-using-checks.mjs");
      return run({
        ...streamsChecks(streams, location.origin),
        ...streamsUsingChecks(streams, location.origin),
      });
    })()`);
    expectPassed(results as Record<string, string>, true);
  } finally {
    await browser.close();
  }
});
