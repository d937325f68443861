import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { type RewriteMode, rewriteModeOf } from "../../src/rewrites/mode.js";
import { applyEdits, checks, Session } from "../../src/session/index.js";

const pages = path.join(import.meta.dirname, "../../docs/rules");

/** Every rule page has these sections, in this order. */
const sections = [
  "What it finds",
  "Why it matters",
  "Wrong",
  "Right",
  "Options",
  "Rewrites and their safety",
  "When not to use it",
  "Related",
];

test("there is a page for each rule, and no other", () => {
  expect(readdirSync(pages).sort()).toEqual(checks.map(({ name }) => `${name}.md`).sort());
});

describe.each([...checks])("$name", (check) => {
  const page = readFileSync(path.join(pages, `${check.name}.md`), "utf8");

  test("the page has its fixed form", () => {
    expect(page.startsWith(`# unwind/${check.name}\n\n${check.description}.\n`)).toBe(true);
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(sections);
  });

  test("the page names every message and every option", () => {
    for (const messageId of Object.keys(check.messages)) expect(page).toContain(`\`${messageId}\``);
    const { properties } = check.schema as { properties: Record<string, unknown> };
    for (const option of Object.keys(properties))
      expect(sectionOf(page, "Options")).toContain(option);
  });

  describe.each([{ types: true }, { types: false }])("with types: $types", ({ types }) => {
    const sessions = new Map<RewriteMode, Session>();
    const sessionFor = (rewrite: RewriteMode): Session => {
      const options = { types, checks: [check], rules: { [check.name]: "on" as const }, rewrite };
      const session = sessions.get(rewrite) ?? new Session(options);
      sessions.set(rewrite, session);
      return session;
    };
    const session = sessionFor("runtime");
    afterAll(() => {
      for (const each of sessions.values()) each.close();
    });
    const findingsOf = (text: string): readonly string[] => {
      // A document of this folder, so that the examples find the types of what they import.
      const report = session.check({ path: path.join(import.meta.dirname, "example.ts"), text });
      expect(report.problem).toBeUndefined();
      expect(report.typed).toBe(types);
      // Formatters write findings as JSON, and the editor's server sends them between threads.
      expect(JSON.parse(JSON.stringify(report.findings))).toEqual(report.findings);
      return report.findings.map(({ messageId }) => messageId);
    };

    test.each(examplesOf(page, "Wrong"))("wrong example %#", (example) => {
      expect(findingsOf(example)).toHaveLength(1);
    });

    test.each(examplesOf(page, "Right"))("right example %#", (example) => {
      expect(findingsOf(example)).toEqual([]);
    });

    test.each(rewritesOn(page))("rewritten example %#", ({ before, after, mode }) => {
      const own = sessionFor(mode);
      const example = path.join(import.meta.dirname, "example.ts");
      const { findings } = own.check({ path: example, text: before });
      // A list of acquisitions has a finding for each of them, and one rewrite for all.
      const offered = findings.map(({ rewrites }) =>
        rewrites.map(({ edits }) => applyEdits(before, edits)),
      );
      expect(offered.length, before).toBe(before.includes("Promise.all([open") ? 2 : 1);
      for (const each of offered) expect(each, before).toContain(after);
      expect(own.check({ path: example, text: after }).findings, after).toEqual([]);
    });
  });
});

function sectionOf(page: string, title: string): string {
  return page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
}

/** Pairs of blocks: `ts before`, with the setting where it is not the usual one, and `ts after`. */
function rewritesOn(page: string) {
  const pairs = page.matchAll(
    /^```ts before(?: rewrite=(\S+))?\n([^]*?)^```$[^`]*^```ts after\n([^]*?)^```$/gm,
  );
  return [...pairs].map(([, rewrite, before = "", after = ""]) => ({
    before,
    after,
    mode: rewriteModeOf(rewrite ?? "runtime"),
  }));
}

function examplesOf(page: string, title: string): string[] {
  const blocks = sectionOf(page, title).matchAll(/^```ts\n([\s\S]*?)^```$/gm);
  const examples = [...blocks].map(([, code = ""]) => code);
  if (examples.length === 0) throw new Error(`"${title}" has no examples`);
  return examples;
}
