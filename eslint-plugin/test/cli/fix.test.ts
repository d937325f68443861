import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { fix } from "../../src/cli/fix.js";
import { type Check, defineCheck, type Edit, Session } from "../../src/session/index.js";
import { callsIn, findsLeaks, folderWith } from "../session/fixtures.js";

/** Offers, for every call of `leak`, the fix that is given. */
function fixedBy(edits: (call: readonly [number, number]) => readonly Edit[]): Check {
  return defineCheck({
    ...findsLeaks,
    *run(file) {
      for (const call of callsIn(file)) {
        if (call.callee.type !== "Identifier" || call.callee.name !== "leak") continue;
        yield {
          messageId: "leaks",
          data: { name: "leak" },
          place: call,
          path: [],
          rewrites: [{ kind: "fix", title: "Mend it", edits: edits(call.range) }],
        };
      }
    },
  });
}

function fixing(text: string, check: Check) {
  const file = path.join(folderWith({ "a.ts": text }), "a.ts");
  const session = new Session({ checks: [check], types: false });
  const fixed = () => fix(session, session.check({ path: file }));
  return { file, session, fixed, text: () => readFileSync(file, "utf8") };
}

describe("fix", () => {
  test("applies fixes, and neither suggestions nor a finding's second rewrite", () => {
    const { fixed, text } = fixing(`leak("fix"); leak(); leak("fix");`, findsLeaks);
    const { fixed: mended, report } = fixed();
    expect(mended).toHaveLength(2);
    expect(text()).toBe(`mended("fix"); leak(); mended("fix");`);
    expect(report.text).toBe(text());
    expect(report.findings).toHaveLength(1);
  });

  test("applies fixes that touch one another in one pass after the other", () => {
    const check = fixedBy(([start]) => [
      { range: [0, 0], text: "import {} from 'x'; " },
      { range: [start, start + 4], text: "mended" },
    ]);
    const { fixed, text } = fixing("leak(); leak(); leak();", check);
    expect(fixed().fixed).toHaveLength(3);
    expect(text()).toBe(`${"import {} from 'x'; ".repeat(3)}mended(); mended(); mended();`);
  });

  test("ends after ten passes, whatever the fixes do", () => {
    const check = fixedBy(([start]) => [{ range: [start, start], text: "void 0; " }]);
    const { fixed, text } = fixing("leak();", check);
    const { fixed: mended, report } = fixed();
    expect(mended).toHaveLength(10);
    expect(text()).toBe(`${"void 0; ".repeat(10)}leak();`);
    expect(report.findings).toHaveLength(1);
  });

  test("writes nothing that does not parse", () => {
    const check = fixedBy(([start]) => [{ range: [start, start], text: "const = " }]);
    const { fixed, text } = fixing("leak();", check);
    expect(fixed()).toMatchObject({ fixed: [], report: { text: "leak();", findings: [{}] } });
    expect(text()).toBe("leak();");
  });

  test("does not overwrite a file that has changed since it was analysed", () => {
    const { file, session, text } = fixing(`leak("fix");`, findsLeaks);
    const report = session.check({ path: file });
    writeFileSync(file, `leak("fix"); // somebody is at work here`);
    expect(fix(session, report)).toEqual({
      report,
      fixed: [],
      problem: "not fixed: it has changed meanwhile, or is not UTF-8; run again, or convert it",
    });
    expect(text()).toBe(`leak("fix"); // somebody is at work here`);
    // And what was not written does not stand for the file.
    expect(session.check({ path: file }).text).toContain("somebody");
  });

  test("leaves a file without fixes untouched", () => {
    const { fixed, text } = fixing("leak();", findsLeaks);
    expect(fixed()).toMatchObject({ fixed: [], report: { findings: [{}] } });
    expect(text()).toBe("leak();");
  });
});
