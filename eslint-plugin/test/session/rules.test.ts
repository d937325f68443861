import { describe, expect, test } from "vitest";

import {
  type Check,
  checks,
  defineCheck,
  type RuleSetting,
  Session,
  type SessionOptions,
} from "../../src/session/index.js";
import plugin from "../../src/index.js";
import { findsLeaks } from "./fixtures.js";

/** The same rule under another name, weight and preset. */
const findsDrips = defineCheck({
  ...findsLeaks,
  name: "no-drip",
  type: "suggestion",
  preset: "strict",
  severity: "warn",
  defaultOptions: { name: "drip" },
  run: (file, options) => findsLeaks.run(file, options),
});

function found(options: SessionOptions, text = "leak(); drip();"): string[] {
  const session = new Session({ checks: [findsLeaks, findsDrips], types: false, ...options });
  const report = session.check({ path: "/a.ts", text });
  expect(report).not.toHaveProperty("problem");
  return report.findings.map(({ data, severity }) => `${data["name"] ?? ""} ${severity}`);
}

const leaks = (setting: RuleSetting, text?: string) =>
  found({ checks: [findsLeaks], rules: { "no-leak": setting } }, text);

describe("a rule's setting", () => {
  test.each<[RuleSetting, string[]]>([
    ["on", ["leak error"]],
    ["error", ["leak error"]],
    ["warn", ["leak warn"]],
    ["off", []],
    [{}, ["leak error"]],
    [{ severity: "on" }, ["leak error"]],
    [{ severity: "warn" }, ["leak warn"]],
    [{ severity: "off" }, []],
    [{ options: {} }, ["leak error"]],
    [{ options: { name: "drip" } }, ["drip error"]],
    [{ severity: "warn", options: { name: "drip" } }, ["drip warn"]],
    [{ severity: "off", options: { name: "drip" } }, []],
  ])("%j", (setting, expected) => {
    expect(leaks(setting)).toEqual(expected);
  });

  test("`on` is the rule's own severity", () => {
    expect(found({ rules: { "no-drip": "on" } })).toEqual(["leak error", "drip warn"]);
    expect(found({ rules: { "no-drip": {} } })).toEqual(["leak error", "drip warn"]);
    expect(found({ rules: { "no-drip": "error" } })).toEqual(["leak error", "drip error"]);
  });

  test.each<[string, string[]]>([
    ["warn", ["leak warn"]],
    ["error", ["leak error"]],
    ["off", []],
    ['["warn", { "name": "drip" }]', ["drip warn"]],
    ['["warn"]', ["leak warn"]],
  ])("a comment `eslint` says more: %s", (severity, expected) => {
    const text = `/* eslint unwind/no-leak: ${severity} */ leak(); drip();`;
    expect(leaks("error", text)).toEqual(expected);
    expect(leaks("off", text)).toEqual(expected);
  });

  test("a comment with a severity alone keeps the options", () => {
    const text = "/* eslint unwind/no-leak: warn */ leak(); drip();";
    expect(leaks({ options: { name: "drip" } }, text)).toEqual(["drip warn"]);
    expect(leaks({ severity: "off", options: { name: "drip" } }, text)).toEqual(["drip warn"]);
  });

  test("that gives options which the rule does not take is refused", () => {
    expect(() => leaks({ options: { name: 1 } })).toThrow(
      new RangeError(
        `The rule "no-leak" does not take these options: options/name must be string.`,
      ),
    );
  });

  test.each(["warning", 1, null, true, [], ["warn"], { severity: 2 }, { options: "drip" }])(
    "%j is none",
    (setting) => {
      expect(() => leaks(setting as RuleSetting)).toThrow(
        new RangeError(
          `The rule "no-leak" is set to ${JSON.stringify(setting)}; it takes "off", "warn", "error", "on", or an object with "severity" and "options".`,
        ),
      );
    },
  );

  test("for a rule that does not exist is refused", () => {
    expect(() => found({ rules: { "no-laek": "off" } })).toThrow(
      new RangeError(`There is no rule "no-laek"; rules are no-leak, no-drip.`),
    );
  });
});

describe("a preset", () => {
  test.each<[SessionOptions["preset"], string[]]>([
    [undefined, ["leak error"]],
    ["recommended", ["leak error"]],
    ["strict", ["leak error", "drip warn"]],
    ["all", ["leak error", "drip error"]],
  ])("%s", (preset, expected) => {
    expect(found(preset === undefined ? {} : { preset })).toEqual(expected);
  });

  test("says less than a rule's setting", () => {
    expect(found({ preset: "all", rules: { "no-leak": "warn", "no-drip": "off" } })).toEqual([
      "leak warn",
    ]);
    expect(found({ preset: "all", rules: { "no-drip": "on" } })).toEqual([
      "leak error",
      "drip warn",
    ]);
  });

  test("that does not exist is refused", () => {
    expect(() => found({ preset: "stirct" as "strict" })).toThrow(
      new RangeError(`There is no preset "stirct"; presets are recommended, strict, all.`),
    );
  });

  test.each(["recommended", "strict", "all"] as const)(
    "%s has the rules of the plugin's configuration of that name",
    (preset) => {
      const name = (check: Check) => `unwind/${check.name}`;
      // Each check reports once on any file, so that what runs, and with which options, can be seen.
      const options = new Map<string, object>();
      const reporting = checks.map((check) => ({
        ...check,
        run: (_file: unknown, given?: object) => {
          options.set(check.name, given ?? {});
          return [finding(check.name)];
        },
      }));
      const session = new Session({ checks: reporting, preset, types: false });
      const report = session.check({ path: "/a.ts", text: "" });
      const inForce = report.findings.map(({ rule, severity }) => [
        `unwind/${rule}`,
        [severity, options.get(rule)],
      ]);
      const configured = Object.entries(plugin.configs[preset].rules ?? {}).map(([rule, entry]) => [
        rule,
        Array.isArray(entry) ? entry : [entry, {}],
      ]);
      expect(Object.fromEntries(inForce)).toEqual(Object.fromEntries(configured));
      expect(Object.keys(plugin.configs.all.rules ?? {})).toEqual(checks.map(name));
    },
  );
});

function finding(rule: string) {
  const start = { line: 1, column: 0 };
  const place = { range: [0, 0], loc: { start, end: start } } as const;
  return { rule, messageId: "", data: {}, message: "", place, path: [], rewrites: [] };
}
