import type { TSESTree } from "@typescript-eslint/types";

import type { Use } from "../../analysis/uses/ownership.js";
import { contains, isFunction, walk } from "../../analysis/code/syntax.js";
import { declareStack } from "../declare-stack.js";
import { type Edit, inOrder, type Rewrite } from "../edit.js";
import { freshName } from "../fresh-name.js";
import { isProvenWithRuntime, type Managed } from "../managed.js";
import { type Place, placeOf, siteOf } from "../place.js";
import { removeRelease } from "../redundant-release.js";
import { bestRelease, type ReleaseText, releaseText } from "../release-text.js";
import { settledUses } from "../settled-uses.js";
import { indentationAt, lineStart, nextLine, styleOf } from "../source-style.js";
import { type FittedUses, fitUses, releasesBefore, usesOf } from "../stack-uses.js";
import { ownSymbol } from "./using.js";

/**
 * An exit stack that holds a resource until its block ends, or until another takes it over:
 * `stack.adopt(acquire(), release)`, and `stack.move()` where it is handed on.
 *
 * @param native Whether the language's own stacks are to be used, and not the runtime's.
 */
export function stackForm(managed: Managed, native: boolean): Rewrite | undefined {
  const { acquisition, ownership, ast } = managed;
  // Of what one giver gives many times, each use has all releases: this is found out at the first.
  if (releasesBefore(ownership.uses, acquisition.value, ["release"])) return undefined;
  const place = placeOf(managed);
  const release = place && releaseText(managed);
  if (!place || !release) return undefined;
  const own = ownRelease(managed, place, release);
  const async = own?.async ?? release.async;
  if (async && !place.async) return undefined;
  const furtherNames = /^[\w$]+$/.test(place.name) ? [`${place.name}Stack`] : [];
  const options = { native, scope: place.block, furtherNames };
  const stack = declareStack(managed, place.statement, async, options);
  const parameter = freshName(
    [acquisition.resource.value === "plain" ? "path" : "held", "held", "acquired", "resource"],
    place.block,
    ast,
  );
  if (!stack || parameter === undefined) return undefined;

  const all = usesOf(managed, place);
  const end = endOfField(managed, place, all, stack.name);
  const uses = all.filter((use) => use.effect !== "handOver" && !freesInside(use));
  const borrowed = settledUses(uses, acquisition, managed.types);
  const fitted = end && fitUses(managed, place, stack.name, { ...release, async });
  if (!end || !borrowed || !fitted) return undefined;

  const { range } = acquisition.value;
  // Where a release stays, the stack's must bear that nothing is left to release.
  const last = (fitted.stays ? bestRelease(managed) : undefined) ?? release;
  const edits = inOrder([
    // Changes nothing, but keeps two stacks of one block, and so of one name, out of one pass.
    { range: [place.block.range[0], place.block.range[0]], text: "" },
    ...stack.edits,
    { range: [range[0], range[0]], text: `${stack.name}.${own ? "use" : "adopt"}(` },
    { range: [range[1], range[1]], text: own ? ")" : `, ${last.callback(parameter)})` },
    ...(own ? [] : last.edits),
    ...borrowed,
    ...fitted.edits,
    ...end,
  ]);
  if (!edits) return undefined;
  const moves = fitted.moves || end.length > 0;
  return {
    kind: isProven(managed, native, moves, fitted) ? "fix" : "suggestion",
    title: titleOf(place, stack.className, moves) + stack.addition,
    edits,
  };
}

function titleOf({ name }: Place, className: string, moves: boolean): string {
  const article = className.startsWith("A") || className.startsWith("E") ? "an" : "a";
  return moves
    ? `Hold \`${name}\` in ${article} \`${className}\` until it is handed on`
    : `Manage \`${name}\` with ${article} \`${className}\``;
}

function isProven(managed: Managed, native: boolean, moves: boolean, fitted: FittedUses): boolean {
  if (native || moves || fitted.leaves || fitted.disposes || !siteOf(managed)) return false;
  return managed.acquisition.resource.value === "plain" && isProvenWithRuntime(managed);
}

/** Whether a use within an inner function releases the resource or gives it away. */
function freesInside({ inside }: Use): boolean {
  return inside === "release" || inside === "handOver";
}

/** `stack.use(…)`, where the resource's own symbol does what the code's releases do. */
function ownRelease(
  managed: Managed,
  { async }: Place,
  release: ReleaseText,
): { readonly async: boolean } | undefined {
  const { resource } = managed.acquisition;
  const own = ownSymbol(managed, async);
  const [best] = resource.release;
  const isBest = best.kind === "method" && release.call("").replace("?", "") === `.${best.name}()`;
  return own && isBest && own.async === release.async ? own : undefined;
}

/**
 * What must come at the end of a function that puts the resource into a field: nothing where it
 * releases it itself at its end; where a constructor keeps it, the stack lets go of it.
 */
function endOfField(
  managed: Managed,
  { block }: Place,
  uses: readonly Use[],
  stack: string,
): Edit[] | undefined {
  const { ownership, acquisition, text, ast } = managed;
  if (ownership.holders[0]?.kind !== "field") return [];
  const { func } = acquisition;
  if (uses.some(({ effect }) => effect === "handOver")) return undefined;
  const releases = uses.filter(({ effect }) => effect === "release");
  if (releases.length > 0) {
    const atEnd = releases.some(
      ({ at }) =>
        removeRelease(at, block, text, acquisition.value.range[0]) &&
        returnsWithin(func, guardOf(at) ?? at),
    );
    return atEnd ? [] : undefined;
  }
  const isConstructor =
    managed.lostOnlyByThrow &&
    func.parent.type === "MethodDefinition" &&
    func.parent.kind === "constructor";
  const last = block.body.at(-1);
  if (!isConstructor || !last || !returnsWithin(func, acquisition.value)) return undefined;
  if (contains(last, acquisition.value) || last.type === "ReturnStatement") return undefined;
  const { semicolon, lineEnd } = styleOf(text, ast);
  const after = nextLine(text, last.range[1]);
  if (text.slice(last.range[1], after).trim() !== "" || after > block.range[1]) return undefined;
  const indentation = indentationAt(text, last.range[0]);
  if (lineStart(text, last.range[0]) + indentation.length !== last.range[0]) return undefined;
  return [{ range: [after, after], text: `${indentation}${stack}.move()${semicolon}${lineEnd}` }];
}

function guardOf(node: TSESTree.Node): TSESTree.Node | undefined {
  for (let at: TSESTree.Node | undefined = node; at && !isFunction(at); at = at.parent) {
    if (at.parent?.type === "TryStatement" && at.parent.finalizer === at) return at.parent;
  }
  return undefined;
}

/** Whether a function returns nowhere but within a node, or by running off its end. */
function returnsWithin(func: TSESTree.Node, node: TSESTree.Node): boolean {
  let all = true;
  walk(func, (at) => {
    if (at !== func && isFunction(at)) return false;
    if (at.type === "ReturnStatement" && !contains(node, at)) all = false;
    return undefined;
  });
  return all;
}
