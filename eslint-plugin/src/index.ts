import type { ESLint, Linter } from "eslint";

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
  };
}

const recommended: Linter.Config = { name: "unwind/recommended", rules: everyRule() };
const recommendedTypeChecked: Linter.Config = {
  name: "unwind/recommended-type-checked",
  rules: everyRule(),
};

const plugin: UnwindPlugin = {
  meta: { name: "eslint-plugin-unwind", version, namespace: "unwind" },
  rules: Object.fromEntries(checks.map((check) => [check.name, createRule(check)])),
  configs: { recommended, recommendedTypeChecked },
};

// A flat configuration names its plugins by the objects themselves, and ours is in its own.
for (const config of Object.values(plugin.configs)) config.plugins = { unwind: plugin };

export default plugin;

function everyRule(): Linter.RulesRecord {
  return Object.fromEntries(checks.map(({ name }) => [`unwind/${name}`, "error"]));
}
