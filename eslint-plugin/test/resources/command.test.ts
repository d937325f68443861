import { writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import { build, unwindCheck } from "../cli/command.js";
import { folderWith } from "../session/fixtures.js";

const lease = {
  noun: "lease",
  acquire: [{ module: "leases", name: "lease" }],
  release: [{ kind: "call" }],
};

const leaking = `import { lease } from "leases";
export function print(work) {
  const release = lease();
  work();
  release();
}
`;

beforeAll(build, 120_000);

function folder(resources: string): string {
  const root = folderWith({ "print.js": leaking });
  writeFileSync(path.join(root, "resources.json"), resources);
  return root;
}

test("--resources makes the command know further resources", async () => {
  const root = folder(JSON.stringify([lease]));
  const known = await unwindCheck(["--resources", "resources.json", "print.js"], { in: root });
  expect(known.code).toBe(1);
  expect(known.stdout).toContain("`release` (lease) is not released if line 4 throws.");
  const unknown = await unwindCheck(["print.js"], { in: root });
  expect(unknown.code).toBe(0);
});

test.each([
  ["no JSON", "[{", "resources.json: is no JSON ("],
  [
    "not as it should be",
    JSON.stringify([{ ...lease, noun: "" }]),
    'resources.json: resources[0].noun is ""; give words that a reader knows it by',
  ],
])("a file that is %s ends the command with cause and cure", async (_, resources, message) => {
  const { code, stdout, stderr } = await unwindCheck(
    ["--resources", "resources.json", "print.js"],
    { in: folder(resources) },
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`unwind-check: ${message}`);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("a file that is not there ends the command with cause and cure", async () => {
  const root = folderWith({ "print.js": leaking });
  const { code, stderr } = await unwindCheck(["--resources", "missing.json"], { in: root });
  expect(code).toBe(2);
  expect(stderr).toBe(
    "unwind-check: missing.json: cannot be read (ENOENT); --resources needs a JSON file\n",
  );
});
