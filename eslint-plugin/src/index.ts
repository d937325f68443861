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
    /** Every rule that reports leaks and no matters of taste; uses types where there are any. */
    readonly recommended: Linter.Config;
    /** `recommended`, and rules that are of use only where the parser offers types. */
    readonly recommendedTypeChecked: Linter.Config;
    /** `recommended`, and as warnings what could be said better. */
    readonly strict: Linter.Config;
    /** `recommendedTypeChecked`, and as warnings what could be said better. */
    readonly strictTypeChecked: Linter.Config;
    /** Every rule, as an error. */
    readonly all: Linter.Config;
  };
}

const recommended: Linter.Config = { name: "unwind/recommended", rules: rulesOf("problem") };
const recommendedTypeChecked: Linter.Config = {
  name: "unwind/recommended-type-checked",
  rules: rulesOf("problem"),
};
const strictRules = { ...rulesOf("problem"), ...rulesOf("suggestion", "warn") };
const strict: Linter.Config = { name: "unwind/strict", rules: strictRules };
const strictTypeChecked: Linter.Config = {
  name: "unwind/strict-type-checked",
  rules: strictRules,
};
const all: Linter.Config = {
  name: "unwind/all",
  rules: { ...rulesOf("problem"), ...rulesOf("suggestion") },
};

const plugin: UnwindPlugin = {
  meta: { name: "eslint-plugin-unwind", version, namespace: "unwind" },
  rules: Object.fromEntries(checks.map((check) => [check.name, createRule(check)])),
  configs: { recommended, recommendedTypeChecked, strict, strictTypeChecked, all },
};

// A flat configuration names its plugins by the objects themselves, and ours is in its own.
for (const config of Object.values(plugin.configs)) config.plugins = { unwind: plugin };

export default plugin;

function rulesOf(
  type: Check["type"],
  severity: Linter.StringSeverity = "error",
): Linter.RulesRecord {
  const own = checks.filter((check) => check.type === type);
  return Object.fromEntries(own.map(({ name }) => [`unwind/${name}`, severity]));
}
