import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { node } from "../engines/install.js";

const execute = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const samples = join(here, "..", "samples");

interface Failure {
  readonly points: readonly string[];
  readonly problems: readonly string[];
  readonly leaks: readonly string[];
}

/** What `failEach` said of one version. */
interface Said {
  readonly points?: number;
  readonly runs?: number;
  readonly message?: string;
  readonly failures?: readonly Failure[];
}

/** What has to be found in each buggy version: after which failure, and what is wrong then. */
const seeded: Readonly<Record<string, Failure>> = {
  "all-settled": lost("insert", /did not surface: the body completed/),
  "cleanup-stops-early": unreleased("flush", "a Writer"),
  "commit-after-failure": lost("insert", /half a transfer/),
  "dirty-connection": lost("commit", /verify threw/),
  "failing-rollback": unreleased(["insert", "rollback"], "a Connection"),
  "floating-promise": lost("insert", /rejected that nobody awaited/),
  "gap-before-try": unreleased("read balance", "a Lease"),
  "half-made-owner": unreleased("connect", "a FileHandle"),
  "heartbeat-goes-on": unreleased("job", "a timer (setInterval)"),
  "logged-and-forgotten": lost("open", /did not surface: the body completed/),
  "missing-finally": unreleased("parse", "a FileHandle"),
  "moved-too-early": unreleased("handshake", "an AsyncExitStack"),
  "one-finally-for-two": unreleased("open", "a FileHandle"),
  "partial-all": unreleased("open", "a FileHandle"),
  "released-twice": lost("work", /released twice/),
  "retry-keeps-connections": unreleased("call", "a Connection"),
  "return-in-finally": lost("count", /did not surface: the body completed/),
  "swallowed-release-error": lost("flush", /did not surface: the body completed/),
  "wrong-order": unreleased("insert", "a Connection"),
  "yield-without-try": unreleased("work", "a Lease"),
};

function lost(point: string, problem: RegExp): Failure {
  return { points: [point], problems: [expect.stringMatching(problem) as string], leaks: [] };
}

function unreleased(points: string | readonly string[], leak: string): Failure {
  return { points: [points].flat(), problems: [], leaks: [leak] };
}

it("has a sample for each of 20 bugs", () => {
  const files = readdirSync(join(samples, "cleanup-bugs")).filter((name) => name !== "world.mjs");
  expect(files.sort()).toEqual(Object.keys(seeded).map((name) => `${name}.mjs`));
  expect(files).toHaveLength(20);
});

/** The line in `leaks.mjs` that each body's own comment names. */
function markedLines(): Record<string, number> {
  const lines = readFileSync(join(samples, "leaking-tests", "leaks.mjs"), "utf8").split("\n");
  const marked: Record<string, number> = {};
  let body = "";
  for (const [index, line] of lines.entries()) {
    body = /^ {2}(?:async )?"(?<name>.*)"\(\) \{$/.exec(line)?.groups?.["name"] ?? body;
    if (line.endsWith("// acquired here")) marked[body] = index + 1;
  }
  return marked;
}

describe.each([20, 22, 24, 26])("on Node %i", (major) => {
  it("failEach finds each bug, and nothing in the corrected version", async () => {
    const program = await node(major);
    const { stdout } = await execute(program, [join(here, "run-cleanup-bugs.mjs")]);
    const results = JSON.parse(stdout) as Record<string, { buggy: Said; corrected: Said }>;
    expect(Object.keys(results)).toEqual(Object.keys(seeded));
    for (const [name, { buggy, corrected }] of Object.entries(results)) {
      const { points = [], problems = [], leaks = [] } = seeded[name] ?? {};
      expect(buggy.failures, `${name}: ${buggy.message ?? "nothing was found"}`).toContainEqual(
        expect.objectContaining({
          points,
          ...(problems.length > 0 && {
            problems: expect.arrayContaining([...problems]) as string[],
          }),
          ...(leaks.length > 0 && { leaks: expect.arrayContaining([...leaks]) as string[] }),
        }),
      );
      expect(corrected.message, name).toBeUndefined();
      expect(corrected.runs, name).toBeGreaterThan(1);
    }
  });

  it("trackResources names the line of each leak, and nothing in clean bodies", async () => {
    const program = await node(major);
    const { stdout } = await execute(program, [join(here, "run-leaking-tests.mjs")]);
    const results = JSON.parse(stdout) as {
      leaks: Record<string, { resource: string; file?: string; line?: number }[]>;
      clean: Record<string, string>;
    };
    const lines = markedLines();
    expect(Object.keys(lines)).toHaveLength(10);
    const named = Object.entries(results.leaks).map(([name, leaks]) => [
      name,
      // One root each.
      leaks.map(({ file, line }) => `${String(file)}:${String(line)}`),
    ]);
    const expected = Object.entries(lines).map(([name, line]) => [name, [`leaks.mjs:${line}`]]);
    expect(named).toEqual(expected);
    expect(Object.entries(results.clean).filter(([, said]) => said !== "")).toEqual([]);
    expect(Object.keys(results.clean).length).toBeGreaterThanOrEqual(50);
  });

  it("warns of what became garbage unreleased", async () => {
    const program = await node(major);
    const file = join(here, "run-unreleased.mjs");
    const { stdout, stderr } = await execute(program, ["--expose-gc", file]);
    const said = JSON.parse(stdout) as Record<"counts" | "resources" | "emitted", unknown[]>;
    // Of six acquisitions one was released, and one is still in use.
    expect(said.counts).toEqual([6, 1, 4]);
    expect(said.resources.sort()).toEqual([
      "a Session",
      "a Session, acquired at run-unreleased.mjs",
      "an ExitStack that holds a Session",
    ]);
    expect(said.emitted).toEqual([2, 1]);
    expect(stderr).toMatch(
      "[UNWIND_UNRELEASED] ResourceWarning: a Session became garbage without having been released; ",
    );
  });
});
