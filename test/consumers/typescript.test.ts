import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Project } from "./project.js";
import { leakingTypeScript, tsconfig } from "./sources.js";

// The plugin works with the one version of TypeScript that it brings, whichever the project has.

interface Output {
  readonly files: readonly {
    readonly path: string;
    readonly typed: boolean;
    readonly findings: readonly { readonly rule: string }[];
    readonly problem?: unknown;
  }[];
}

/** Runs `unwind-check`, as `npx --no unwind-check` does, and gives what it says of each file. */
async function unwindCheck(project: Project) {
  const command = ["exec", "--no", "--loglevel=error", "--", "unwind-check"];
  const { code, stdout, stderr } = await project.npm(...command, "src", "--format=json");
  expect(stderr).toBe("");
  const { files } = JSON.parse(stdout) as Output;
  const reports = files.map(({ path, typed, findings, problem }) => [
    path,
    typed ? "with types" : "without types",
    ...findings.map(({ rule }) => rule),
    ...(problem === undefined ? [] : [problem]),
  ]);
  return { code, reports };
}

const asExpected = {
  code: 1,
  reports: [
    ["src/leak.ts", "with types", "no-unmanaged-acquisition"],
    ["src/sound.ts", "with types"],
  ],
};

async function versionIn(project: Project, folder: string): Promise<string> {
  const manifest = await readFile(join(project.folder, folder, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

describe("in a project with TypeScript 7, which has no API for tools", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(
      {
        "@types/node": "^20",
        eslint: "^10.0.0",
        "eslint-plugin-unwind": "packed",
        typescript: "^7.0.0",
        unwind: "packed",
      },
      {
        "package.json": { type: "module" },
        "tsconfig.json": tsconfig,
        "stack/main.ts": `import { ExitStack } from "unwind";

export function main(): void {
  const stack = new ExitStack();
  stack.defer(() => undefined);
  stack.dispose();
}
`,
        "stack/tsconfig.json": { ...tsconfig, include: ["."] },
        ...leakingTypeScript,
      },
    );
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
  });

  test("the plugin installs, with a TypeScript of its own", async () => {
    expect(await versionIn(project, "node_modules/typescript")).toMatch(/^7\./);
    expect(
      await versionIn(project, "node_modules/eslint-plugin-unwind/node_modules/typescript"),
    ).toMatch(/^6\.0\./);
  });

  test("unwind-check works, with types", async () => {
    expect(await unwindCheck(project)).toEqual(asExpected);
  });

  test("the runtime's declarations compile", async () => {
    const outcome = await project.node("node_modules/typescript/bin/tsc", "-p", "stack");

    expect(outcome).toMatchObject({ code: 0, stdout: "" });
  });
});

describe("in a project with TypeScript 5.4 and typescript-eslint", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(
      {
        "@types/node": "^20",
        eslint: "^10.0.0",
        "eslint-plugin-unwind": "packed",
        typescript: "~5.4.0",
        "typescript-eslint": "^8.72.0",
      },
      {
        "package.json": { type: "module" },
        "eslint.config.js": `import unwind from "eslint-plugin-unwind";
import tseslint from "typescript-eslint";

export default tseslint.config({
  files: ["**/*.ts"],
  extends: [tseslint.configs.base, unwind.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { projectService: true } },
});
`,
        "tsconfig.json": tsconfig,
        ...leakingTypeScript,
      },
    );
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
  });

  test("unwind-check works, with types", async () => {
    expect(await unwindCheck(project)).toEqual(asExpected);
  });

  test("the rule works in ESLint, with the types of the project's own TypeScript", async () => {
    const outcome = await project.node("node_modules/eslint/bin/eslint.js", ".");

    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/leak\.ts\n +4:.*unwind\/no-unmanaged-acquisition/);
    expect(outcome.stdout).toContain("1 problem");
  });
});
