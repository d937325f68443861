import { Linter } from "eslint";
import * as parser from "@typescript-eslint/parser";
import { describe, expect, test } from "vitest";

import { createRule } from "../../src/rule.js";
import { Session } from "../../src/session/index.js";
import { findsLeaks } from "./fixtures.js";

type Setting = "error" | "warn" | "off";

/** What ESLint reports, as `line:column severity`, leaving out what it says about comments. */
function byESLint(text: string, severity: Setting): string[] {
  const messages = new Linter({ configType: "flat" }).verify(
    text,
    {
      files: ["**/*.ts"],
      languageOptions: { parser },
      plugins: { unwind: { rules: { "no-leak": createRule(findsLeaks) } } },
      rules: { "unwind/no-leak": severity },
      linterOptions: { reportUnusedDisableDirectives: "off" },
    },
    { filename: "a.ts" },
  );
  return messages
    .filter(({ messageId }) => messageId === "leaks")
    .map((each) => `${each.line}:${each.column - 1} ${each.severity === 1 ? "warn" : "error"}`);
}

function bySession(text: string, severity: Setting): string[] {
  const rules = { "no-leak": severity };
  const session = new Session({ checks: [findsLeaks], types: false, rules });
  const report = session.check({ path: "a.ts", text });
  expect(report).not.toHaveProperty("problem");
  return report.findings.map(
    (each) => `${each.place.loc.start.line}:${each.place.loc.start.column} ${each.severity}`,
  );
}

const id = "unwind/no-leak";

