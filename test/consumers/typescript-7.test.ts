import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Project } from "./project.js";
import { leakingTypeScript, tsconfig } from "./sources.js";

// TypeScript 7 has no API for tools yet, so the plugin brings the last version that has one.
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
      "src/main.ts": `import { ExitStack } from "unwind";

export function main(): void {
  const stack = new ExitStack();
  stack.defer(() => undefined);
  stack.dispose();
}
`,
      ...leakingTypeScript,
    },
  );
});

afterAll(async () => {
  await project[Symbol.asyncDispose]();
});

async function versionOf(folder: string): Promise<string> {
  const manifest = await readFile(join(project.folder, folder, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

test("the plugin installs beside it, with a TypeScript of its own", async () => {
  expect(await versionOf("node_modules/typescript")).toMatch(/^7\./);
  expect(await versionOf("node_modules/eslint-plugin-unwind/node_modules/typescript")).toMatch(
    /^6\.0\./,
  );
});

test("unwind-check works, with types", async () => {
  const outcome = await project.npm(
    "exec",
    "--no",
    "--loglevel=error",
    "--",
    "unwind-check",
    "src",
    "--format=json",
  );

  expect(outcome.stderr).toBe("");
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toContain("leak.ts");
  expect(outcome.stdout).not.toContain("sound.ts");
});

test("the runtime's declarations compile with it", async () => {
  const outcome = await project.node("node_modules/typescript/bin/tsc", "-p", ".");

  expect(outcome).toMatchObject({ code: 0, stdout: "" });
});
