import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "./acquisitions.js";
import { chainsOf } from "./chains.js";
import { isFeasible, optionalTakers } from "./conditions.js";
import type { Condition, ControlFlowGraph, Edge, Point } from "./control-flow-graph.js";
import type { Construction } from "./construction.js";
import { findsEnd, mayExhaust } from "./exhaustion.js";
import type { Facts } from "./facts.js";
import { isHeldBy } from "./holders.js";
import { failsWithResource } from "./own-failure.js";
import type { Effect, Ownership, Use } from "./ownership.js";
import type { Provenance } from "./provenance.js";
import { contains, enclosingHandler, isFunction, memberName, walk } from "./syntax.js";
import { guardsOf } from "./transactions.js";
import { endsProcess, type ThrowPoints } from "./throw-points.js";

/** A path from an acquisition to where its resource is lost, as the edges taken. */
export interface Escape {
  /** The edges in order, each with the point that it leaves. */
  readonly steps: readonly { readonly from: Point; readonly edge: Edge }[];
  readonly end:
    | "returned"
    | "threw"
    /** The variable is assigned anew, or the acquiring code runs again. */
    | "overwritten";
  /** The last node that was evaluated. */
  readonly last: TSESTree.Node;
}

export interface LifetimeQuestion {
  readonly acquisition: Acquisition;
  readonly ownership: Ownership;
  readonly graph: ControlFlowGraph;
  readonly provenance: Provenance;
  readonly throwPoints: ThrowPoints;
  readonly facts: Facts;
  /** From where on the resource is held: the nodes whose evaluation brings it. */
  readonly starts: readonly TSESTree.Node[];
  /** Which ways out lose it: what the object of a constructor has, only an exception loses. */
  readonly losing: "all" | "threw";
  /** Methods of the object under construction: their failure is the resource's if they use it. */
  readonly construction?: Construction;
}

/**
 * Which exceptions a path may take: none; those that a reader expects, of I/O and of explicit
 * `throw`; or those of every call that may fail.
 */
export type Throws = "none" | "expected" | "all";

/** The shortest path on which a resource that was acquired is neither released nor handed over. */
export function findEscape(question: LifetimeQuestion, throws: Throws): Escape | undefined {
  const { acquisition, ownership, graph, provenance } = question;
  const { resource } = acquisition;
  const effects = effectsByPoint(acquisition, ownership, graph);
  const starts = question.starts.flatMap((node) => pointsAround(node, graph));
  const taken = new Map<Point, { from: Point; edge: Edge }>();
  const pending: Point[] = [];
  const guards = guardsOfGiver(question);
  const takers = optionalTakers(ownership.uses, provenance);

  const follow = (from: Point, edge: Edge): void => {
    if (taken.has(edge.to)) return;
    taken.set(edge.to, { from, edge });
    pending.push(edge.to);
  };
  const allows = ({ condition }: Edge): boolean =>
    !condition ||
    (isFeasible(condition, ownership.holders, provenance) &&
      !contradicts(condition, guards) &&
      !(condition.outcome === "nullish" && takers.has(condition.test)) &&
      question.facts.allows(condition) &&
      !findsEnd(condition, resource, provenance));
  const leave = (point: Point, started: boolean): void => {
    for (const edge of point.edges) {
      // Until the acquiring expression is through, nothing is held.
      if (edge.kind === "throw" && (started || !takes(question, point, throws))) continue;
      if (edge.kind === "throw" && mayExhaust(point.node, ownership, resource, provenance))
        continue;
      if (edge.kind === "throw" && isRecovery(point.node, question)) continue;
      if (edge.kind === "throw" && failsWithResource(point.node, ownership, resource, provenance))
        continue;
      if (allows(edge)) follow(point, edge);
    }
  };

  // `connect(port, () => socket.pipe(target))`: whoever is handed over to comes with the call.
  if (ownership.uses.some((use) => frees(use) && contains(acquisition.value, use.at))) return;

  if (isOwnedBefore(question)) return undefined;

  // Whether there may be a path is found out sooner than the shortest one. The exceptions that are
  // taken for this resource alone are left out of it, so that what was found out serves all.
  if (!question.construction) {
    const ends = endsOf(question, effects, starts);
    const mayTake = (point: Point): boolean => takes(question, point, throws);
    const search = { starts, ends, allows, throws, takes: mayTake };
    if (!chainsOf(graph).reaches(search)) return undefined;
  }

  for (const start of starts) leave(start, true);
  // The list grows while it is read: breadth first, so that the first path found is a shortest.
  for (const point of pending) {
    if (point === graph.returned || point === graph.threw) {
      if (point === graph.returned && question.losing === "threw") continue;
      return escapeTo(point, point === graph.threw ? "threw" : "returned", taken, starts);
    }
    if (starts.includes(point)) {
      // Acquired again by the same code: the first is lost, unless it is taken for another start.
      if (resource.dormantUntil) continue;
      return escapeTo(point, "overwritten", taken, starts);
    }
    const effect = effects.get(point);
    if (effect === "release" || effect === "handOver") continue;
    if (effect === "overwrite") return escapeTo(point, "overwritten", taken, starts);
    if (endsProcess(point.node)) continue;
    leave(point, false);
  }
  return undefined;
}

