import type { TSESTree } from "@typescript-eslint/types";

import type { Use } from "../analysis/uses/ownership.js";
import { contains, enclosingFunction, isFunction, wrapped } from "../analysis/code/syntax.js";
import type { Edit } from "./edit.js";
import { comesAfter, comesFirst, isLastOf, statementAround } from "./hand-over.js";
import { insertBefore } from "./insert.js";
import type { Managed } from "./managed.js";
import type { Place } from "./place.js";
import { removeRelease } from "./redundant-release.js";
import type { ReleaseText } from "./release-text.js";
import { styleOf } from "./source-style.js";

/** What becomes of the uses of a resource that a stack holds. */
export interface FittedUses {
  readonly edits: readonly Edit[];
  /** Whether it leaves the stack somewhere, handed on or released by other means. */
  readonly leaves: boolean;
  /** Whether it is handed on. */
  readonly moves: boolean;
  /** Whether a release became one of the stack's. */
  readonly disposes: boolean;
  /** Whether a release stays in the code, after which the stack's own finds nothing left. */
  readonly stays: boolean;
}

/**
 * Fits the releases and hand-overs of a resource to a stack that holds it: a release that the
 * block's end repeats goes; one in the middle becomes the stack's; where another takes the
 * resource over, or it is released by other means, the stack lets go of it first.
 */
export function fitUses(
  managed: Managed,
  place: Place,
  stack: string,
  release: ReleaseText,
): FittedUses | undefined {
  const { acquisition, text, ast } = managed;
  const uses = usesOf(managed, place);
  if (releasesBefore(uses, acquisition.value)) return undefined;
  const edits: Edit[] = [];
  let stays = false;
  const leaving: { at: TSESTree.Node; statement: TSESTree.Statement }[] = [];
  const releasing: TSESTree.Node[] = [];
  const disposing: TSESTree.Node[] = [];
  for (const use of uses) {
    const { effect, at, inside, reference } = use;
    if (effect === "overwrite") {
      if (!contains(at, acquisition.value) && !forgets(at)) return undefined;
    } else if (inside === "release") {
      const fate = fateOfClosure(use, uses, acquisition.func);
      if (fate === undefined || (fate === "called" && !release.is(at))) return undefined;
      if (fate === "called" && !isUnused(at)) return undefined;
      if (fate === "called") disposing.push(at);
    } else if (effect === "release" && !isFunction(reference)) {
      if (release.is(at)) releasing.push(at);
      else if (!leave(at)) return undefined;
    } else if (effect === "handOver" && !leave(at)) {
      return undefined;
    }
  }
  function leave(at: TSESTree.Node): boolean {
    const statement = statementAround(at);
    if (!statement || contains(statement, acquisition.value) || !contains(place.block, statement)) {
      return false;
    }
    if (!comesFirst(at, statement)) return false;
    leaving.push({ at, statement });
    return true;
  }

  // What always comes after the resource has left is none of the stack's business.
  const first = leaving.filter(
    ({ at, statement }, index) =>
      !leaving.some((other) => other.statement !== statement && comesAfter(at, other.statement)) &&
      leaving.findIndex((other) => other.statement === statement) === index,
  );
  const later = (node: TSESTree.Node): boolean =>
    first.some(({ statement }) => comesAfter(node, statement));
  for (const at of releasing.filter((node) => !later(node))) {
    const { idempotentRelease } = acquisition.resource;
    const removal = contains(place.block, at)
      ? removeRelease(at, place.block, text, acquisition.value.range[0])
      : undefined;
    if (removal) edits.push(...removal);
    else if (idempotentRelease && !isSwallowed(at, acquisition.value)) stays = true;
    else if (isUnused(at)) disposing.push(at);
    else return undefined;
  }
  const stillHeld = disposing.filter((node) => !later(node));
  const held = [...releasing, ...disposing].filter((node) => !later(node));
  for (const { statement } of first) {
    const others = leaving
      .filter((each) => each.statement !== statement && !comesAfter(each.at, statement))
      .map(({ at }) => at);
    if (!isLastOf(statement, [...others, ...held], place.block)) return undefined;
    const inserted = insertBefore(statement, `${stack}.move()`, text, styleOf(text, ast));
    if (!inserted) return undefined;
    edits.push(...inserted);
  }
  const method = release.async ? "disposeAsync" : "dispose";
  for (const { range } of stillHeld) {
    edits.push({ range: [range[0], range[1]], text: `${stack}.${method}()` });
  }
  const moves = first.some(({ at }) =>
    uses.some((use) => use.at === at && use.effect === "handOver"),
  );
  return { edits, moves, leaves: first.length > 0, disposes: stillHeld.length > 0, stays };
}

