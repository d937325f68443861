import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../created/acquisitions.js";
import type { ControlFlowGraph, Point } from "../flow/control-flow-graph.js";
import type { LifetimeQuestion } from "./lifetime-question.js";
import type { Effect, Ownership, Use } from "../uses/ownership.js";
import { contains, isFunction } from "../code/syntax.js";

/** At which points of a graph a resource is released, handed over or overwritten. */
export function effectsByPoint(
  { value }: Acquisition,
  ownership: Ownership,
  graph: ControlFlowGraph,
): Map<Point, Effect> {
  const effects = new Map<Point, Effect>();
  for (const { effect, at } of ownership.uses) {
    if (effect === "borrow") continue;
    // The assignment that puts the resource into its variable overwrites nothing of it.
    if (effect === "overwrite" && contains(at, value)) continue;
    for (const point of pointsAround(at, graph)) {
      // Where a node both releases and overwrites, the release comes first.
      if (effects.get(point) === undefined || effect !== "overwrite") effects.set(point, effect);
    }
    const guard = effect === "release" ? guardOf(at) : undefined;
    if (guard && !contains(guard, value)) {
      for (const point of graph.pointsOf(guard)) effects.set(point, effect);
    }
  }
  return effects;
}

/** The `try` whose `finally` begins with a release: whoever enters it comes to that. */
function guardOf(release: TSESTree.Node): TSESTree.TryStatement | undefined {
  let at = release.parent;
  while (at && (at.type === "AwaitExpression" || at.type === "ChainExpression")) at = at.parent;
  const block = at?.type === "ExpressionStatement" ? at.parent : undefined;
  const statement = block?.parent;
  if (statement?.type !== "TryStatement" || statement.finalizer !== block) return undefined;
  return statement.finalizer.body[0] === at ? statement : undefined;
}

/** The points of a node, or of the nearest node around it that has any. */
export function pointsAround(node: TSESTree.Node, graph: ControlFlowGraph): readonly Point[] {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) {
    const points = graph.pointsOf(at);
    if (points.length > 0) return points;
  }
  return [];
}

/** The points at which a path ends, and whether the resource is lost there. */
export function endsOf(
  { graph, losing, acquisition, failsWithProcess }: LifetimeQuestion,
  effects: ReadonlyMap<Point, Effect>,
  starts: readonly Point[],
): Map<Point, boolean> {
  const ends = new Map([
    [graph.returned, losing === "all"],
    [graph.threw, !failsWithProcess],
  ]);
  for (const [point, effect] of effects) {
    if (effect !== "borrow") ends.set(point, effect === "overwrite");
  }
  for (const start of starts) ends.set(start, !acquisition.resource.dormantUntil);
  return ends;
}

/**
 * Whether somebody has it as soon as it is there: what is woken later was given to a listener that
 * closes it, or the variable that it comes into to a function that another keeps.
 */
export function isOwnedBefore({ acquisition, ownership, starts }: LifetimeQuestion): boolean {
  // `connect(port, () => socket.pipe(target))`: whoever is handed over to comes with the call.
  if (ownership.uses.some((use) => frees(use) && contains(acquisition.value, use.at))) return true;
  const first = Math.min(...starts.map(({ range }) => range[0]));
  return ownership.uses.some(({ effect, at, reference }) => {
    if (at.range[1] > first) return false;
    if (effect === "handOver" && isFunction(reference)) return true;
    return (
      acquisition.resource.dormantUntil !== undefined &&
      (effect === "handOver" || effect === "release")
    );
  });
}

function frees({ effect }: Use): boolean {
  return effect === "release" || effect === "handOver";
}
