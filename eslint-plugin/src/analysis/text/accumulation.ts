import type { TSESTree } from "@typescript-eslint/types";

import { pagingName, searchingMethods, textsForPeople } from "../../resources/text-functions.js";
import { type Access, type Accumulator, accumulatorsOf } from "./accumulators.js";
import { type AnalysedFile, analysisOf, type FileAnalysis } from "../file-analysis.js";
import { addsSeveral, type Growth } from "./growths.js";
import { type Repetition, repetitionsAround } from "../flow/repetitions.js";
import { Rounds } from "./rounds.js";
import { isKept } from "./kept-texts.js";
import { isNotParsed } from "./short-answers.js";
import { isLongForCopies, isPlainlyLong } from "./long-repetitions.js";
import { isFew, isShort } from "./short-repetitions.js";
import { lastWord } from "../code/words.js";
import { ValueKinds } from "../code/value-kinds.js";
import {
  contains,
  enclosingFunction,
  isFunction,
  lastName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";

/** Something that grows in each round of a repetition. */
export interface Accumulation {
  readonly accumulator: Accumulator;
  readonly growth: Growth;
  readonly repetition: Repetition;
}

/** An accumulation that costs the square of the rounds. */
export interface QuadraticAccumulation extends Accumulation {
  /** What looks at all that there is in each round; undefined where the growth itself copies it. */
  readonly read: Access | undefined;
}

/** Finds what is put together piece by piece, and looked at or copied as a whole each time. */
export function quadraticAccumulationsIn(file: AnalysedFile): readonly QuadraticAccumulation[] {
  const analysis = analysisOf(file);
  const kinds = new ValueKinds(analysis.provenance, file.types);
  return analysis.once("quadratic accumulations", () =>
    accumulatorsOf(file).flatMap((accumulator) => {
      const found =
        accumulator.kind === "copied"
          ? copiedIn(accumulator, analysis, kinds)
          : readIn(accumulator, analysis);
      return found ?? [];
    }),
  );
}

/** Finds texts that are only appended to in a repetition that can be long. */
export function textAccumulationsIn(file: AnalysedFile): readonly Accumulation[] {
  const analysis = analysisOf(file);
  return accumulatorsOf(file).flatMap((accumulator) => {
    if (accumulator.kind !== "text" || textsForPeople.has(lastWord(accumulator.name))) return [];
    let found: Accumulation | undefined;
    for (const growth of accumulator.growths) {
      for (const repetition of repetitionsFor(accumulator, growth, analysis)) {
        if (isLookedAt(accumulator, repetition)) break;
        if (!repeatsFor(growth, repetition, analysis)) continue;
        if (isPlainlyLong(repetition, analysis, accumulator.name))
          found = { accumulator, growth, repetition };
      }
      if (found && isKept(accumulator, analysis.provenance, isNotParsed)) return [found];
    }
    return [];
  });
}

/** Whether anything is done with it in a repetition, apart from appending. */
function isLookedAt({ accesses }: Accumulator, { node }: Repetition): boolean {
  return accesses.some(
    ({ kind, node: mention }) => kind !== "grow" && kind !== "self" && contains(node, mention),
  );
}

function copiedIn(
  accumulator: Accumulator,
  analysis: FileAnalysis,
  kinds: ValueKinds,
): QuadraticAccumulation | undefined {
  for (const growth of accumulator.growths) {
    for (const repetition of repetitionsFor(accumulator, growth, analysis)) {
      if (growth.kind !== "concatBytes" && hasFewCopies(accumulator, growth, repetition, kinds)) {
        continue;
      }
      if (
        repeatsFor(growth, repetition, analysis) &&
        isLongForCopies(repetition, analysis, accumulator)
      ) {
        return { accumulator, growth, repetition, read: undefined };
      }
    }
  }
  return undefined;
}

/** Whether a list or an object is copied so seldom that nobody notices. */
function hasFewCopies(
  { name }: Accumulator,
  growth: Growth,
  repetition: Repetition,
  kinds: ValueKinds,
): boolean {
  if (waits(repetition) || isFew(name)) return true;
  // There are fewer groups of things than there are things.
  const isCounted = repetition.kind === "callback" || repetition.node.type.startsWith("For");
  return isCounted && !isStream(repetition) && addsSeveral(growth, kinds);
}

/** `for await (const rows of stream)`, not of pages, each of which is asked for. */
function isStream({ node }: Repetition): boolean {
  if (node.type !== "ForOfStatement" || !node.await) return false;
  const source = unwrap(node.right);
  const name = lastName(source.type === "CallExpression" ? source.callee : source) ?? "";
  return !pagingName.test(name);
}

/**
 * Whether each round waits for something, other than for the next of a stream: pages of results, a
 * request each. Long before copying them takes time, waiting does.
 */
function waits({ kind, node }: Repetition): boolean {
  if (kind === "event") return false;
  let found = false;
  walk(node.body, (at) => {
    if (isFunction(at)) return false;
    found ||= at.type === "AwaitExpression";
    return undefined;
  });
  return found;
}

function readIn(
  accumulator: Accumulator,
  analysis: FileAnalysis,
): QuadraticAccumulation | undefined {
  const reads = accumulator.accesses.filter(({ kind }) => kind === "flatten");
  if (reads.length === 0) return undefined;
  for (const growth of accumulator.growths) {
    for (const repetition of repetitionsFor(accumulator, growth, analysis)) {
      const within = reads.filter(
        (read) => contains(repetition.node, read.at) && !isWaitedFor(read, repetition),
      );
      if (within.length === 0 || isShort(repetition, analysis.provenance)) continue;
      if (!isLongForCopies(repetition, analysis, accumulator)) continue;
      if (accumulator.kind === "list" && isShared(accumulator, repetition)) break;
      const rounds = new Rounds(repetition, analysis);
      const read =
        within.find(({ at }) => rounds.alsoCome(growth.node, [at])) ??
        (rounds.alsoCome(
          growth.node,
          within.map(({ at }) => at),
        )
          ? within[0]
          : undefined);
      if (read) return { accumulator, growth, repetition, read };
    }
  }
  return undefined;
}

/**
 * Whether a listener looks for a word in what has come, until it is there: `Listening on port …`.
 * That is over soon, as a rule.
 */
function isWaitedFor({ at }: Access, { kind }: Repetition): boolean {
  if (kind !== "event") return false;
  if (at.type !== "CallExpression") return at.type !== "ForOfStatement";
  return searchingMethods.has(lastName(at.callee) ?? "");
}

function repeatsFor(growth: Growth, repetition: Repetition, analysis: FileAnalysis): boolean {
  return (
    !isShort(repetition, analysis.provenance) &&
    new Rounds(repetition, analysis).repeats(growth.node)
  );
}

/** Repetitions through which the accumulator goes on growing, from the inside out. */
function* repetitionsFor(
  accumulator: Accumulator,
  growth: Growth,
  { provenance }: FileAnalysis,
): Generator<Repetition> {
  for (const repetition of repetitionsAround(growth.node, provenance)) {
    const { node } = repetition;
    const declared = accumulator.variable?.defs[0]?.name;
    if (declared && contains(node, declared)) return;
    if (startsAnew(accumulator, repetition) || isLimited(accumulator, node)) return;
    yield repetition;
  }
}

/**
 * Whether the accumulator gets another value within a repetition, or in a function that may be
 * called from there: what was read so far is used up then, as a rule.
 */
function startsAnew({ accesses }: Accumulator, { node }: Repetition): boolean {
  return accesses.some(({ kind, node: mention }) => {
    if (kind !== "write") return false;
    if (contains(node, mention)) return true;
    const func = enclosingFunction(mention);
    return func !== undefined && !contains(func, node) && !isConstructor(func);
  });
}

function isConstructor({ parent }: TSESTree.Node): boolean {
  return parent?.type === "MethodDefinition" && parent.kind === "constructor";
}

/** Whether its length is compared with something within a repetition: it may not get long. */
function isLimited({ accesses }: Accumulator, within: TSESTree.Node): boolean {
  return accesses.some(({ kind, at }) => {
    if (kind !== "look" || !contains(within, at) || at.type !== "MemberExpression") return false;
    const { parent } = wrapped(at);
    if (parent?.type === "CallExpression") return true;
    if (parent?.type !== "BinaryExpression") return false;
    let whole = parent;
    // `limit - text.length`, `text.length + piece.length > limit`
    while (whole.parent.type === "BinaryExpression") whole = whole.parent;
    if (!/^[<>]=?$/.test(whole.operator) || whole.parent.type === "ForStatement") return false;
    const others = [unwrap(whole.left), unwrap(whole.right)];
    return !others.some(
      (side) => side.type === "Literal" && typeof side.value === "number" && side.value <= 1,
    );
  });
}

/** Whether somebody else gets the list within a repetition, and may empty it. */
function isShared({ accesses }: Accumulator, { node }: Repetition): boolean {
  return accesses.some(({ kind, node: mention, at }) => {
    if (kind !== "use" || !contains(node, mention)) return false;
    return !isFunction(at) && at.type !== "MemberExpression" && at.type !== "CallExpression"
      ? true
      : at.type === "CallExpression" && at.arguments.some((each) => unwrap(each) === mention);
  });
}
