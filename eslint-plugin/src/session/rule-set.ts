import { Ajv, type ValidateFunction } from "ajv";

import type { Check } from "../checks/check.js";
import type { InlineSetting } from "./directives.js";

/** Whether a rule runs, and with which options; options left out take their defaults. */
export type RuleSetting = "off" | "on" | { readonly options: object };

interface Rule {
  readonly check: Check;
  readonly setting: RuleSetting;
  readonly validate: ValidateFunction;
}

/** The checks of a session and their settings. */
export class RuleSet {
  /** By name with the plugin's prefix. */
  readonly #rules = new Map<string, Rule>();

  /** @throws `RangeError` When a setting names no rule, or gives options that its rule refuses. */
  constructor(checks: readonly Check[], settings: Readonly<Record<string, RuleSetting>>) {
    const ajv = new Ajv({ strict: false });
    for (const check of checks) {
      const { name, schema } = check;
      const setting = settings[name] ?? (check.preset === "recommended" ? "on" : "off");
      const validate = ajv.compile(schema);
      if (typeof setting === "object" && !validate(setting.options)) {
        const why = ajv.errorsText(validate.errors, { dataVar: "options" });
        throw new RangeError(`The rule "${name}" does not take these options: ${why}.`);
      }
      this.#rules.set(`unwind/${name}`, { check, setting, validate });
    }
    const unknown = Object.keys(settings).find((name) => !this.#rules.has(`unwind/${name}`));
    if (unknown !== undefined) {
      const known = checks.map(({ name }) => name).join(", ");
      throw new RangeError(`There is no rule "${unknown}"; rules are ${known}.`);
    }
  }

  /** Whether the rule exists and takes the options, if there are any. */
  accepts(id: string, ...options: unknown[]): boolean {
    const rule = this.#rules.get(id);
    return rule !== undefined && options.every((each) => rule.validate(each));
  }

  /** The rules that run on a file whose comments say this about them. */
  *inForce(inline: ReadonlyMap<string, InlineSetting>) {
    for (const [id, { check, setting }] of this.#rules) {
      const said = inline.get(id);
      if (!(said?.on ?? setting !== "off")) continue;
      const options = said?.options ?? (typeof setting === "object" ? setting.options : undefined);
      yield { id, check, options };
    }
  }
}
