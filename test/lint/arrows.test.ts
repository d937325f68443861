import { readdirSync } from "node:fs";
import { join } from "node:path";

import { ESLint } from "eslint";
import { describe, expect, test } from "vitest";

import { parts } from "../../scripts/lib/arrows.mjs";
import { root } from "../../scripts/lib/paths.mjs";

const plugin = "eslint-plugin/src";

const eslint = new ESLint({
  cwd: root,
  // The files below do not exist, so no program has types for them; the rule asks for none.
  overrideConfig: {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: false } },
  },
  ruleFilter: ({ ruleId }) => ruleId === "boundaries/dependencies",
});

async function lint(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  expect(result?.fatalErrorCount, "the code parses").toBe(0);
  return result?.messages.map(({ ruleId }) => ruleId ?? "no rule") ?? ["no result"];
}

describe("an import against the arrows is an error", () => {
  test.each([
    // The runtime imports nothing.
    ["runtime/src/virtual.ts", "node:fs"],
    ["runtime/src/virtual.ts", "./node/index.js"],
    ["runtime/src/sql/virtual.ts", "node:fs"],
    ["runtime/src/sql/virtual.ts", "../node/index.js"],
    ["runtime/src/node/virtual.ts", "pg"],
    ["runtime/src/virtual.ts", "typescript"],
    ["runtime/src/virtual.ts", "eslint-plugin-unwind/session"],
    ["runtime/src/virtual.ts", "../../eslint-plugin/src/checks/check.js"],
    // resources, types ← analysis, rewrites ← checks ← session ← cli; never the other way.
    [`${plugin}/resources/virtual.ts`, "../types/type-source.js"],
    [`${plugin}/resources/virtual.ts`, "../checks/check.js"],
    [`${plugin}/types/virtual.ts`, "../analysis/flow/control-flow-graph.js"],
    [`${plugin}/types/virtual.ts`, "../checks/check.js"],
    [`${plugin}/analysis/virtual.ts`, "../checks/finding.js"],
    [`${plugin}/analysis/paths/virtual.ts`, "../../checks/finding.js"],
    [`${plugin}/analysis/virtual.ts`, "../rewrites/edit.js"],
    // Within the analysis: code ← flow ← what is acquired, held and used ← paths ← the other rules'.
    [`${plugin}/analysis/code/virtual.ts`, "../flow/flow.js"],
    [`${plugin}/analysis/flow/virtual.ts`, "../uses/ownership.js"],
    [`${plugin}/analysis/held/virtual.ts`, "../paths/leaks.js"],
    [`${plugin}/analysis/paths/virtual.ts`, "../owners/owner-release.js"],
    [`${plugin}/analysis/text/virtual.ts`, "../paths/leaks.js"],
    [`${plugin}/rewrites/virtual.ts`, "../checks/check.js"],
    [`${plugin}/checks/virtual.ts`, "../session/index.js"],
    [`${plugin}/checks/virtual.ts`, "../rule.js"],
    [`${plugin}/session/virtual.ts`, "../cli/main.js"],
    [`${plugin}/session/virtual.ts`, "../rule.js"],
    [`${plugin}/rule.ts`, "./session/index.js"],
    // Only rule.ts and index.ts know ESLint.
    [`${plugin}/resources/virtual.ts`, "eslint"],
    [`${plugin}/types/virtual.ts`, "eslint"],
    [`${plugin}/analysis/virtual.ts`, "eslint"],
    [`${plugin}/rewrites/virtual.ts`, "eslint"],
    [`${plugin}/checks/virtual.ts`, "eslint"],
    [`${plugin}/session/virtual.ts`, "eslint"],
    [`${plugin}/session/virtual.ts`, "eslint/config"],
    [`${plugin}/cli/virtual.ts`, "eslint"],
    // Only types/typescript*.ts and the session know TypeScript.
    [`${plugin}/types/virtual.ts`, "typescript"],
    [`${plugin}/analysis/virtual.ts`, "typescript"],
    [`${plugin}/checks/virtual.ts`, "typescript"],
    [`${plugin}/cli/virtual.ts`, "typescript"],
    [`${plugin}/rule.ts`, "typescript"],
    // Nothing imports the extension, which knows the session only.
    [`${plugin}/session/virtual.ts`, "../../../extension/server/main.js"],
    [`${plugin}/cli/virtual.ts`, "../../../extension/server/main.js"],
    [`${plugin}/index.ts`, "../../extension/client/main.js"],
    ["runtime/src/virtual.ts", "../../extension/client/main.js"],
    ["extension/server/virtual.ts", "../client/main.js"],
    ["extension/server/virtual.ts", "../../eslint-plugin/src/session/index.js"],
    ["extension/server/virtual.ts", "eslint-plugin-unwind"],
    ["extension/server/virtual.ts", "eslint"],
    ["extension/client/virtual.ts", "eslint-plugin-unwind/session"],
  ])("%s ↛ %s", async (file, specifier) => {
    expect(await lint(file, `import "${specifier}";`)).toEqual(["boundaries/dependencies"]);
  });
});

test.each([
  ["import type", `import type { Check } from "../checks/check.js";`],
  ["export … from", `export * from "../checks/check.js";`],
  ["import()", `await import("../checks/check.js");`],
  ["import() in a type", `export type C = import("../checks/check.js").Check;`],
  ["require()", `require("../checks/check.js");`],
])("%s is an import too", async (_form, code) => {
  expect(await lint(`${plugin}/analysis/virtual.ts`, code)).toEqual(["boundaries/dependencies"]);
});

test.each([
  ["runtime/src/virtual.ts", "./index.js"],
  ["runtime/src/node/virtual.ts", "../index.js"],
  ["runtime/src/node/virtual.ts", "node:fs"],
  [`${plugin}/types/typescript.ts`, "typescript"],
  [`${plugin}/types/typescript-documentation.ts`, "typescript"],
  [`${plugin}/analysis/virtual.ts`, "../resources/catalogue.js"],
  [`${plugin}/analysis/virtual.ts`, "@typescript-eslint/types"],
  [`${plugin}/analysis/uses/virtual.ts`, "../held/holders.js"],
  [`${plugin}/checks/virtual.ts`, "../rewrites/edit.js"],
  [`${plugin}/session/virtual.ts`, "../checks/index.js"],
  [`${plugin}/session/virtual.ts`, "typescript"],
  [`${plugin}/cli/virtual.ts`, "../checks/finding.js"],
  [`${plugin}/rule.ts`, "eslint"],
  ["extension/server/virtual.ts", "eslint-plugin-unwind/session"],
  ["extension/client/virtual.ts", "vscode"],
])("%s → %s is allowed", async (file, specifier) => {
  expect(await lint(file, `import "${specifier}";`)).toEqual([]);
});

test("every source file belongs to one part", () => {
  const patterns = Object.values(parts).map(({ files }) => files);
  const strays: string[] = [];
  for (const sources of ["runtime/src", plugin, "extension/client", "extension/server"]) {
    for (const name of readdirSync(join(root, sources), { recursive: true, encoding: "utf8" })) {
      const file = `${sources}/${name.replaceAll("\\", "/")}`;
      if (!file.endsWith(".ts")) continue;
      const folder = file.slice(0, file.lastIndexOf("/"));
      const owners = patterns.filter((pattern) => {
        if (pattern.endsWith("/**")) return file.startsWith(pattern.slice(0, -2));
        return pattern.endsWith("/*") ? folder === pattern.slice(0, -2) : file === pattern;
      });
      if (owners.length !== 1) strays.push(file);
    }
  }
  expect(strays).toEqual([]);
});
