import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Catalogue } from "../../src/resources/catalogue.js";
import { Session } from "../../src/session/index.js";
import { Decisions, following } from "../execution/decisions.js";

/**
 * The oracle is execution: a program leaks if some run of it ends with a resource unreleased. Its
 * decisions (branches, loops, failures) are varied in all ways, so that the analysis must be exact:
 * no leak missed, none invented.
 */

const catalogue: Catalogue = {
  resources: [
    {
      noun: "thing",
      acquire: [{ module: "things", name: "acquire" }],
      async: false,
      release: [{ kind: "method", name: "release", async: false }],
      idempotentRelease: true,
      value: "object",
    },
  ],
};

/** Deciding by `Math.random` keeps tests from counting as calls that may throw. */
const condition = "Math.random() < 0.5";

interface Surroundings {
  /** The labels of the loops around, the innermost first. */
  readonly loops: readonly string[];
  readonly held: boolean;
  /** Whether a failure is being handled: code that does so is taken not to fail itself. */
  readonly handling?: boolean;
}

type Source = fc.Arbitrary<string>;

function statement(depth: number, around: Surroundings): Source {
  const work = around.handling ? "note();" : "use();";
  const leaves = [work, work, "return;", 'throw new Error("thrown");'];
  if (around.held) leaves.push("thing.release();", "thing.release();", "keep(thing);");
  if (around.held) leaves.push(`if (${condition}) thing.release();`, "thing?.release();");
  const outermost = around.loops.at(-1);
  if (outermost !== undefined) {
    leaves.push("break;", "continue;", `break ${outermost};`, `continue ${outermost};`);
  }
  const leaf = fc.constantFrom(...leaves);
  if (depth === 0) return leaf;
  const inner = block(depth - 1, around);
  const handler = block(depth - 1, { ...around, handling: true });
  const loop = `loop${depth}`;
  const loopBody = block(depth - 1, { ...around, loops: [loop, ...around.loops] });
  const clause = fc.tuple(statements(depth - 1, { ...around, loops: [] }), fc.boolean());
  return fc.oneof(
    { arbitrary: leaf, weight: 5 },
    {
      arbitrary: fc.tuple(inner, inner).map(([a, b]) => `if (${condition}) ${a} else ${b}`),
      weight: 2,
    },
    { arbitrary: inner.map((a) => `if (${condition}) ${a}`), weight: 2 },
    { arbitrary: loopBody.map((a) => `${loop}: while (${condition}) ${a}`), weight: 1 },
    { arbitrary: loopBody.map((a) => `${loop}: do ${a} while (${condition});`), weight: 1 },
    {
      arbitrary: loopBody.map((a) => `${loop}: for (let i = 0; ${condition}; i += 1) ${a}`),
      weight: 1,
    },
    { arbitrary: loopBody.map((a) => `${loop}: for (const item of items()) ${a}`), weight: 1 },
    { arbitrary: fc.tuple(inner, handler).map(([a, b]) => `try ${a} catch ${b}`), weight: 2 },
    { arbitrary: fc.tuple(inner, inner).map(([a, b]) => `try ${a} finally ${b}`), weight: 3 },
    {
      arbitrary: fc
        .tuple(inner, handler, inner)
        .map(([a, b, c]) => `try ${a} catch (error) ${b} finally ${c}`),
      weight: 2,
    },
    {
      arbitrary: fc.tuple(clause, clause, fc.option(clause)).map(([first, second, fallback]) => {
        const cases = [first, second].map(([body, ends], index) =>
          lines(`case ${index}:`, body, ends ? "break;" : ""),
        );
        if (fallback) cases.push(lines("default:", fallback[0]));
        return lines("switch (Math.floor(Math.random() * 3)) {", ...cases, "}");
      }),
      weight: 1,
    },
    {
      arbitrary: inner.map(
        (a) => `done${depth}: { ${a} if (${condition}) break done${depth}; ${work} }`,
      ),
      weight: 1,
    },
  );
}

function statements(depth: number, around: Surroundings): Source {
  return fc
    .array(statement(depth, around), { minLength: 1, maxLength: 3 })
    .map((all) => lines(...all));
}

function block(depth: number, around: Surroundings): Source {
  return statements(depth, around).map((body) => `{\n${body}\n}`);
}