/**
 * Whether what would fail is the handling of a failure, as a message about it: that both go wrong is
 * not what a reader expects. A `throw` there is meant, and what failed because of the resource may
 * well fail for that again: the rollback on a connection that is lost.
 */
function isRecovery(node: TSESTree.Node, { acquisition, ownership }: LifetimeQuestion): boolean {
  const handler = node.type === "ThrowStatement" ? undefined : enclosingHandler(node);
  if (!handler || contains(handler, acquisition.value)) return false;
  return !ownership.uses.some(({ reference }) => contains(node, reference));
}

/** The points at which a path ends, and whether the resource is lost there. */
function endsOf(
  { graph, losing, acquisition }: LifetimeQuestion,
  effects: ReadonlyMap<Point, Effect>,
  starts: readonly Point[],
): Map<Point, boolean> {
  const ends = new Map([
    [graph.returned, losing === "all"],
    [graph.threw, true],
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
function isOwnedBefore({ acquisition, ownership, starts }: LifetimeQuestion): boolean {
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

function contradicts(
  { test, outcome }: Condition,
  guards: ReadonlyMap<TSESTree.Node, boolean> | undefined,
): boolean {
  const holds = guards?.get(test);
  return holds !== undefined && outcome === (holds ? "falsy" : "truthy");
}

/** What is known of tests of the object that gave the resource, where nothing else holds that. */
function guardsOfGiver({
  acquisition,
  ownership,
  provenance,
}: LifetimeQuestion): ReadonlyMap<TSESTree.Node, boolean> | undefined {
  const [holder] = ownership.holders;
  if (holder?.kind !== "giver") return undefined;
  const releases = ownership.uses.filter(({ effect }) => effect === "release");
  return guardsOf(
    releases.map(({ at }) => at),
    holder.path,
    acquisition.func,
    provenance,
  );
}

function frees({ effect }: Use): boolean {
  return effect === "release" || effect === "handOver";
}

function takes(question: LifetimeQuestion, { node }: Point, throws: Throws): boolean {
  const { throwPoints, construction } = question;
  if (throws === "none") return false;
  if (node.type === "ThrowStatement") return true;
  // That a constructor's helpers fail is hardly ever meant; that the resource itself does, is.
  if (construction && !throwPoints.isExpectedToThrow(node)) {
    return isOwnMethod(node, question) || usesInMethod(node, question);
  }
  if (throws === "expected" && !throwPoints.isExpectedToThrow(node)) return false;
  return throwPoints.mayThrow(node);
}

/** A call of the resource's own method: `this.db.exec("…")`. */
function isOwnMethod(
  node: TSESTree.Node,
  { ownership, provenance, throwPoints }: LifetimeQuestion,
): boolean {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  return throwPoints.mayThrow(node) && isHeldBy(node.callee.object, ownership.holders, provenance);
}

/** `this.prepare()` in a constructor, where that method calls the resource's own methods. */
function usesInMethod(node: TSESTree.Node, question: LifetimeQuestion): boolean {
  const { construction } = question;
  if (!construction || node.type !== "CallExpression") return false;
  const { callee } = node;
  if (callee.type !== "MemberExpression" || callee.object.type !== "ThisExpression") return false;
  const method = construction.methodNamed(memberName(callee) ?? "");
  let uses = false;
  if (method && !method.async) {
    walk(method.body, (each) => {
      uses ||= isOwnMethod(each, question);
      return isFunction(each) ? false : undefined;
    });
  }
  return uses;
}

function effectsByPoint(
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

function escapeTo(
  end: Point,
  kind: Escape["end"],
  taken: ReadonlyMap<Point, { from: Point; edge: Edge }>,
  starts: readonly Point[],
): Escape {
  const steps: { from: Point; edge: Edge }[] = [];
  for (let at = end; ;) {
    const step = taken.get(at);
    if (!step) break;
    steps.unshift(step);
    at = step.from;
    if (starts.includes(at)) break;
  }
  const evaluated = steps.findLast(({ from }) => from.kind === "node");
  return {
    steps,
    end: kind,
    last: kind === "overwritten" ? end.node : (evaluated?.from.node ?? end.node),
  };
}
