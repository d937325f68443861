import { Decisions, following } from "./decisions.js";
import type { Random } from "./random.js";
import { type Program, run, type Run } from "./run.js";
import { nameOf } from "./world.js";

/** Up to how many decisions runs are made in every way; beyond, one at a time is turned. */
const exhaustive = 6;

/** Runs that decide at random. */
const randomRuns = 24;

/** What the runs of a program before and after a rewrite have shown. */
export interface Comparison {
  /** Runs that could be compared. */
  runs: number;
  /** Those of them in which something leaked before. */
  leaking: number;
  /** The first difference, for a person to read. */
  difference: string | undefined;
}

/** What a rewrite promises. */
export interface Expected {
  /** The places whose resources must not leak any more. */
  readonly mended: readonly string[];
  /** Whether what is released one after the other is still released in the same order. */
  readonly order: "kept" | "any";
  /**
   * Places that were acquired at once, and are now one after the other. When one of them fails, what
   * comes behind it is not acquired any more.
   */
  readonly together: readonly string[];
}

/**
 * Runs a program and its rewritten form in many ways: every way of the first decisions, with a
 * failure at each throw point, with releases that fail, and at random.
 */
export async function compare(
  before: Program,
  after: Program,
  expected: Expected,
  random: Random,
): Promise<Comparison> {
  const result: Comparison = { runs: 0, leaking: 0, difference: undefined };
  const both = async (given: readonly boolean[], failingRelease?: number): Promise<Run> => {
    const first = await run(before, new Decisions(given), failingRelease);
    // What releases or uses something twice is wrong by itself; whatever follows proves nothing.
    if (first.broken) return first;
    if (failingRelease !== undefined && !released(first, failingRelease)) return first;
    const second = await run(after, new Decisions(given), failingRelease);
    const difference = differenceOf(first, second, expected, failingRelease !== undefined);
    result.runs += 1;
    if (first.held.some(({ open, handedOver }) => open && !handedOver)) result.leaking += 1;
    if (difference !== undefined) result.difference ??= report(difference, first, second);
    return first;
  };

  const plain = await both([]);
  for (let given: boolean[] | undefined = following(plain.taken.slice(0, exhaustive)); given;) {
    const { taken } = await both(given);
    given = following(taken.slice(0, exhaustive));
    if (result.difference !== undefined) return result;
  }
  for (let index = exhaustive; index < plain.taken.length; index++) {
    await both([...plain.taken.slice(0, index), true]);
  }
  for (let count = 0; count < randomRuns; count++) {
    const share = random.pick([0.1, 0.3, 0.6]);
    await both(Array.from({ length: 24 }, () => random.chance(share)));
  }
  for (let order = 0; order < 3; order++) {
    await both([], order);
    for (let count = 0; count < 4; count++) {
      const given = Array.from({ length: 12 }, () => random.chance(0.3));
      await both(given, order);
    }
  }
  return result;
}

/**
 * What differs, apart from releases of what leaked before; undefined where nothing does.
 *
 * Where a release fails, too, the newest error is the same: `using` tells of the older one as well,
 * which a `finally` forgets.
 */
function differenceOf(
  before: Run,
  after: Run,
  { mended, order, together }: Expected,
  releaseFails: boolean,
): string | undefined {
  if (before.failed.some((label) => together.includes(label))) {
    return differenceInEnd(before, after, together);
  }
  const leaked = before.held.filter(({ open, handedOver }) => open && !handedOver).map(nameOf);
  const rest = after.trace.filter((event) => !leaked.some((name) => isRelease(event, name)));
  const inOrder = (trace: readonly string[]): readonly string[] =>
    order === "kept" ? trace : withoutOrderOfReleases(trace);
  const [was, is] = [inOrder(before.trace), inOrder(rest)];
  const index = was.findIndex((event, at) => event !== is[at]);
  if (index !== -1) return `"${was[index] ?? ""}" is "${is[index] ?? "not done"}" now`;
  if (is.length > was.length) {
    return `"${is[was.length] ?? ""}" is done in addition`;
  }
  const left = after.held.find(
    ({ label, open, handedOver }) => open && !handedOver && mended.includes(label),
  );
  // What was to be returned is lost, too, where a release on the way out fails.
  if (left && !releaseFails) return `${nameOf(left)} still leaks`;
  if (before.returned !== after.returned) {
    return `${ending(before)} before, ${ending(after)} now`;
  }
  const kept = releaseFails
    ? before.errors[0] === after.errors[0]
    : before.errors.join() === after.errors.join();
  return kept ? undefined : `${ending(before)} before, ${ending(after)} now`;
}

/** What differs where one of several acquisitions failed, with which the program ends. */
function differenceInEnd(before: Run, after: Run, together: readonly string[]): string | undefined {
  const left = after.held.find(({ label, open }) => open && together.includes(label));
  if (left) return `${nameOf(left)} still leaks`;
  const same = before.errors.join() === after.errors.join() && after.returned === undefined;
  return same ? undefined : `${ending(before)} before, ${ending(after)} now`;
}

/** A trace in which releases that follow each other are sorted. */
function withoutOrderOfReleases(trace: readonly string[]): readonly string[] {
  const sorted: string[] = [];
  let releases: string[] = [];
  for (const event of [...trace, ""]) {
    if (/^(release|end|destroy|rollback|commit) /.test(event)) releases.push(event);
    else {
      sorted.push(...releases.sort(), event);
      releases = [];
    }
  }
  return sorted;
}

function isRelease(event: string, name: string): boolean {
  return (
    event === `release ${name}` ||
    (/^(end|destroy|rollback) /.test(event) && event.endsWith(` ${name}`))
  );
}

function released({ held, trace }: Run, order: number): boolean {
  const one = held[order];
  return one !== undefined && !one.open && trace.length > 0;
}

function ending({ returned, errors }: Run): string {
  return errors.length > 0 ? `throws ${errors.join(" + ")}` : `returns ${String(returned)}`;
}

function report(difference: string, before: Run, after: Run): string {
  const lines = [
    difference,
    `  decisions: ${before.taken.map((taken) => (taken ? "yes" : "no")).join(" ")}`,
    `  before: ${[...before.trace, ending(before)].join("; ")}`,
    `  after:  ${[...after.trace, ending(after)].join("; ")}`,
  ];
  return lines.join("\n");
}
