import type { TSESTree } from "@typescript-eslint/types";

import type { ControlFlowGraph, Point } from "../flow/control-flow-graph.js";
import type { LifetimeQuestion } from "./lifetime-question.js";
import { firstWhere } from "../code/halving.js";
import { keptFor, keptIn } from "../code/kept.js";
import type { Effect, Ownership, Use } from "../uses/ownership.js";
import { contains, isFunction } from "../code/syntax.js";

/** What is done with a resource at a point, unless it was acquired in the node that is named. */
interface EffectAt {
  readonly effect: Effect;
  readonly exceptIn?: TSESTree.Node;
}

/** What becomes of a resource in a function, by the points of its graph. */
export class Fates {
  readonly #byPoint: ReadonlyMap<Point, readonly EffectAt[]>;

  constructor({ uses }: Ownership, graph: ControlFlowGraph) {
    const byPoint = new Map<Point, EffectAt[]>();
    const note = (point: Point, effect: EffectAt): void => {
      keptIn(byPoint, point, () => []).push(effect);
    };
    for (const { effect, at } of uses) {
      if (effect === "borrow") continue;
      // The assignment that puts the resource into its variable overwrites nothing of it.
      const own = effect === "overwrite" ? { effect, exceptIn: at } : { effect };
      for (const point of pointsAround(at, graph)) note(point, own);
      const guard = effect === "release" ? guardOf(at) : undefined;
      if (!guard) continue;
      for (const point of graph.pointsOf(guard)) note(point, { effect, exceptIn: guard });
    }
    this.#byPoint = byPoint;
  }

  /** Where something is done with it. */
  get points(): Iterable<Point> {
    return this.#byPoint.keys();
  }

  /** What is done at a point with the resource that a value brings. */
  at(point: Point, value: TSESTree.Node): Effect | undefined {
    let done: Effect | undefined;
    for (const { effect, exceptIn } of this.#byPoint.get(point) ?? []) {
      if (exceptIn && contains(exceptIn, value)) continue;
      // Where a node both releases and overwrites, the release comes first.
      if (done === undefined || effect !== "overwrite") done = effect;
    }
    return done;
  }
}

const fatesIn = keptFor((_: ControlFlowGraph) => new WeakMap<Ownership, Fates>());

/** The fates of a resource; one for all that a giver gives. */
export function fatesOf(ownership: Ownership, graph: ControlFlowGraph): Fates {
  return keptIn(fatesIn(graph), ownership, () => new Fates(ownership, graph));
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

/** What a path comes to at a point that ends it: the loss of the resource, or not. */
export function endAt(
  point: Point,
  { graph, losing, acquisition, failsWithProcess }: LifetimeQuestion,
  fates: Fates,
  starts: readonly Point[],
): boolean | undefined {
  if (starts.includes(point)) return !acquisition.resource.dormantUntil;
  const effect = fates.at(point, acquisition.value);
  if (effect) return effect === "overwrite";
  if (point === graph.returned) return losing === "all";
  return point === graph.threw ? !failsWithProcess : undefined;
}

/** The uses that end a duty, in the order of the source, and where the first of a kind has ended. */
const endingUses = keptFor((uses: Ownership["uses"]) => {
  const freeing = uses.filter(frees).sort((a, b) => a.at.range[0] - b.at.range[0]);
  const firstEnd = (some: readonly Use[]): number | undefined =>
    some.reduce<number | undefined>(
      (end, { at }) => Math.min(end ?? Infinity, at.range[1]),
      undefined,
    );
  const toFunction = ({ effect, reference }: Use): boolean =>
    effect === "handOver" && isFunction(reference);
  return { freeing, first: firstEnd(freeing), firstKept: firstEnd(freeing.filter(toFunction)) };
});

/**
 * Whether somebody has it as soon as it is there: what is woken later was given to a listener that
 * closes it, or the variable that it comes into to a function that another keeps.
 */
export function isOwnedBefore({ acquisition, ownership, starts }: LifetimeQuestion): boolean {
  const { value, resource } = acquisition;
  const { freeing, first, firstKept } = endingUses(ownership.uses);
  // `connect(port, () => socket.pipe(target))`: whoever is handed over to comes with the call.
  let next = firstWhere(freeing, ({ at }) => at.range[0] >= value.range[0]);
  for (let use = freeing[next]; use && use.at.range[0] < value.range[1]; use = freeing[++next]) {
    if (contains(value, use.at)) return true;
  }
  const start = Math.min(...starts.map(({ range }) => range[0]));
  const early = resource.dormantUntil ? first : firstKept;
  return early !== undefined && early <= start;
}

function frees({ effect }: Use): boolean {
  return effect === "release" || effect === "handOver";
}
