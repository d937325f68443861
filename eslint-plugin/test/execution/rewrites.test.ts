import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Outcome, Rewriting } from "./rewriting.js";

/**
 * The oracle is execution: a program that was rewritten does what it did, in the same order, and
 * ends as it did, except that what leaked is released. Each is run in many ways, with a failure at
 * each point where something can fail.
 */

/** `npm run verify -- rewrites` asks for 16,000. */
const programs = Number(process.env["UNWIND_PROGRAMS"] ?? 500);

/** From which seed on, so that a long run can be made in parts. */
const first = Number(process.env["UNWIND_FIRST_PROGRAM"] ?? 1);

/** Where there are so many programs, at least so many have to be offered each form of rewrite. */
const full = 16_000;
const leastOfFull = 200;
const leastOfFewer = 5;

/** The forms that there have to be. One of the leak rule that is not listed has to be offered as often. */
const forms = [
  "Manage … with `await using`",
  "Manage … with `using`",
  "Manage … with `await using` and `closing`",
  "Manage … with `using` and `closing`",
  "Manage … with an `ExitStack`",
  "Manage … with an `AsyncExitStack`",
  "Manage … with a `DisposableStack`",
  "Manage … with an `AsyncDisposableStack`",
  "Hold … in an `ExitStack` until it is handed on",
  "Hold … in an `AsyncExitStack` until it is handed on",
  "Hold … in a `DisposableStack` until it is handed on",
  "Hold … in an `AsyncDisposableStack` until it is handed on",
  "Release … in a `finally`",
  "Release … if what follows fails",
  "Release … if the constructor fails",
  "End … by …, which waits until all is written",
  "End … by …, which cuts off what is left after a limit",
  "End … by …, which waits for its exit",
  "Take … by …, which destroys it if its transaction is open",
  "Roll … back unless it is committed, then release it",
  "Run what follows in a …, which rolls back unless it is completed",
  "Roll back the transaction of … if what follows fails",
  "Acquire … and … one after the other, with `await using`",
  "Acquire … and … one after the other, into an `AsyncExitStack`",
  "Acquire … one after the other, into an `AsyncExitStack`",
  "Acquire … one after the other, into an `AsyncDisposableStack`",
  "Remove … when the process ends",
  "Release at once",
  "Release the earlier … before another is acquired",
  "prefer-using",
  "prefer-exit-stack",
  "refactoring-manage",
  "refactoring-collect",
  "refactoring-convert",
  "refactoring-dispose",
];

const rewriting = new Rewriting();
const outcomes: Outcome[] = [];

beforeAll(async () => {
  for (let seed = first; seed < first + programs; seed++) {
    for await (const outcome of rewriting.outcomes(seed)) outcomes.push(outcome);
  }
  console.log(tableOf(outcomes));
}, 10_000_000);

afterAll(() => {
  rewriting.close();
});

describe(`of ${programs} generated programs`, () => {
  test("each does after a rewrite what it did before, and releases what leaked", () => {
    const wrong = outcomes.filter(({ wrong }) => wrong !== undefined);
    // The shortest ones are the easiest to read.
    wrong.sort((a, b) => a.before.length - b.before.length);
    const shown = wrong.slice(0, 3).map(describeWrong);
    expect(wrong.length, shown.join("\n")).toBe(0);
  });

  test("enough are offered each form of rewrite", () => {
    const least = programs >= full ? leastOfFull : leastOfFewer;
    const counts = new Map(forms.map((form) => [form, 0]));
    for (const { form, runs } of outcomes) {
      // A rule that only suggests, and a refactoring, count as one form.
      const group = form.replace(/: .*/, "");
      const known = counts.get(group);
      // What other rules find in these programs as well, no form of theirs asks for.
      if (known === undefined && (programs < full || form.includes(":"))) continue;
      if (runs > 0) counts.set(group, (known ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count < least)).toEqual([]);
  });

  test("those with a leak are run on the path that leaks", () => {
    const leaks = outcomes.filter(({ form }) => !form.includes(":"));
    const seen = leaks.filter(({ leaking }) => leaking > 0);
    // The rest leak after more failures in a row than are tried, or leak what is handed over.
    expect(seen.length).toBeGreaterThan(0.85 * leaks.length);
  });
});

function tableOf(all: readonly Outcome[]): string {
  const rows = new Map<string, { fix: number; suggestion: number; runs: number; wrong: number }>();
  for (const { form, kind, runs, wrong } of all) {
    const row = rows.get(form) ?? { fix: 0, suggestion: 0, runs: 0, wrong: 0 };
    rows.set(form, row);
    row[kind] += 1;
    row.runs += runs;
    if (wrong !== undefined) row.wrong += 1;
  }
  const width = Math.max(...[...rows.keys()].map((form) => form.length));
  const line = (...cells: readonly (string | number)[]): string => {
    const [form, ...numbers] = cells.map(String);
    return [(form ?? "").padEnd(width), ...numbers.map((each) => each.padStart(10))].join("  ");
  };
  return [
    line("form", "fix", "suggestion", "runs", "wrong"),
    ...[...rows].map(([form, { fix, suggestion, runs, wrong }]) =>
      line(form, fix, suggestion, runs, wrong),
    ),
  ].join("\n");
}

function describeWrong({ form, kind, seed, wrong, before, after }: Outcome): string {
  return [
    `\nseed ${seed}, ${kind} "${form}": ${wrong ?? ""}`,
    "before:",
    before,
    "after:",
    after,
  ].join("\n");
}
