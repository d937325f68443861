import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { root } from "../../scripts/lib/paths.mjs";

const sample = "test/samples/leaky-service";

interface Place {
  readonly file: string;
  readonly line: number;
}

interface Expected {
  readonly leaks: readonly (Place & { readonly messageId: string })[];
  readonly sound: readonly Place[];
}

interface Output {
  readonly files: readonly {
    readonly path: string;
    readonly typed: boolean;
    readonly findings: readonly {
      readonly messageId: string;
      readonly place: { readonly loc: { readonly start: { readonly line: number } } };
    }[];
  }[];
}

const expected = JSON.parse(
  await readFile(join(root, sample, "expected.json"), "utf8"),
) as Expected;

const leaks = expected.leaks
  .map(({ file, line, messageId }) => `${file}:${line} ${messageId}`)
  .sort();

/** Runs the built command on the sample. */
async function check(...options: readonly string[]) {
  const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(root, "eslint-plugin/dist/cli/main.js"), sample, "--format=json", ...options],
      { cwd: root, maxBuffer: 64 << 20 },
      (error, stdout) => {
        resolve({ code: error?.code ?? 0, stdout });
      },
    );
  });
  const { files } = JSON.parse(stdout) as Output;
  const found = files.flatMap(({ path, findings }) =>
    findings.map(
      ({ messageId, place }) =>
        `${path.slice(sample.length + 1)}:${place.loc.start.line} ${messageId}`,
    ),
  );
  return { code, found: found.sort(), typed: files.map(({ typed }) => typed) };
}

test("the list names ten leaks and ten sound places", () => {
  expect(expected.leaks).toHaveLength(10);
  expect(expected.sound).toHaveLength(10);
});

describe("with types", () => {
  test("the command reports the ten leaks, nothing else, and ends with 1", async () => {
    const { code, found, typed } = await check();

    expect(found).toEqual(leaks);
    expect(code).toBe(1);
    expect(typed).not.toContain(false);
  });
});

describe("without types", () => {
  test("the command reports the ten leaks as well: the sample's imports tell enough", async () => {
    const { code, found, typed } = await check("--no-types");

    expect(found).toEqual(leaks);
    expect(code).toBe(1);
    expect(typed).not.toContain(true);
  });
});
