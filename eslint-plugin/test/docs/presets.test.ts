import { readFileSync } from "node:fs";
import path from "node:path";

import { format } from "prettier";
import { describe, expect, test } from "vitest";

import plugin from "../../src/index.js";
import { checks } from "../../src/session/index.js";

const root = path.join(import.meta.dirname, "../..");
const readme = path.join(root, "README.md");

test("the README's table is what the presets have", async () => {
  const listed = readFileSync(readme, "utf8").replace(
    /(<!-- rules -->\n)[^]*(<!-- \/rules -->)/,
    (_, begin: string, end: string) => `${begin}\n${table()}\n${end}`,
  );
  // Written anew by `npx vitest run --project eslint-plugin test/docs/presets -u`.
  await expect(await format(listed, { parser: "markdown", printWidth: 100 })).toMatchFileSnapshot(
    readme,
  );
});

describe.each([...checks])("$name", ({ name }) => {
  test("its page says which presets have it, and how much it weighs there", () => {
    const page = readFileSync(path.join(root, "docs/rules", `${name}.md`), "utf8");
    const { recommended, strict } = severitiesOf(name);
    const sentence =
      recommended === undefined
        ? `In the presets \`strict\`, \`strictTypeChecked\` (as ${article(strict)}) and \`all\`.`
        : `In all presets, as ${article(recommended)}.`;
    expect(page).toContain(`\n\n${sentence}`);
  });
});

test("strict and all give a rule the options that its page names", () => {
  const { strict, all } = plugin.configs;
  const withOptions = checks.filter(({ strictOptions }) => strictOptions);
  expect(withOptions.map(({ name }) => name)).toEqual(["no-broad-suppression"]);
  for (const { name, severity, strictOptions } of withOptions) {
    expect(strict.rules?.[`unwind/${name}`]).toEqual([severity, strictOptions]);
    expect(all.rules?.[`unwind/${name}`]).toEqual(["error", strictOptions]);
    const page = readFileSync(path.join(root, "docs/rules", `${name}.md`), "utf8");
    for (const [option, value] of Object.entries(strictOptions ?? {})) {
      expect(page).toContain(`\`${option}: ${JSON.stringify(value)}\` in \`strict\``);
    }
  }
});

test("the presets for typed linting have the rules of those without types", () => {
  const { configs } = plugin;
  expect(configs.recommendedTypeChecked.rules).toEqual(configs.recommended.rules);
  expect(configs.strictTypeChecked.rules).toEqual(configs.strict.rules);
});

function table(): string {
  const rows = checks.map(({ name, description }) => {
    const { recommended, strict } = severitiesOf(name);
    const cells = [
      `[\`${name}\`](docs/rules/${name}.md)`,
      description,
      recommended ?? "",
      strict ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| rule | description | recommended | strict |", "| - | - | - | - |", ...rows, ""].join(
    "\n",
  );
}

function severitiesOf(name: string) {
  const severityIn = (preset: "recommended" | "strict") =>
    [plugin.configs[preset].rules?.[`unwind/${name}`]].flat()[0] as string | undefined;
  return { recommended: severityIn("recommended"), strict: severityIn("strict") };
}

function article(severity: string | undefined): string {
  return severity === "error" ? "an error" : "a warning";
}
