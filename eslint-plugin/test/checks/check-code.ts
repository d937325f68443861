import { expect } from "vitest";

import { applyEdits, type Finding, type Rewrite } from "../../src/session/index.js";
import { errorsIn, reportOn, type Setting } from "./workspace.js";

export type { Setting } from "./workspace.js";

/** Whether the rule may ask types. */
export type Knowledge = "typed" | "untyped";

const both: readonly Knowledge[] = ["typed", "untyped"];

/** The findings in a file, with types or without. */
export function findingsIn(
  text: string,
  knowledge: Knowledge = "typed",
  setting: Setting = {},
): readonly Finding[] {
  const report = reportOn(text, knowledge === "typed", setting);
  expect(report.problem, text).toBeUndefined();
  expect(report.typed).toBe(knowledge === "typed");
  return report.findings;
}

/** Findings in short, for example `3 leaksOnThrow`. */
function summaryOf(findings: readonly Finding[]): string[] {
  return findings.map(({ place, messageId }) => `${place.loc.start.line} ${messageId}`);
}

function expectNoErrors(text: string, setting: Setting): void {
  expect(errorsIn(text, setting), `a snippet with errors proves nothing:\n${text}`).toEqual([]);
}

/**
 * Expects the findings that the snippet names itself, with types and without: on the line of each
 * acquisition that leaks stands `// leak: <messageId>`.
 */
export function expectMarkedLeaks(
  text: string,
  setting: Setting = {},
  knowledge: readonly Knowledge[] = both,
): void {
  expectNoErrors(text, setting);
  const marked = text.split("\n").flatMap((line, index) => {
    const messageId = /\/\/ leak: (\w+)$/.exec(line)?.[1];
    return messageId === undefined ? [] : [`${index + 1} ${messageId}`];
  });
  expect(marked, "a snippet that leaks says where").not.toEqual([]);
  for (const each of knowledge) {
    expect(summaryOf(findingsIn(text, each, setting)), each).toEqual(marked);
  }
}

/**
 * Expects no finding, with types and without, and that it is the marked lines to which this is
 * due: without them the rule finds something. A line ends in `//-` to go, or in `//- <code>` to
 * have other code in its place.
 */
export function expectSound(
  text: string,
  setting: Setting = {},
  knowledge: readonly Knowledge[] = both,
): void {
  expectNoErrors(text, setting);
  const leaking = withoutMarked(text);
  expect(leaking, "a sound snippet says what makes it sound").not.toBe(text);
  expectNoSyntaxErrors(leaking, setting);
  for (const each of knowledge) {
    expect(summaryOf(findingsIn(text, each, setting)), each).toEqual([]);
    expect(summaryOf(findingsIn(leaking, each, setting)), `${each}:\n${leaking}`).not.toEqual([]);
  }
}

/** Expects no finding, with types and without, of a snippet that a compiler accepts. */
export function expectSilent(text: string, setting: Setting = {}): void {
  expectNoErrors(text, setting);
  for (const each of both) {
    expect(summaryOf(findingsIn(text, each, setting)), `${each}:\n${text}`).toEqual([]);
  }
}

function withoutMarked(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const marked = /^(\s*).*\/\/-(?: (.*))?$/.exec(line);
      return marked ? (marked[1] ?? "") + (marked[2] ?? "") : line;
    })
    .join("\n");
}

function expectNoSyntaxErrors(text: string, setting: Setting): void {
  // Names that the marked lines declared may be missing; what is left must parse.
  const syntax = errorsIn(text, setting).filter((error) => /^TS1\d{3}:/.test(error));
  expect(syntax, text).toEqual([]);
}

/** A rewrite's outcome. */
export interface Rewritten {
  readonly kind: Rewrite["kind"];
  readonly title: string;
  readonly text: string;
}

/**
 * Carries out one rewrite of the only finding in a file, and expects of its result what every
 * rewrite promises: it parses, brings no new type error, is silent, and so has no second rewrite.
 *
 * @param which Its title, its kind, or its place in the list.
 */
export function rewrite(
  text: string,
  setting: Setting = {},
  which: string | number = 0,
  knowledge: Knowledge = "typed",
): Rewritten {
  const rewrites = rewritesOf(text, setting, knowledge);
  const chosen =
    typeof which === "number"
      ? rewrites[which]
      : rewrites.find(({ kind, title }) => kind === which || title === which);
  if (!chosen) {
    throw new Error(
      `No rewrite ${JSON.stringify(which)} among ${JSON.stringify(rewrites.map(({ title }) => title))}`,
    );
  }
  const result = applyEdits(text, chosen.edits);
  const before = errorsIn(text, setting);
  const after = errorsIn(result, setting);
  expect(
    after.filter((error) => !before.includes(error)),
    `new errors in:\n${result}`,
  ).toEqual([]);
  for (const each of both) {
    const left = findingsIn(result, each, setting);
    expect(summaryOf(left), `${each}, still found in:\n${result}`).toEqual([]);
  }
  return { kind: chosen.kind, title: chosen.title, text: result };
}

/** The rewrites of the only finding in a file. */
export function rewritesOf(
  text: string,
  setting: Setting = {},
  knowledge: Knowledge = "typed",
): readonly Rewrite[] {
  const findings = findingsIn(text, knowledge, setting);
  expect(summaryOf(findings), text).toHaveLength(1);
  return findings[0]?.rewrites ?? [];
}

/** Expects a finding for which no rewrite would be safe, with types and without. */
export function expectNoRewrite(text: string, setting: Setting = {}): void {
  expectNoErrors(text, setting);
  for (const each of both) {
    expect(
      rewritesOf(text, setting, each).map(({ title }) => title),
      each,
    ).toEqual([]);
  }
}
