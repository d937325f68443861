import { readFileSync } from "node:fs";
import path from "node:path";

import type { Log } from "sarif";
import { beforeAll, describe, expect, test } from "vitest";

import { folderWith } from "../session/fixtures.js";
import { build, unwindCheck } from "./command.js";

beforeAll(build);

const project = {
  "package.json": `{ "dependencies": { "unwind": "1" }, "engines": { "node": ">=24" } }`,
  "tsconfig.json": `{ "compilerOptions": { "lib": ["esnext"], "target": "esnext" } }`,
};
const typesOfNode = {
  "node_modules/@types/node/package.json": `{ "name": "@types/node", "types": "index.d.ts" }`,
  "node_modules/@types/node/index.d.ts": `declare module "node:fs/promises" {
    export interface FileHandle extends AsyncDisposable {
      stat(): Promise<{ size: number }>;
      readFile(encoding: "utf8"): Promise<string>;
      close(): Promise<void>;
    }
    export function open(path: string): Promise<FileHandle>;
  }`,
};
const head = `import { open } from "node:fs/promises";\n`;
const leaks = `export async function read(path: string) {
  const handle = await open(path);
  return await handle.readFile("utf8");
}
`;
/** Sound, and `using` says it better. */
const releases = `export async function size(path: string) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return size;
  } finally {
    await file.close();
  }
}
`;

async function run(files: Record<string, string>, ...args: string[]) {
  const folder = folderWith({ ...project, ...files });
  const outcome = await unwindCheck(["--no-types", ...args], { in: folder });
  return { ...outcome, folder, last: outcome.stdout.trimEnd().split("\n").at(-1) };
}

const both = { "a.ts": head + leaks + releases, "b.ts": head + leaks, "c.ts": head + releases };

describe("--preset", () => {
  test("by default there are leaks only", async () => {
    const { code, last } = await run(both);
    expect(last).toMatch(/^2 leaks in 2 of 3 files \(2 with a rewrite\) · /);
    expect(code).toBe(1);
  });

  test("strict has more rules, and the sum tells leaks from other findings", async () => {
    const { code, last } = await run(both, "--preset", "strict");
    expect(last).toMatch(/^2 leaks and 2 other findings in 3 of 3 files \(4 with a rewrite\) · \d/);
    expect(code).toBe(1);
  });

  test("warnings alone are marked, and the exit code is 0", async () => {
    const { code, stdout, last } = await run({ "c.ts": both["c.ts"] }, "--preset", "strict");
    expect(stdout).toContain("c.ts:3:22  prefer-using (warning)\n");
    expect(last).toMatch(/^1 finding in 1 of 1 file \(1 with a rewrite\) · /);
    expect(code).toBe(0);
  });

  test("all makes errors of them", async () => {
    const { code, stdout } = await run({ "c.ts": both["c.ts"] }, "--preset", "all");
    expect(stdout).toContain("c.ts:3:22  prefer-using\n");
    expect(code).toBe(1);
  });

  test("a comment makes an error of a warning, and the other way about", async () => {
    const comment = '/* eslint unwind/no-unmanaged-acquisition: "warn" */\n';
    expect((await run({ "b.ts": comment + both["b.ts"] })).code).toBe(0);
    const other = '/* eslint unwind/prefer-using: "error" */\n';
    expect((await run({ "c.ts": other + both["c.ts"] })).code).toBe(1);
  });

  test("another name is refused", async () => {
    const { code, stderr } = await run(both, "--preset", "loose");
    expect(stderr).toContain("Allowed choices are recommended, strict, all.");
    expect(code).toBe(2);
  });
});

describe("--rule", () => {
  test("runs that rule only, whatever comments say", async () => {
    const comment = '/* eslint unwind/no-unmanaged-acquisition: "error" */\n';
    const files = { "a.ts": comment + both["a.ts"] };
    const { code, last } = await run(files, "--rule", "prefer-using");
    expect(last).toMatch(/^1 finding in 1 of 1 file/);
    expect(code).toBe(0);
  });

  test("may be given several times", async () => {
    const names = ["no-unmanaged-acquisition", "prefer-using"];
    const { last } = await run(both, ...names.flatMap((name) => ["--rule", name]));
    expect(last).toMatch(/^2 leaks and 2 other findings in 3 of 3 files/);
  });

  test("that finds no leaks says nothing about leaks", async () => {
    const { code, last } = await run({ "b.ts": both["b.ts"] }, "--rule", "prefer-using");
    expect(last).toMatch(/^No findings in 1 file · /);
    expect(code).toBe(0);
  });

  test("that does not exist is refused, and the rules are named", async () => {
    const { code, stdout, stderr } = await run(both, "--rule", "prefer-usign");
    expect(stderr).toMatch(
      /^unwind-check: there is no rule "prefer-usign"; rules are .*prefer-using/,
    );
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("leaves no room for --preset", async () => {
    const { code, stderr } = await run(both, "--rule", "prefer-using", "--preset", "all");
    expect(stderr).toContain("cannot be used with option '--preset <preset>'");
    expect(code).toBe(2);
  });

  test("decides what --fix applies", async () => {
    const folder = folderWith({ ...project, ...typesOfNode, ...both });
    const text = (name: string) => readFileSync(path.join(folder, name), "utf8");
    const args = ["--rule", "prefer-using", "--fix"];
    const { stdout } = await unwindCheck(args, { in: folder });
    expect(stdout).not.toContain("Fixed");
    expect([text("a.ts"), text("b.ts")]).toEqual([both["a.ts"], both["b.ts"]]);
    const rest = await unwindCheck(["--preset", "strict", "--fix"], { in: folder });
    expect(rest.stdout).toMatch(/\nFixed 2 leaks in 2 files\.\n2 findings in 2 of 3 files /);
    expect(text("b.ts")).toContain("  await using handle = await open(path);\n");
    expect(rest.code).toBe(0);
  });
});

describe("formats carry the severity", () => {
  test("JSON, with sums", async () => {
    const { stdout } = await run(both, "--preset", "strict", "--format", "json");
    const { files, summary } = JSON.parse(stdout) as {
      files: { path: string; findings: { rule: string; severity: string }[] }[];
      summary: object;
    };
    const [a] = files.filter((file) => file.path === "a.ts");
    expect(a?.findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["no-unmanaged-acquisition", "error"],
      ["prefer-using", "warn"],
    ]);
    expect(summary).toMatchObject({
      files: 3,
      errors: 2,
      warnings: 2,
      leaks: 2,
      otherFindings: 2,
      filesWithFindings: 3,
      filesWithLeaks: 2,
      leaksWithRewrite: 2,
      otherFindingsWithRewrite: 2,
    });
  });

  test("SARIF, as levels", async () => {
    const { stdout } = await run(both, "--preset", "strict", "--format", "sarif");
    const [log] = (JSON.parse(stdout) as Log).runs;
    const levels = log?.results?.map(({ ruleId, level }) => `${ruleId ?? ""} ${level ?? ""}`);
    expect(new Set(levels)).toEqual(
      new Set(["no-unmanaged-acquisition error", "prefer-using warning"]),
    );
    const rules = Object.fromEntries(
      log?.tool.driver.rules?.map((rule) => [rule.id, rule.defaultConfiguration?.level]) ?? [],
    );
    expect(rules).toMatchObject({
      "no-unmanaged-acquisition": "error",
      "prefer-using": "warning",
    });
  });
});