/**
 * The uses, with those as mere borrowing where code after them releases the resource: whoever was
 * given it there has not taken it over.
 */
export function usesOf({ ownership, acquisition }: Managed, { block }: Place): readonly Use[] {
  const releases = ownership.uses.flatMap(({ effect, at, reference }) =>
    effect === "release" && !isFunction(reference) ? [at] : [],
  );
  return ownership.uses.map((use) => {
    const { effect, at, reference } = use;
    const isGiven = at.type === "CallExpression" || at.type === "NewExpression";
    if (effect !== "handOver" || !isGiven) return use;
    // A function that is kept and releases is no mere borrower.
    const frees = (other: Use): boolean =>
      (other.inside === "release" || other.inside === "handOver") && contains(reference, other.at);
    if (isFunction(reference) && ownership.uses.some(frees)) return use;
    const statement = statementAround(at);
    if (!statement || contains(statement, acquisition.value) || !contains(block, statement)) {
      return use;
    }
    const comesBack = releases.some(
      (release) =>
        release.range[0] > at.range[1] &&
        (comesAfter(release, statement) || !isLastOf(statement, [release], block)),
    );
    return comesBack ? { ...use, effect: "borrow" } : use;
  });
}

/** Whether something is released before the acquisition: it was another, by the same name. */
export function releasesBefore(
  uses: readonly Use[],
  acquired: TSESTree.Node,
  effects: readonly Use["effect"][] = ["release", "handOver"],
): boolean {
  return uses.some(
    ({ effect, at }) =>
      effects.includes(effect) && at.range[0] < acquired.range[0] && !contains(at, acquired),
  );
}

/** `x = undefined`: nothing else is held then. */
function forgets(at: TSESTree.Node): boolean {
  if (at.type !== "AssignmentExpression") return false;
  const { right } = at;
  return (
    (right.type === "Literal" && right.value === null) ||
    (right.type === "Identifier" && right.name === "undefined")
  );
}

/** Whether nobody takes what a release gives, which a stack's gives not. */
function isUnused(release: TSESTree.Node): boolean {
  let at = wrapped(release);
  if (at.parent?.type === "AwaitExpression") at = at.parent;
  const { parent } = at;
  if (parent?.type === "ArrowFunctionExpression") return parent.body === at;
  if (parent?.type === "MemberExpression") {
    const { property } = parent;
    return (
      property.type === "Identifier" && (property.name === "catch" || property.name === "finally")
    );
  }
  return parent?.type === "ExpressionStatement" || parent?.type === "UnaryExpression";
}

/** What becomes of a function that releases: called here, or kept by another. */
function fateOfClosure(
  { at }: Use,
  uses: readonly Use[],
  func: TSESTree.Node,
): "called" | "kept" | undefined {
  let closure: TSESTree.Node | undefined;
  for (let each = enclosingFunction(at); each && each !== func; each = enclosingFunction(each)) {
    closure = each;
  }
  const effects = new Set(
    uses.flatMap(({ effect, reference }) =>
      reference === closure && effect !== "borrow" ? [effect] : [],
    ),
  );
  if (effects.size !== 1) return undefined;
  return effects.has("release") ? "called" : effects.has("handOver") ? "kept" : undefined;
}

/** Whether the failure of a release is swallowed where the code stands, and only there. */
function isSwallowed(release: TSESTree.Node, acquired: TSESTree.Node): boolean {
  const { parent } = wrapped(release);
  if (parent?.type === "MemberExpression") return true;
  for (let at: TSESTree.Node | undefined = release; at && !isFunction(at); at = at.parent) {
    const outer: TSESTree.Node | undefined = at.parent;
    if (outer?.type !== "TryStatement" || outer.block !== at || !outer.handler) continue;
    if (!contains(outer.block, acquired)) return true;
  }
  return false;
}
