import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import unwind from "eslint-plugin-unwind";
import tseslint from "typescript-eslint";

import { arrows } from "./scripts/lib/arrows.mjs";

export default defineConfig(
  globalIgnores([
    "**/dist/",
    "**/node_modules/",
    ".cache/",
    // Wrong on purpose: the sample leaks, and fixtures are what tests judge.
    "test/samples/*/",
    "test/vscode/workspace/",
    "eslint-plugin/test/rule/every-syntax.*",
    "**/fixtures/",
  ]),

  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,

  {
    files: ["**/*.ts"],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      unwind.configs.recommendedTypeChecked,
    ],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["vitest.config.ts"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Node's and TypeScript's functions are declared as methods, but need no `this`.
      "@typescript-eslint/unbound-method": "off",
      // Numbers in templates print as everyone expects.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `void promise` and `void unused` say what they mean.
      "@typescript-eslint/no-meaningless-void-operator": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      // It asks for `!`, which no-non-null-assertion forbids; `as` names the type.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
    },
  },

  {
    files: ["**/test/**/*.ts"],
    rules: {
      // A callback that does nothing is a case like any other.
      "@typescript-eslint/no-empty-function": "off",
    },
  },

  {
    files: ["eslint-plugin/{src,test}/**/*.ts"],
    extends: [eslintPlugin.configs.recommended],
    rules: {
      // ESTree names kinds of nodes by strings; only typescript-eslint's types make them an enum.
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
    },
  },

  {
    // What these try out is release itself: stacks and managers that are left open, released twice
    // or released by what fails, on purpose.
    files: ["runtime/test/**/*.ts"],
    rules: { "unwind/no-unmanaged-acquisition": "off" },
  },

  {
    files: ["**/*.{js,mjs,cjs}"],
    extends: [unwind.configs.recommended],
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
    languageOptions: {
      // What the Node that runs this has: the oldest supported one, in continuous integration.
      globals: Object.fromEntries(
        Object.getOwnPropertyNames(globalThis).map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: { exports: "writable", module: "writable", require: "readonly" },
    },
  },

  {
    // What these try out is what becomes of managers that are not told the outcome, and of generators
    // that are no managers.
    files: ["runtime/test/**/*.ts", "test/{databases,python}/**/*.{ts,mjs}"],
    rules: { "unwind/require-outcome": "off", "unwind/require-yield-in-try": "off" },
  },

  {
    // What tests put together of a few chunks is short.
    files: ["**/test/**/*.{ts,mjs}"],
    rules: { "unwind/no-string-accumulation": "off" },
  },

  {
    // It measures what the rules warn of.
    files: ["bench/streams-rows.mjs"],
    rules: { "unwind/no-string-accumulation": "off", "unwind/no-quadratic-accumulation": "off" },
  },

  arrows,
);
