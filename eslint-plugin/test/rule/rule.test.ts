import { readFileSync } from "node:fs";
import path from "node:path";

import * as babel from "@babel/parser";
import * as typeScriptParser from "@typescript-eslint/parser";
import { ESLint, Linter } from "eslint";
import { describe, expect, test } from "vitest";

import plugin from "../../src/index.js";
import { createRule } from "../../src/rule.js";
import { checks, defineCheck } from "../../src/session/index.js";
import { findsLeaks, findsPromises, folderWith } from "../session/fixtures.js";

/** What @babel/eslint-parser does, for any version of ESLint: Babel's tree in ESTree's form. */
const babelParser: Linter.Parser = {
  meta: { name: "babel", version: "7" },
  parse(text) {
    const file = babel.parse(text, {
      sourceType: "module",
      ranges: true,
      tokens: true,
      plugins: ["estree", "jsx", "flow", "decorators", "explicitResourceManagement"],
    });
    const tokens = (file.tokens ?? [])
      .filter(({ type }) => typeof type === "object")
      .map((token: { start: number; end: number }) => ({
        ...token,
        range: [token.start, token.end],
      }));
    const comments = (file.comments ?? []).map((comment) => ({
      ...comment,
      type: comment.type === "CommentBlock" ? "Block" : "Line",
      range: [comment.start, comment.end],
    }));
    const range = [file.program.start, file.program.end];
    return { ...file.program, range, tokens, comments };
  },
};

function lint(text: string, parser: Linter.Parser | undefined, check = findsLeaks) {
  const rules = { [check.name]: createRule(check) };
  return new Linter({ configType: "flat" }).verify(text, {
    ...(parser && { languageOptions: { parser } }),
    plugins: { unwind: { rules } },
    rules: { [`unwind/${check.name}`]: "error" },
  });
}

const parsers = [
  ["espree", undefined],
  ["@typescript-eslint/parser", typeScriptParser as Linter.Parser],
  ["Babel's parser", babelParser],
] as const;

describe.each(parsers)("with %s", (_, parser) => {
  test("a finding becomes a message with its place, a fix and suggestions", () => {
    expect(lint(`let a;\nleak("fix");`, parser)).toMatchObject([
      {
        ruleId: "unwind/no-leak",
        messageId: "leaks",
        message: "`leak` leaks.",
        line: 2,
        column: 1,
        endLine: 2,
        endColumn: 12,
        fix: { range: [7, 11], text: "mended" },
        suggestions: [{ desc: "Drop it", fix: { range: [7, 18], text: "void 0" } }],
      },
    ]);
  });

  test("a finding without a proven rewrite has suggestions only", () => {
    const [message] = lint("leak();", parser);
    expect(message?.fix).toBeUndefined();
    expect(message?.suggestions?.map(({ desc }) => desc)).toEqual(["Mend it", "Drop it"]);
  });

  test("every check of the plugin runs on all kinds of code without a failure", () => {
    const text = readFileSync(new URL("every-syntax.js", import.meta.url), "utf8");
    for (const check of checks) {
      expect(lint(text, parser, check).filter(({ messageId }) => messageId === "failed")).toEqual(
        [],
      );
      expect(lint("", parser, check)).toEqual([]);
    }
  });
});

test("a check that throws costs one message, not ESLint's run", () => {
  const throws = defineCheck({
    ...findsLeaks,
    name: "throws",
    run() {
      throw new TypeError("oh no");
    },
  });
  expect(lint("leak();", undefined, throws)).toMatchObject([
    {
      messageId: "failed",
      message: "`throws` could not analyse this file, please report it: TypeError: oh no",
    },
  ]);
});

test("a rule's options reach its check, with defaults for those left out", () => {
  const verify = (options: object) =>
    new Linter({ configType: "flat" }).verify("leak(); drip();", {
      plugins: { unwind: { rules: { "no-leak": createRule(findsLeaks) } } },
      rules: { "unwind/no-leak": ["error", options] },
    });
  expect(verify({ name: "drip" }).map(({ column }) => column)).toEqual([9]);
  expect(verify({}).map(({ column }) => column)).toEqual([1]);
  expect(() => verify({ nam: "drip" })).toThrow(/Unexpected property "nam"/);
});

test("types are asked for where the parser offers them", async () => {
  const folder = folderWith({ "tsconfig.json": "{}", "a.ts": "Promise.resolve();\n" });
  const lintWith = async (parserOptions: object) => {
    const eslint = new ESLint({
      cwd: folder,
      overrideConfigFile: true,
      overrideConfig: {
        files: ["**/*.ts"],
        languageOptions: { parser: typeScriptParser, parserOptions },
        plugins: { unwind: { rules: { "no-promise": createRule(findsPromises) } } },
        rules: { "unwind/no-promise": "error" },
      },
    });
    const [result] = await eslint.lintFiles(["a.ts"]);
    return result?.messages.map(({ messageId }) => messageId);
  };
  expect(await lintWith({})).toEqual([]);
  expect(await lintWith({ projectService: true, tsconfigRootDir: folder })).toEqual(["promise"]);
});

test("a fix that ESLint applies is what the rewrite says", async () => {
  const folder = folderWith({ "a.js": `leak("fix"); leak();\n` });
  const eslint = new ESLint({
    cwd: folder,
    fix: true,
    overrideConfigFile: true,
    overrideConfig: {
      plugins: { unwind: { rules: { "no-leak": createRule(findsLeaks) } } },
      rules: { "unwind/no-leak": "error" },
    },
  });
  const [result] = await eslint.lintFiles([path.join(folder, "a.js")]);
  expect(result?.output).toBe(`mended("fix"); leak();\n`);
});

describe("the plugin", () => {
  test("names itself", () => {
    const manifest = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    ) as { name: string; version: string };
    expect(plugin.meta).toEqual({
      name: manifest.name,
      version: manifest.version,
      namespace: "unwind",
    });
  });

  test("has a rule for every check, with a page that exists", () => {
    expect(Object.keys(plugin.rules ?? {})).toEqual(checks.map(({ name }) => name));
    for (const [name, rule] of Object.entries(plugin.rules ?? {})) {
      expect(rule.meta?.docs?.url).toBe(
        `https://github.com/unwind-ts/unwind/blob/main/eslint-plugin/docs/rules/${name}.md`,
      );
      const page = new URL(`../../docs/rules/${name}.md`, import.meta.url);
      expect(readFileSync(page, "utf8")).toContain(name);
    }
  });

  test.each(["recommended", "recommendedTypeChecked"] as const)(
    "has the configuration %s, which ESLint takes",
    async (name) => {
      const folder = folderWith({ "a.js": "export {};\n" });
      const eslint = new ESLint({
        cwd: folder,
        overrideConfigFile: true,
        overrideConfig: [plugin.configs[name]],
      });
      const config = (await eslint.calculateConfigForFile(path.join(folder, "a.js"))) as {
        rules: Record<string, [number]>;
      };
      expect(config.rules["unwind/no-unmanaged-acquisition"]?.[0]).toBe(2);
      expect(await eslint.lintFiles(["a.js"])).toMatchObject([{ messages: [] }]);
    },
  );
});