function lines(...all: readonly string[]): string {
  return all.filter((line) => line !== "").join("\n");
}

/** A function body in which one statement list, at some depth, acquires. */
function body(depth: number): Source {
  const held: Surroundings = { loops: [], held: true };
  const acquiring = fc
    .tuple(statements(depth, held), statements(depth, held))
    .map(([first, second]) => lines("const thing = acquire();", first, second));
  return fc.oneof(
    { arbitrary: acquiring, weight: 3 },
    {
      arbitrary: fc
        .tuple(acquiring, block(1, { loops: [], held: false }))
        .map(([a, b]) => `try {\n${a}\n} catch ${b}\nuse();`),
      weight: 1,
    },
    {
      arbitrary: acquiring.map((a) => `for (const item of items()) {\n${a}\n}\nuse();`),
      weight: 1,
    },
  );
}

/** How many decisions of a run are varied; those beyond it are all answered with "no". */
const maximumDecisions = 11;

type Program = (...environment: readonly unknown[]) => void;

/** Runs a program in every way: `undecided` where no run leaked, but some were cut short. */
function leaksWhenRun(source: string): boolean | "undecided" {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running the program is the oracle
  const program = new Function(
    "acquire",
    "use",
    "note",
    "keep",
    "items",
    "Math",
    source,
  ) as Program;
  let cutShort = false;
  for (
    let decisions: readonly boolean[] | undefined = [];
    decisions;
    decisions = following(decisions)
  ) {
    const { leaked, taken } = run(program, decisions);
    if (leaked) return true;
    cutShort ||= taken.length > maximumDecisions;
    decisions = taken.slice(0, maximumDecisions);
  }
  return cutShort ? "undecided" : false;
}

function run(
  program: Program,
  given: readonly boolean[],
): { leaked: boolean; taken: readonly boolean[] } {
  const decisions = new Decisions(given);
  const decide = (): boolean => decisions.decide();
  const open = new Set<object>();
  const acquire = (): object => {
    const thing = { release: () => open.delete(thing) };
    open.add(thing);
    return thing;
  };
  const use = (): void => {
    if (decide()) throw new Error("used up");
  };
  const items = function* (): Generator<number> {
    while (decide()) yield 0;
  };
  // `< 0.5` asks for one decision, `* 3` for a second one where the first was for it.
  const math = {
    random: () => (decide() ? 0.1 : 0.9),
    floor: (value: number) => (value > 2 ? 2 : decide() ? 0 : 1),
  };
  try {
    program(
      acquire,
      use,
      () => {},
      (thing: object) => open.delete(thing),
      items,
      math,
    );
  } catch {
    // Whatever leaves the program, only what it leaves open counts.
  }
  return { leaked: open.size > 0, taken: decisions.taken };
}

/** To the analysis `Array.of` is a function that never fails, and `parse` one that may. */
function leaksByAnalysis(session: Session, source: string): boolean {
  const text = lines(
    'import { acquire, keep, parse } from "things";',
    "export function program() {",
    source
      .replaceAll("items()", "Array.of()")
      .replaceAll("use()", "parse()")
      .replaceAll("note()", "console.log()"),
    "}",
  );
  const report = session.check({ path: "/program.js", text });
  expect(report.problem).toBeUndefined();
  return report.findings.length > 0;
}

/** `npm run verify` asks for more. */
const runs = Number(process.env["UNWIND_PROGRAMS"] ?? 500);

describe("the analysis agrees with execution", () => {
  test("on generated programs with branches, loops, switches and nested try", () => {
    const session = new Session({ types: false, resources: catalogue.resources });
    const tally = { leaking: 0, sound: 0, undecided: 0 };
    fc.assert(
      fc.property(body(3), (source) => {
        const ran = leaksWhenRun(source);
        const found = leaksByAnalysis(session, source);
        if (ran === "undecided" && found) tally.undecided += 1;
        else {
          expect(found).toBe(ran === true);
          tally[found ? "leaking" : "sound"] += 1;
        }
      }),
      { numRuns: runs, seed: 20_261_122 },
    );
    // Both answers must occur often, and nearly always, or the property would say little.
    expect(tally.leaking).toBeGreaterThan(runs / 5);
    expect(tally.sound).toBeGreaterThan(runs / 20);
    expect(tally.undecided).toBeLessThan(runs / 50);
  }, 180_000);
});
