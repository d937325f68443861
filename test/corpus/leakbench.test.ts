import { describe, expect, test } from "vitest";

import { catalogueKnows } from "./leakbench/known.mjs";
import { relocate, type Site } from "./leakbench/labels.mjs";
import { kindAgrees, type Report, score } from "./leakbench/score.mjs";
import { isTest } from "./reports.mjs";

const site = (line: number, more: Partial<Site> = {}): Site => ({
  id: `L${line}`,
  repo: "owner/name",
  commit: "0".repeat(40),
  file: "src/a.ts",
  line,
  text: "open(path)",
  label: "LEAK",
  kind: "exception",
  visible: "intra",
  why: "",
  ...more,
});

const report = (line: number, more: Partial<Report> = {}): Report => ({
  repo: "owner/name",
  file: "src/a.ts",
  line,
  ...more,
});

describe("a report answers a site", () => {
  test.each([
    [8, false],
    [9, true],
    [10, true],
    [12, true],
    [13, false],
  ])("of line 10 when it is on line %i: %s", (line, answers) => {
    const { truePositive, falseNegative, unlabelled } = score([site(10)], [report(line)]);
    expect(truePositive).toHaveLength(answers ? 1 : 0);
    expect(falseNegative).toHaveLength(answers ? 0 : 1);
    expect(unlabelled).toHaveLength(answers ? 0 : 1);
  });

  test("of its own repository and file only", () => {
    const others = [report(10, { repo: "owner/other" }), report(10, { file: "src/b.ts" })];
    const { falseNegative, unlabelled } = score([site(10)], others);
    expect(falseNegative).toHaveLength(1);
    expect(unlabelled).toHaveLength(2);
  });

  test("and the first of several counts", () => {
    const reports = [report(12, { message: "first" }), report(10, { message: "second" })];
    expect(score([site(10)], reports).truePositive[0]?.report?.message).toBe("first");
  });

  test("and may answer a second site beside it", () => {
    const { truePositive, falsePositive } = score(
      [site(10), site(11, { label: "OK" })],
      [report(11)],
    );
    expect(truePositive).toHaveLength(1);
    expect(falsePositive).toHaveLength(1);
  });
});

test("sound sites and sites that are no resource count alike, disputed ones not at all", () => {
  const sites = [
    site(10, { label: "OK" }),
    site(20, { label: "NOT_RESOURCE" }),
    site(30, { label: "UNSURE" }),
    site(40, { label: "OK" }),
  ];
  const result = score(sites, [report(10), report(20), report(30)]);
  expect(result.falsePositive.map(({ site }) => site.line)).toEqual([10, 20]);
  expect(result.trueNegative.map(({ site }) => site.line)).toEqual([40]);
  expect(result.truePositive).toEqual([]);
  expect(result.unlabelled).toEqual([]);
});

test.each([
  ["never", "neverReleased", true],
  ["never", "discarded", true],
  ["never", "leftBehind", true],
  ["exception", "leaksOnThrow", true],
  ["partial", "leaksOnPartialFailure", true],
  ["exception", "neverReleased", false],
  ["exception", "leaksOnEarlyExit", false],
])("the kind %s and the message %s agree: %s", (kind, messageId, agrees) => {
  expect(kindAgrees({ site: site(1, { kind }), report: report(1, { messageId }) })).toBe(agrees);
});

test("in another version of a file, a site is the nearest line that holds its text", () => {
  const source = "open(path)\n\n\n\nconst a = open(path);\n\nopen(path)\n";
  expect(relocate(site(4), source)).toBe(5);
  expect(relocate(site(4, { text: "openSync(path)" }), source)).toBeUndefined();
});

test.each([
  ['import { open } from "node:fs/promises";\nconst h = await open(path);', 2, true],
  ['import { open } from "./own.js";\nconst h = await open(path);', 2, false],
  ['const { openSync } = require("fs");\nconst fd = openSync(path);', 2, true],
  ['import fs from "fs";\nconst fd =\n  fs.openSync(path);', 2, true],
  ["const socket = new WebSocket(url);", 1, true],
  ['import fs from "fs";\nconst text = fs.readFileSync(path);', 2, false],
])("the catalogue alone knows the acquisition in %j, line %i: %s", (source, line, knows) => {
  expect(catalogueKnows(source, line)).toBe(knows);
});

test.each([
  ["src/pool.test.ts", true],
  ["tests/pool.ts", true],
  ["packages/a/__tests__/pool.ts", true],
  ["vitest.config.ts", true],
  ["src/pool.ts", false],
  ["src/testing.ts", false],
  ["src/latest/pool.ts", false],
])("%s is a test: %s", (file, is) => {
  expect(isTest(file)).toBe(is);
});
