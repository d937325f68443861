import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { applyEdits, checks, Session } from "../../../src/session/index.js";
import { Random } from "../random.js";
import { compile, type Program } from "../run.js";
import { lifetimeProgram } from "./programs.js";
import { type Course, see } from "./world.js";

/**
 * The oracle is execution, as for the rewrites of leaks: programs with something that a rule about
 * lifetimes or outcomes finds, before and after each rewrite, with a failure at each point. Each
 * rewrite does what it did before, but for what the rule is about.
 */
const programs = Number(process.env["UNWIND_PROGRAMS"] ?? 420);

/** For each rule, how many programs have to be offered a rewrite. */
const least = programs / 20;

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "unwind-lifetimes-")));
const rules = Object.fromEntries(
  checks.map(({ name }) => [
    name,
    name === "no-broad-suppression"
      ? { severity: "on" as const, options: { report: "losses" } }
      : ("on" as const),
  ]),
);
const session = new Session({ types: false, rules });

interface Outcome {
  readonly rule: string;
  readonly title: string;
  readonly runs: number;
  readonly failed: number;
  readonly wrong: string | undefined;
}

const outcomes: Outcome[] = [];

beforeAll(async () => {
  const manifest = {
    name: "service",
    type: "module",
    engines: { node: ">=20.19" },
    dependencies: { unwind: "^0.1.0" },
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  for (let seed = 1; seed <= programs; seed++) outcomes.push(...(await outcomesOf(seed)));
}, 10_000_000);

afterAll(() => {
  session.close();
  rmSync(folder, { recursive: true, force: true });
});

async function outcomesOf(seed: number): Promise<Outcome[]> {
  const { rule, text, judge } = lifetimeProgram(seed, new Random(seed));
  const { findings, problem } = session.check({ path: path.join(folder, "program.ts"), text });
  if (problem) throw new Error(`${problem.message}\n${text}`);
  const found: Outcome[] = [];
  for (const finding of findings.filter((each) => each.rule === rule)) {
    for (const { title, edits } of finding.rewrites) {
      const after = applyEdits(text, edits);
      const [original, rewritten] = [compile(text), compile(after)];
      let runs = 0;
      let failed = 0;
      let wrong: string | undefined;
      for (const course of coursesOf(await pointsOf(original, seed), seed)) {
        const [one, other] = [await see(original, course()), await see(rewritten, course())];
        runs += 1;
        if (one.error !== undefined) failed += 1;
        const difference = judge(one, other, title, course().code);
        if (difference === undefined) continue;
        const traces = `before: ${one.trace.join(", ")}\nafter: ${other.trace.join(", ")}`;
        wrong ??= `seed ${seed}, ${rule}, "${title}": ${difference}\n${traces}\n${text}\n${after}`;
      }
      found.push({ rule, title, runs, failed, wrong });
    }
  }
  return found;
}

async function pointsOf(program: Program, seed: number): Promise<number> {
  const all = await Promise.all(
    [0, 1, 2].map((turn) =>
      see(program, { failing: undefined, code: "ENOENT", random: new Random(seed + turn) }),
    ),
  );
  return Math.max(...all.map(({ points }) => points));
}

/** No failure, and one at each point, of either code; each with conditions that come out otherwise. */
function* coursesOf(points: number, seed: number): Generator<() => Course> {
  for (let failing = 0; failing <= points + 1; failing++) {
    for (const code of ["ENOENT", "EIO"]) {
      for (let turn = 0; turn < 3; turn++) {
        // Both runs decide alike.
        yield () => ({
          failing: failing === 0 ? undefined : failing,
          code,
          random: new Random(seed + turn),
        });
      }
    }
  }
}

describe(`of ${programs} programs with what rules about lifetimes and outcomes find`, () => {
  test("each does after a rewrite what it did, but for what the rule is about", () => {
    const wrong = outcomes.flatMap((each) => each.wrong ?? []);
    wrong.sort((a, b) => a.length - b.length);
    expect(wrong.length, wrong.slice(0, 3).join("\n\n")).toBe(0);
  });

  test.each([
    "require-outcome",
    "require-yield-in-try",
    "no-broad-suppression",
    "no-use-after-release",
    "no-using-escape",
    "require-owner-release",
    "require-dispose-method",
  ])("enough are offered a rewrite of %s, and run with failures", (rule) => {
    const own = outcomes.filter((each) => each.rule === rule);
    expect(own.length).toBeGreaterThanOrEqual(least);
    expect(own.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThan(own.length * 5);
    expect(own.reduce((sum, { failed }) => sum + failed, 0)).toBeGreaterThan(own.length);
  });

  test("each form of a rewrite comes up", () => {
    const titles = new Set(outcomes.map(({ title }) => title.replace(/`[^`]*`/g, "…")));
    expect([...titles].sort()).toMatchInlineSnapshot(`
      [
        "Add … to this class",
        "Call …",
        "Call … before each regular way out",
        "Call … before the end of the block",
        "Declare … by …: whoever gets it releases it",
        "Do what follows in a callback of …, which succeeds when it returns",
        "Hold … and … in an …, which … disposes of",
        "Hold … in a stack until it is returned",
        "Hold … in an …, which … disposes of",
        "Ignore only errors with the code …, and throw every other error",
        "Let a failure of … reach the caller",
        "Move what follows the … into a …, so that it runs after a failure, too",
        "Release in a … around the …",
        "Release the earlier … once another is acquired",
        "Release … after this use",
        "Release … in …",
        "Remove the second release of …",
        "Suppress only …, by … and …",
        "Wait for the promise before … is released",
      ]
    `);
  });
});
