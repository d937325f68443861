import type { ESLint, Linter } from "eslint";

import type { Check } from "./checks/check.js";
import { checks } from "./checks/index.js";
import { createRule } from "./rule.js";
import { version } from "./version.js";

/** The plugin object for ESLint's flat configuration. */
export interface UnwindPlugin extends ESLint.Plugin {
  readonly meta: {
    readonly name: "eslint-plugin-unwind";
    readonly version: string;
    readonly namespace: "unwind";
  };
  readonly configs: {
    /** The rules whose reports are nearly always right; they use types where there are any. */
    readonly recommended: Linter.Config;
    /** `recommended`, and rules that are of use only where the parser offers types. */
    readonly recommendedTypeChecked: Linter.Config;
    /** `recommended`, rules that more often ask for a second look, and what could be said better. */
    readonly strict: Linter.Config;
    /** `recommendedTypeChecked`, and what `strict` adds. */
    readonly strictTypeChecked: Linter.Config;
    /** Every rule, as an error. */
    readonly all: Linter.Config;
  };
}

const recommendedRules = rulesIn(["recommended"]);
const strictRules = rulesIn(["recommended", "strict"]);
const recommended: Linter.Config = { name: "unwind/recommended", rules: recommendedRules };
const recommendedTypeChecked: Linter.Config = {
  name: "unwind/recommended-type-checked",
  rules: recommendedRules,
};
const strict: Linter.Config = { name: "unwind/strict", rules: strictRules };
const strictTypeChecked: Linter.Config = {
  name: "unwind/strict-type-checked",
  rules: strictRules,
};
const all: Linter.Config = {
  name: "unwind/all",
  rules: Object.fromEntries(
    checks.map(({ name, strictOptions }) => [`unwind/${name}`, entryOf("error", strictOptions)]),
  ),
};

const plugin: UnwindPlugin = {
  meta: { name: "eslint-plugin-unwind", version, namespace: "unwind" },
  rules: Object.fromEntries(checks.map((check) => [check.name, createRule(check)])),
  configs: { recommended, recommendedTypeChecked, strict, strictTypeChecked, all },
};

// A flat configuration names its plugins by the objects themselves, and ours is in its own.
for (const config of Object.values(plugin.configs)) config.plugins = { unwind: plugin };

export default plugin;

function rulesIn(presets: readonly Check["preset"][]): Linter.RulesRecord {
  const own = checks.filter(({ preset }) => presets.includes(preset));
  const isStrict = presets.includes("strict");
  return Object.fromEntries(
    own.map(({ name, severity, strictOptions }) => [
      `unwind/${name}`,
      entryOf(severity, isStrict ? strictOptions : undefined),
    ]),
  );
}

function entryOf(severity: Check["severity"], options: object | undefined): Linter.RuleEntry {
  return options ? [severity, options] : severity;
}
