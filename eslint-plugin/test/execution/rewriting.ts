import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import {
  applyEdits,
  checks,
  type Finding,
  type Rewrite,
  Session,
} from "../../src/session/index.js";
import { formOf } from "../../../test/corpus/rewrites/forms.mjs";
import { compare } from "./compare.js";
import { type Focus, focuses } from "./focuses.js";
import { generate } from "./programs.js";
import { Random } from "./random.js";
import { refactoring, refactorings } from "./refactorings.js";
import { compile, type Program } from "./run.js";

const often = /^refactoring-(?:collect|manage)$/;

const everyCheck = [...checks, ...refactorings];

/** Those that only suggest are off where nobody asks for them. */
const rules = Object.fromEntries(everyCheck.map(({ name }) => [name, "on" as const]));

/** What the programs' packages say of themselves; each program stands in one of them. */
const manifests: readonly object[] = [
  { engines: { node: ">=24.4" }, dependencies: { unwind: "^0.1.0" } },
  { engines: { node: ">=24.4" } },
  { engines: { node: ">=20.19" }, dependencies: { unwind: "^0.1.0" } },
  { engines: { node: ">=20.19" } },
  {},
];

/** What happened to one rewrite that was offered. */
export interface Outcome {
  /** The rewrite's title without the names of the code. */
  readonly form: string;
  readonly kind: Rewrite["kind"];
  readonly seed: number;
  /** Runs before and after that were compared, and those of them that leaked before. */
  readonly runs: number;
  readonly leaking: number;
  /** What is wrong with it; undefined where nothing is. */
  readonly wrong: string | undefined;
  readonly before: string;
  readonly after: string;
}

/** The programs of seeds, each before and after each rewrite that it is offered. */
export class Rewriting {
  readonly #folder = realpathSync(mkdtempSync(path.join(tmpdir(), "unwind-programs-")));
  readonly #sessions = new Map<Focus["mode"], Session>();

  constructor() {
    for (const [index, manifest] of manifests.entries()) {
      mkdirSync(this.#package(index));
      const file = path.join(this.#package(index), "package.json");
      writeFileSync(file, JSON.stringify({ name: "service", type: "module", ...manifest }));
    }
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #session(rewrite: Focus["mode"]): Session {
    let session = this.#sessions.get(rewrite);
    if (session) return session;
    session = new Session({ types: false, checks: everyCheck, rules, rewrite });
    this.#sessions.set(rewrite, session);
    return session;
  }

  #package(index: number): string {
    return path.join(this.#folder, `package-${index % manifests.length}`);
  }

  /** What becomes of each rewrite that the program of a seed is offered. */
  async *outcomes(seed: number): AsyncGenerator<Outcome> {
    const focus = focuses[seed % focuses.length] as Focus;
    const { text, typed } = generate(seed, focus);
    const folder = this.#package(focus.newest ? 0 : seed);
    const file = path.join(folder, typed ? "program.ts" : "program.js");
    const session = this.#session(focus.mode);
    const find = (source: string): readonly Finding[] => findingsIn(session, file, source);
    const findings = find(text);
    let program: Program | undefined;
    for (const finding of findings) {
      // Nearly every declaration has some; a part of the programs is enough.
      if (seed % 4 !== 0 && often.test(finding.rule)) continue;
      for (const rewrite of finding.rewrites) {
        program ??= compile(text);
        yield await outcomeOf({ seed, find, text, program, findings, finding, rewrite });
      }
    }
  }
}

interface Given {
  readonly seed: number;
  readonly text: string;
  readonly find: (source: string) => readonly Finding[];
  readonly program: Program;
  readonly findings: readonly Finding[];
  readonly finding: Finding;
  readonly rewrite: Rewrite;
}

async function outcomeOf(given: Given): Promise<Outcome> {
  const { seed, find, text, program, finding, rewrite } = given;
  const after = applyEdits(text, rewrite.edits);
  const about = { form: formOf(finding, rewrite), kind: rewrite.kind, seed, before: text, after };
  const wrong = wrongByReading(after, given);
  if (wrong !== undefined) return { ...about, runs: 0, leaking: 0, wrong };
  // Another leak of the same acquisition may have stood behind the one that is mended.
  const places = placesOf(finding, text);
  const left = find(after).flatMap((each) => placesOf(each, after));
  const mended = places.filter((place) => !left.includes(place));
  // What is pushed to an array counts as handed on, and the array's owner may lose it.
  if (rewrite.title.includes("until it is handed on") && text.includes(".push(")) mended.pop();
  const random = new Random(seed);
  const order = rewrite.title.includes("which releases the last one first") ? "any" : "kept";
  const together = rewrite.title.includes("one after the other") ? acquiredAtOnce(text) : [];
  const expected = { mended, order, together } as const;
  const { runs, leaking, difference } = await compare(program, compile(after), expected, random);
  return { ...about, runs, leaking, wrong: difference };
}

/** What is wrong with a rewritten text as it stands: findings that stay or come, lost comments. */
function wrongByReading(after: string, given: Given): string | undefined {
  const { text, find, findings, finding } = given;
  const left = find(after);
  const target = summaryOf(text)(finding);
  // Another place may be found for the same reason; one less of them is left then.
  const alike = (all: readonly Finding[], source: string): number =>
    all.filter((each) => each.messageId === finding.messageId && summaryOf(source)(each) === target)
      .length;
  const stays = alike(left, after) >= alike(findings, text);
  if (stays && !finding.rule.startsWith(refactoring)) return `"${target}" is still found`;
  const known = findings.map(summaryOf(text));
  // That a `finally` which it writes could be `using` is not for a leak's rewrite to heed.
  const about = left.filter(
    ({ rule }) =>
      rule === "no-unmanaged-acquisition" ||
      (rule === finding.rule && !rule.startsWith(refactoring)),
  );
  const added = about.map(summaryOf(after)).find((each) => !known.includes(each));
  if (added !== undefined) return `"${added}" is found now`;
  const comments = (source: string): string[] => source.match(/\/\/ (?:Remark|Note) .*/g) ?? [];
  const lost = comments(text).find((comment) => !comments(after).includes(comment));
  return lost === undefined ? undefined : `the comment "${lost}" is lost`;
}

function findingsIn(session: Session, file: string, text: string): readonly Finding[] {
  const { findings, problem } = session.check({ path: file, text });
  if (problem) throw new Error(`${problem.message}\n${text}`);
  return findings;
}

/** A finding's rule and the place that it is about, whichever line that is on. */
function summaryOf(text: string): (finding: Finding) => string {
  return (finding) => `${finding.rule} ${placesOf(finding, text).join() || finding.message}`;
}

/** The places that stand in one `Promise.all`, each of them on its line. */
function acquiredAtOnce(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.includes("Promise.all("));
  return lines.flatMap((line) => [...line.matchAll(/"(a\d+)"/g)].map(([, label]) => label ?? ""));
}

/** The acquisition that a leak is about, by what its call names: `open("a1")`, `a1pool.connect()`. */
function placesOf({ place }: Finding, text: string): string[] {
  const [, given, giver] = /"(a\d+)"|\b(a\d+)[a-z]/.exec(text.slice(place.range[0])) ?? [];
  const label = given ?? giver;
  return label === undefined ? [] : [label];
}
