import { Ajv, type ValidateFunction } from "ajv";

import type { Check } from "../checks/check.js";
import type { InlineSetting } from "./directives.js";
import { type Preset, presets } from "./presets.js";
import type { Severity } from "./report.js";

/** `on` is the severity that the rule itself has. */
export type RuleSeverity = "off" | "on" | Severity;

/**
 * Whether a rule runs, how much its findings weigh, and with which options it runs. Without a
 * severity it is `on`; options that are left out take their defaults.
 */
export type RuleSetting =
  | RuleSeverity
  | {
      readonly severity?: RuleSeverity;
      readonly options?: object;
    };

interface Rule {
  readonly check: Check;
  readonly severity: "off" | Severity;
  readonly options: object | undefined;
  readonly validate: ValidateFunction;
}

const severities: ReadonlySet<unknown> = new Set(["off", "on", "warn", "error"]);

/** The checks of a session and their settings. */
export class RuleSet {
  /** By name with the plugin's prefix. */
  readonly #rules = new Map<string, Rule>();

  /**
   * @param settings They say more than the preset does.
   * @throws `RangeError` When the preset does not exist, or a setting names no rule, is none, or
   *   gives options that its rule refuses.
   */
  constructor(
    checks: readonly Check[],
    settings: Readonly<Record<string, RuleSetting>>,
    preset: Preset = "recommended",
  ) {
    if (!presets.includes(preset)) {
      throw new RangeError(`There is no preset "${preset}"; presets are ${presets.join(", ")}.`);
    }
    const ajv = new Ajv({ strict: false });
    for (const check of checks) {
      const { name, schema } = check;
      const setting = Object.hasOwn(settings, name) ? settings[name] : severityIn(preset, check);
      const { severity = "on", options = optionsIn(preset, check) } = partsOf(name, setting);
      const validate = ajv.compile(schema);
      if (options !== undefined && !validate(options)) {
        const why = ajv.errorsText(validate.errors, { dataVar: "options" });
        throw new RangeError(`The rule "${name}" does not take these options: ${why}.`);
      }
      this.#rules.set(`unwind/${name}`, {
        check,
        severity: severity === "on" ? check.severity : severity,
        options,
        validate,
      });
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
    for (const [id, { check, ...set }] of this.#rules) {
      const said = inline.get(id);
      const severity = said?.severity ?? set.severity;
      if (severity === "off") continue;
      yield { id, check, severity, options: said?.options ?? set.options };
    }
  }
}

/** What a preset makes of a rule, as the plugin's configurations do. */
function severityIn(preset: Preset, check: Check): RuleSeverity {
  if (preset === "all") return "error";
  return preset === "strict" || check.preset === "recommended" ? "on" : "off";
}

function optionsIn(preset: Preset, { strictOptions }: Check): object | undefined {
  return preset === "recommended" ? undefined : strictOptions;
}

/** Settings may come from a file that a person wrote: their type is no promise. */
function partsOf(name: string, setting: unknown): Exclude<RuleSetting, RuleSeverity> {
  const parts = typeof setting === "string" ? { severity: setting } : setting;
  if (typeof parts === "object" && parts !== null && !Array.isArray(parts)) {
    const { severity = "on", options = {} } = parts as Record<string, unknown>;
    if (severities.has(severity) && typeof options === "object" && options !== null) return parts;
  }
  throw new RangeError(
    `The rule "${name}" is set to ${JSON.stringify(setting)}; it takes "off", "warn", "error", "on", or an object with "severity" and "options".`,
  );
}
