import { basename } from "node:path";

import type { ESLint } from "eslint";
import { expect, test } from "vitest";

import { Project } from "./project.js";
import { leakingModule, leakingTypeScript, tsconfig } from "./sources.js";

/** What ESLint's own command reports, as `file:line rule`. */
async function lint(project: Project): Promise<string[]> {
  const outcome = await project.node("node_modules/eslint/bin/eslint.js", "--format=json", ".");
  expect(outcome.stderr).toBe("");
  const results = JSON.parse(outcome.stdout) as ESLint.LintResult[];
  return results.flatMap(({ filePath, messages }) =>
    messages.map(
      ({ line, ruleId, message }) => `${basename(filePath)}:${line} ${ruleId ?? message}`,
    ),
  );
}

test("ESLint 10 with a flat config, TypeScript 6 and typed rules", async () => {
  await using project = await Project.create(
    {
      "@types/node": "^20",
      eslint: "^10.0.0",
      "eslint-plugin-unwind": "packed",
      typescript: "~6.0.3",
      "typescript-eslint": "^8.72.0",
    },
    {
      "package.json": { type: "module" },
      "eslint.config.js": `import { defineConfig } from "eslint/config";
import unwind from "eslint-plugin-unwind";
import tseslint from "typescript-eslint";

export default defineConfig({
  files: ["**/*.ts"],
  extends: [tseslint.configs.base, unwind.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { projectService: true } },
});
`,
      "tsconfig.json": tsconfig,
      ...leakingTypeScript,
    },
  );

  expect(await lint(project)).toEqual(["leak.ts:4 unwind/no-unmanaged-acquisition"]);
});

test("ESLint 9.15, the oldest supported, in a plain JavaScript project", async () => {
  await using project = await Project.create(
    { eslint: "9.15.0", "eslint-plugin-unwind": "packed" },
    {
      "package.json": { type: "module" },
      "eslint.config.js": `import unwind from "eslint-plugin-unwind";

export default [unwind.configs.recommended];
`,
      "leak.js": leakingModule,
    },
  );

  expect(await lint(project)).toEqual(["leak.js:4 unwind/no-unmanaged-acquisition"]);
});
