import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import * as unwind from "unwind";
import * as unwindNode from "unwind/node";

import { node } from "./install.js";
import { nodeChecks } from "./node-checks.mjs";

const names = Object.keys(nodeChecks(unwind, unwindNode));
/** Names of the checks with native `using`, which this Node may not be able to parse. */
const usingNames = [
  "await using: writable writes all, and reports what fails",
  "await using: server and child end within the limit",
  "using: redirection by enter()",
];

it("has checks", () => {
  expect(names.length).toBeGreaterThan(10);
});

describe.each([
  { major: 20, native: false },
  { major: 22, native: false },
  { major: 24, native: true },
  { major: 26, native: true },
])("Node $major", ({ major, native }) => {
  it(`passes the checks of unwind/node${native ? ", also with native using" : ""}`, async () => {
    const program = await node(major);
    const { stdout: version } = await promisify(execFile)(program, ["--version"]);
    expect(version).toMatch(new RegExp(`^v${major}\\.`));
    const args = [join(import.meta.dirname, "node-run.mjs"), ...(native ? ["--using"] : [])];
    const { stdout } = await promisify(execFile)(program, args);
    const results = JSON.parse(stdout) as Record<string, string>;
    expect(Object.entries(results).filter(([, failure]) => failure !== "")).toEqual([]);
    expect(Object.keys(results)).toEqual(native ? [...names, ...usingNames] : names);
  });
});
