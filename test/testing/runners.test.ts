import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { root } from "../../scripts/lib/paths.mjs";
import { node } from "../engines/install.js";
import { installOnce, npmInstall } from "../vscode/install.js";

const runners = fileURLToPath(new URL("../samples/leaking-tests/runners/", import.meta.url));
const cache = path.resolve(process.env["UNWIND_CACHE"] ?? path.join(root, ".cache", "engines"));
const execute = promisify(execFile);

/** What a runner prints; that tests fail is what is asked for here. */
async function run(program: string, args: readonly string[], env = {}): Promise<string> {
  const environment = { ...process.env, ...env };
  // This runs in Vitest, of which what is started is to know nothing.
  for (const name of Object.keys(environment)) {
    if (/^(?:VITEST|JEST|NODE_TEST|TEST$|NODE_ENV$)/.test(name)) {
      Reflect.deleteProperty(environment, name);
    }
  }
  const options = { cwd: runners, env: environment, maxBuffer: 1e8 };
  try {
    return (await execute(program, args, options)).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** By test, the first line of what it failed with; empty where it passed. */
type Results = Readonly<Record<string, string>>;

const leak = "Not released: a timer (setInterval), acquired at cases.mjs:9:17";

const expected: Results = {
  "released by a hook of the file": "",
  "released by itself": "",
  "leaks at once": leak,
  "comes after a leak and does not pay for it": "",
  "leaks later": leak,
  "fails for a reason of its own": "a reason of its own",
  "released by a hook of the group": "",
};

/** Of the form that Vitest and Jest print. */
function resultsOf(output: string, file: string): Results {
  const report = JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1)) as {
    testResults: {
      name: string;
      assertionResults: { title: string; failureMessages: string[] }[];
    }[];
  };
  const results = report.testResults.find(({ name }) => path.basename(name) === file);
  return Object.fromEntries(
    (results?.assertionResults ?? []).map(({ title, failureMessages: [message = ""] }) => [
      title,
      firstLine(message),
    ]),
  );
}

const firstLine = (message: string): string =>
  (message.split("\n")[0] ?? "").replace(/^(?:ResourceLeakError|Error): /, "");

describe.each([20, 22, 24, 26])("node:test of Node %i", (major) => {
  it("reports each leak in its own test", async () => {
    const args = ["--test", "--test-reporter", "tap", "node.test.mjs"];
    const output = await run(await node(major), args);
    const results: Record<string, string> = {};
    let name = "";
    for (const line of output.split("\n")) {
      const [, status, title] = /^ *(ok|not ok) \d+ - (.*?)(?: # .*)?$/.exec(line) ?? [];
      if (title !== undefined) {
        name = title;
        if (status === "ok") results[name] = "";
      }
      // The message stands in the line itself, or where it has several, in the one after it.
      const message = /^ *(?:error: '(.+)'|(Not released: .+))$/.exec(line);
      if (message && name !== "") results[name] = message[1] ?? message[2] ?? "";
    }
    expect(results).toMatchObject(expected);
  });
});

describe("Vitest", () => {
  const runVitest = (): Promise<string> =>
    run(process.execPath, [path.join(root, "node_modules/vitest/vitest.mjs"), "run"]);

  it("reports each leak in its own test, and with aroundEach also among concurrent ones", async () => {
    const output = await runVitest();
    expect(resultsOf(output, "vitest.test.mjs")).toEqual(expected);
    expect(resultsOf(output, "vitest-around.test.mjs")).toEqual({
      ...expected,
      "is clean beside a leak": "",
      "leaks beside others":
        "Not released: a timer (setInterval), acquired at vitest-around.test.mjs:17:5",
    });
    expect(resultsOf(output, "vitest-concurrent.test.mjs")).toEqual({
      "is clean": "",
      "ends last, after one that leaks":
        'Not released by one of the concurrent tests "is clean", "leaks", "ends last, after one that leaks": a timer (setInterval), acquired at vitest-concurrent.test.mjs:14:11',
      leaks: "",
    });
  });
});

it("Jest reports each leak in its own test", async () => {
  const folder = await installOnce(cache, "jest-30", (partial) => npmInstall(partial, ["jest@30"]));
  const jest = path.join(folder, "node_modules", "jest", "bin", "jest.js");
  const env = { NODE_OPTIONS: "--experimental-vm-modules --no-warnings" };
  const output = await run(process.execPath, [jest, "--json"], env);
  expect(resultsOf(output, "jest.test.mjs")).toEqual(expected);
});

it("Mocha reports the first leak, and stops, as it does where any hook fails", async () => {
  const mocha = path.join(root, "node_modules/mocha/bin/mocha.js");
  const output = await run(process.execPath, [mocha, "--reporter", "json", "mocha.test.mjs"]);
  const { passes, failures } = JSON.parse(output) as {
    passes: { title: string }[];
    failures: { title: string; err: { message: string } }[];
  };
  expect(passes.map(({ title }) => title)).toEqual([
    "released by a hook of the file",
    "released by itself",
    "leaks at once",
  ]);
  expect(failures.map(({ title, err }) => [title, firstLine(err.message)])).toEqual([
    ['"after each" hook for "leaks at once"', leak],
  ]);
});

it("Mocha takes the hooks as a root hook plugin, too", async () => {
  const mocha = path.join(root, "node_modules/mocha/bin/mocha.js");
  const args = ["--reporter", "json", "--require", "./mocha-hooks.mjs", "mocha-plugin.test.mjs"];
  const output = await run(process.execPath, [mocha, ...args]);
  const { passes, failures } = JSON.parse(output) as {
    passes: { title: string }[];
    failures: { title: string; err: { message: string } }[];
  };
  expect(passes.map(({ title }) => title)).toEqual(["is clean", "leaks"]);
  expect(failures.map(({ err }) => firstLine(err.message))).toEqual([
    "Not released: a timer (setInterval), acquired at mocha-plugin.test.mjs:10:11",
  ]);
});