const texts: readonly string[] = [
  "leak();",
  // The whole file, from a place on, up to a place.
  "/* eslint-disable */ leak();",
  "leak(); /* eslint-disable */ leak();\nleak();",
  `/* eslint-disable ${id} */\nleak();`,
  "/* eslint-disable unwind/other */\nleak();",
  "/* eslint-disable no-leak */\nleak();",
  `/* eslint-disable\n  no-console,\n  ${id}\n*/\nleak();`,
  `/* eslint-disable no-console ${id} */\nleak();`,
  `/* eslint-disable "${id}", 'no-console' */\nleak();`,
  "/* eslint-disable */\nleak();\n/* eslint-enable */\nleak();",
  `/* eslint-disable */\nleak();\n/* eslint-enable ${id} */\nleak();`,
  `/* eslint-disable */\nleak();\n/* eslint-enable no-console */\nleak();`,
  `/* eslint-disable ${id} */\nleak();\n/* eslint-enable */\nleak();`,
  `/* eslint-disable ${id} */\n/* eslint-disable */\n/* eslint-enable ${id} */\nleak();`,
  "/* eslint-disable */ leak(); /* eslint-enable */ leak(); /* eslint-disable */ leak();",
  "/* eslint-enable */ leak();",
  "// eslint-disable\nleak();",
  `// eslint-enable\nleak();`,
  `/*eslint-disable*/leak();/*eslint-enable*/leak();`,
  // A reason.
  `/* eslint-disable ${id} -- as it is fine */\nleak();`,
  `/* eslint-disable no-console -- ${id} */\nleak();`,
  `/* eslint-disable ${id} --as it is fine */\nleak();`,
  `/* eslint-disable ${id} ---- as it is fine */\nleak();`,
  `leak(); // eslint-disable-line -- why not`,
  // One line.
  "leak(); // eslint-disable-line",
  "leak(); /* eslint-disable-line */\nleak();",
  `leak(); // eslint-disable-line ${id}`,
  `leak(); // eslint-disable-line no-console, ${id}`,
  "leak(); // eslint-disable-line no-console",
  "leak(); // eslint-disable-line\nleak();",
  "// eslint-disable-line\nleak();",
  "leak(); /* eslint-disable-line\n*/ leak();",
  "leak(); /* eslint-disable-line */ leak();",
  "/* eslint-disable-line */ leak(); leak();",
  // The next line.
  "// eslint-disable-next-line\nleak();\nleak();",
  "/* eslint-disable-next-line */\nleak();\nleak();",
  `// eslint-disable-next-line ${id}\nleak();`,
  "// eslint-disable-next-line no-console\nleak();",
  "// eslint-disable-next-line\n\nleak();",
  "leak(); // eslint-disable-next-line\nleak();",
  `/* eslint-disable-next-line\n  ${id},\n  no-console -- over\n  lines\n*/\nleak();\nleak();`,
  "/* eslint-disable-next-line */ leak();\nleak();",
  `// eslint-disable-next-line\nf(1,\n  leak());`,
  `f(1, // eslint-disable-next-line\n  leak(),\n  leak());`,
  // Lines and blocks together.
  "/* eslint-disable */\n/* eslint-enable */ leak(); // eslint-disable-line",
  "// eslint-disable-next-line\nleak(); // eslint-disable-line no-console",
  "/* eslint-disable */ // eslint-disable-line\n/* eslint-enable */ leak();",
  "// eslint-disable-next-line\n/* eslint-enable */ leak();",
  // Almost.
  "/* eslint-disabled */ leak();",
  "/* eslint-disable: */ leak();",
  "/** eslint-disable */ leak();",
  "/* ESLINT-DISABLE */ leak();",
  `"eslint-disable"; leak();`,
  "/* tslint:disable */ leak();",
  `#!/usr/bin/env node\n/* eslint-disable */ leak();`,
  "/* eslint-disable */\r\nleak();\r\n/* eslint-enable */\r\nleak();\r\n",
  "// eslint-disable-next-line\r\nleak();\r\nleak();",
  "// eslint-disable-next-line\u2028leak();\u2028leak();",
  // Configuration.
  `/* eslint ${id}: "off" */\nleak();`,
  `leak();\n/* eslint ${id}: off */`,
  `/* eslint ${id}: 0 */ leak();`,
  `/* eslint "${id}": [0] */ leak();`,
  `/* eslint ${id}: "error" */ leak();`,
  `/* eslint ${id}: warn */ leak();`,
  `/* eslint ${id}: "sometimes" */ leak();`,
  `/* eslint ${id}: 3 */ leak();`,
  `/* eslint ${id}: [2, { "name": "drip" }] */ leak(); drip();`,
  `/* eslint ${id}: ["off", { "name": "drip" }] */ leak(); drip();`,
  `/* eslint ${id}: ["error", { "nam": "drip" }] */ leak(); drip();`,
  `/* eslint ${id}: ["error", "drip"] */ leak(); drip();`,
  `/* eslint ${id}: off, no-console: "error" */ leak();`,
  `/* eslint ${id}: "off" -- as it is fine */ leak();`,
  `/* eslint ${id}: "off" */ /* eslint ${id}: "error" */ leak();`,
  `/* eslint ${id}: "error" */ /* eslint ${id}: "off" */ leak();`,
  `/* eslint ${id}: "sometimes" */ /* eslint ${id}: "off" */ leak();`,
  `// eslint ${id}: "off"\nleak();`,
  `/* eslint ${id} */ leak();`,
  `/* eslint { */ leak();`,
  `/* eslint ${id}: "OFF" */ leak();`,
  `/* eslint no-leak: "off" */ leak();`,
  `/* eslint ${id}: "error" */\n/* eslint-disable */ leak();`,
];

describe.each(["error", "warn", "off"] as const)("with the rule at %s", (severity) => {
  test.each(texts)("%j is read as ESLint reads it", (text) => {
    expect(bySession(text, severity)).toEqual(byESLint(text, severity));
  });
});

test("the table holds both what is reported and what is not", () => {
  const reported = texts.filter((text) => byESLint(text, "error").length > 0).length;
  expect(reported).toBeGreaterThan(20);
  expect(texts.length - reported).toBeGreaterThan(20);
});
