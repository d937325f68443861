import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { checks, presets } from "eslint-plugin-unwind/session";
import { format } from "prettier";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = path.join(root, "package.json");

interface Setting {
  readonly enum?: readonly string[];
  readonly properties?: object;
}
interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Record<string, Setting> };
  };
}

const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
const settings = manifest.contributes.configuration.properties;

/** What the editor completes and checks in `unwind.rules`. */
function schemaOfRules(): object {
  const severities = { enum: ["off", "warn", "error", "on"] };
  const rules = checks.map(({ name, description, schema }) => {
    const object = {
      type: "object",
      properties: { severity: severities, options: schema },
      additionalProperties: false,
    };
    return [name, { description, anyOf: [severities, object] }];
  });
  return Object.fromEntries(rules) as object;
}

describe("the extension's manifest", () => {
  test("has every rule in `unwind.rules`, with the options that it takes", async () => {
    const rules = { ...settings["unwind.rules"], properties: schemaOfRules() };
    const { contributes } = manifest;
    const expected = {
      ...manifest,
      contributes: {
        ...contributes,
        configuration: {
          ...contributes.configuration,
          properties: { ...settings, "unwind.rules": rules },
        },
      },
    };
    // Written anew by `npx vitest run --project test test/language-server/manifest -u`.
    const text = await format(JSON.stringify(expected), { parser: "json-stringify" });
    await expect(text).toMatchFileSnapshot(file);
  });

  test("has the presets of the plugin", () => {
    expect(settings["unwind.preset"]?.enum).toEqual([...presets]);
  });

  test("says everything that it says in words that can be translated, and no more", () => {
    const words = JSON.parse(readFileSync(path.join(root, "package.nls.json"), "utf8")) as Record<
      string,
      string
    >;
    const used = [...readFileSync(file, "utf8").matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    expect([...new Set(used)].sort()).toEqual(Object.keys(words).sort());
  });
});
