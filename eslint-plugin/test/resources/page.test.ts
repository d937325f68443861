import { readFileSync } from "node:fs";
import path from "node:path";

import * as typeScriptParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { format } from "prettier";
import { expect, test } from "vitest";

import plugin from "../../src/index.js";
import type { Origin, Release, Resource } from "../../src/resources/catalogue.js";
import { families } from "../../src/resources/index.js";
import { resourceFields } from "../../src/resources/validate.js";

const file = path.join(import.meta.dirname, "../../docs/resources.md");
const page = readFileSync(file, "utf8");

test("the page's list of resources is the catalogue's", async () => {
  const listed = page.replace(
    /(<!-- families -->\n)[^]*(<!-- \/families -->)/,
    (_, begin: string, end: string) => `${begin}\n${families.map(section).join("\n")}\n${end}`,
  );
  // Written anew by `npx vitest run --project eslint-plugin test/resources/page -u`.
  await expect(await format(listed, { parser: "markdown", printWidth: 100 })).toMatchFileSnapshot(
    file,
  );
});

test("the page describes every field, and no other", () => {
  const [, table = ""] = /## The fields of a resource\n\n([^]*?)\n\n/.exec(page) ?? [];
  const described = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(described.sort()).toEqual(Object.keys(resourceFields).sort());
});

test("the page's settings make its example reported", async () => {
  const [, settings = ""] = /resources: (\[[^]*?\n {6}\]),/.exec(page) ?? [];
  const [, example = ""] = /```ts\n([^]*?)```/.exec(page) ?? [];
  const module = `export const resources = ${settings};`;
  const { resources } = (await import(`data:text/javascript,${encodeURIComponent(module)}`)) as {
    resources: unknown;
  };
  const lint = (unwind: object) =>
    new Linter({ configType: "flat" }).verify(
      example,
      [
        {
          files: ["**/*.ts"],
          languageOptions: { parser: typeScriptParser },
          plugins: { unwind: plugin },
          rules: { "unwind/no-unmanaged-acquisition": "error" },
          settings: { unwind },
        },
      ],
      "example.ts",
    );
  expect(lint({ resources })).toMatchObject([{ line: 5, messageId: "leaksOnThrow" }]);
  expect(lint({})).toEqual([]);
});

function section({ name, resources }: (typeof families)[number]): string {
  const rows = resources.map((resource) => {
    const cells = [resource.noun, acquired(resource), released(resource)];
    return `| ${[...cells, resource.oftenKept ? "kept" : ""].join(" | ")} |`;
  });
  const head = "| resource | acquired by | released by | |\n| --- | --- | --- | --- |";
  return `### ${name}\n\n${head}\n${rows.join("\n")}\n`;
}

/** `open` of `fs`, `fs-extra`: names that several modules share stand once. */
function acquired({ acquire }: Resource): string {
  const shared = new Map<string, string[]>();
  for (const module of new Set(acquire.map((each) => each.module))) {
    const names = namesIn(acquire.filter((each) => each.module === module));
    shared.set(names, [...(shared.get(names) ?? []), module]);
  }
  return [...shared]
    .map(([names, modules]) =>
      modules.includes("")
        ? names
        : `${names} of ${modules.map((module) => `\`${module}\``).join(", ")}`,
    )
    .join("; ");
}

function namesIn(origins: readonly Origin[]): string {
  const bare = origins.filter(({ name }) => !/^(globalThis|window|self)\./.test(name));
  const names = bare.map(({ name }) =>
    name === "" || name === "default" ? "the module itself" : `\`${name}\``,
  );
  return [...new Set(names)].join(", ");
}

function released({ release }: Resource): string {
  const shown = release.filter(
    (each) => each.kind !== "function" || !/^(globalThis|window|self)\./.test(each.origin.name),
  );
  return [...new Set(shown.map(spoken))].join(", ");
}

function spoken(release: Release): string {
  switch (release.kind) {
    case "method":
      return `\`${release.name}()\``;
    case "function":
      return `\`${release.origin.name}(…)\``;
    case "call":
      return "calling it";
    case "giver":
      return `the giver's \`${release.name}(…)\``;
    case "symbol":
      return `\`[Symbol.${release.async ? "asyncDispose" : "dispose"}]()\``;
  }
}
