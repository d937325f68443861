import type { TSESTree } from "@typescript-eslint/types";

import { stoppingName } from "../../resources/known-functions.js";
import type { Acquisition } from "../created/acquisitions.js";
import { isFeasible } from "../paths/conditions.js";
import type { Condition, ControlFlowGraph, Edge, Point } from "../flow/control-flow-graph.js";
import { Facts } from "../paths/facts.js";
import { pointsAround } from "../paths/fates.js";
import type { FileAnalysis } from "../file-analysis.js";
import { isHeldBy } from "../held/holders.js";
import { localFunction } from "../code/local-functions.js";
import type { Ownership, Use } from "../uses/ownership.js";
import { isLoopBody, isOnePath } from "../flow/same-path.js";
import { endsProcess } from "../flow/throw-points.js";
import { contains, isFunction, lastName, unwrap, walk } from "../code/syntax.js";
import { isRevival, isSameRelease, needsIt } from "./released-calls.js";

/** A use, or another release, of what is released already on some path. */
export interface AfterRelease {
  readonly kind: "usedAfterRelease" | "releasedAgain" | "releasedByBlock";
  readonly acquisition: Acquisition;
  readonly ownership: Ownership;
  readonly release: TSESTree.Node;
  /** The later use; of what a block releases at its end, the declaration that says so. */
  readonly later: TSESTree.Node;
  /** The edges from the release to the use. */
  readonly steps: readonly { readonly from: Point; readonly edge: Edge }[];
}

/** A release that is over, or has begun, when the next statement runs. */
export function isPlainRelease({ effect, at, reference, inClosure }: Use): boolean {
  if (effect !== "release" || inClosure || isFunction(reference)) return false;
  if (at.type !== "CallExpression") return false;
  // With a callback, all that is done in it comes before the release is over.
  return !at.arguments.some((argument) => isFunction(argument));
}

/** Looks for a use, or another release, that comes after a release on some path. */
export class LaterUses {
  readonly #release: Use;
  readonly #acquisition: Acquisition;
  readonly #ownership: Ownership;
  readonly #graph: ControlFlowGraph;
  readonly #analysis: FileAnalysis;
  readonly #facts: Facts;

  constructor(
    release: Use,
    acquisition: Acquisition,
    ownership: Ownership,
    graph: ControlFlowGraph,
    analysis: FileAnalysis,
  ) {
    this.#release = release;
    this.#acquisition = acquisition;
    this.#ownership = ownership;
    this.#graph = graph;
    this.#analysis = analysis;
    this.#facts = new Facts(release.at, acquisition.func, analysis.provenance);
  }

  find(): Pick<AfterRelease, "kind" | "later" | "steps"> | undefined {
    const later = this.#laterUses();
    if (later.size === 0) return undefined;
    const ends = this.#ends();
    const starts = pointsAround(this.#release.at, this.#graph);
    const taken = new Map<Point, { from: Point; edge: Edge }>();
    const pending: Point[] = [];
    const follow = (from: Point): void => {
      for (const edge of from.edges) {
        if (taken.has(edge.to) || starts.includes(edge.to) || !this.#takes(from, edge)) continue;
        taken.set(edge.to, { from, edge });
        pending.push(edge.to);
      }
    };
    for (const start of starts) follow(start);
    // The list grows while it is read: the first use found is a nearest one.
    for (const point of pending) {
      const use = later.get(point);
      if (use) {
        const steps = stepsTo(point, taken);
        return this.#isBelievable(steps, use.at)
          ? { kind: use.kind, later: use.at, steps }
          : undefined;
      }
      if (ends.has(point) || this.#stops(point.node)) continue;
      follow(point);
    }
    return undefined;
  }

  #takes(from: Point, edge: Edge): boolean {
    if (edge.kind === "stop") return false;
    if (edge.kind === "throw") {
      // What fails in the release itself may have released nothing.
      if (contains(from.node, this.#release.at) || contains(this.#release.at, from.node))
        return false;
      if (from.node.type === "ThrowStatement") return true;
      const { throwPoints } = this.#analysis;
      return throwPoints.isExpectedToThrow(from.node) && throwPoints.mayThrow(from.node);
    }
    return !edge.condition || this.#allows(edge.condition);
  }

  #allows(condition: Condition): boolean {
    const { provenance } = this.#analysis;
    const { holders } = this.#ownership;
    if (!this.#facts.allows(condition)) return false;
    if (isHeldBy(condition.test, holders, provenance)) {
      return isFeasible(condition, holders, provenance);
    }
    // Whoever asks the resource knows whether it is released.
    return !this.#names(condition.test);
  }

  #names(code: TSESTree.Node): boolean {
    const { provenance } = this.#analysis;
    let names = false;
    walk(code, (node) => {
      names ||= isHeldBy(node, this.#ownership.holders, provenance);
      return undefined;
    });
    return names;
  }

  /** Points from which on it is another one, or another's. */
  #ends(): Set<Point> {
    const ends = new Set<Point>(pointsAround(this.#acquisition.value, this.#graph));
    for (const { effect, at, reference, inClosure } of this.#ownership.uses) {
      if (inClosure) continue;
      const revives = at.type === "CallExpression" && isRevival(at, reference, this.#acquisition);
      if (effect !== "overwrite" && effect !== "handOver" && !revives) continue;
      for (const point of pointsAround(at, this.#graph)) ends.add(point);
    }
    return ends;
  }

  #laterUses(): Map<Point, { kind: AfterRelease["kind"]; at: TSESTree.Node }> {
    const later = new Map<Point, { kind: AfterRelease["kind"]; at: TSESTree.Node }>();
    for (const use of this.#ownership.uses) {
      const kind = use.at === this.#release.at ? undefined : this.#kindOf(use);
      if (!kind) continue;
      for (const point of pointsAround(use.at, this.#graph)) later.set(point, { kind, at: use.at });
    }
    return later;
  }

  #kindOf(use: Use): AfterRelease["kind"] | undefined {
    const { resource } = this.#acquisition;
    if (use.inClosure || use.at.type !== "CallExpression" || isFunction(use.reference)) return;
    if (use.effect === "release") {
      const again = !resource.idempotentRelease && isSameRelease(use.at, this.#release.at);
      return again && isPlainRelease(use) ? "releasedAgain" : undefined;
    }
    if (use.effect !== "borrow") return undefined;
    return needsIt(use.at, use.reference, resource, this.#analysis)
      ? "usedAfterRelease"
      : undefined;
  }

  /** A call after which the function does not go on, as far as its name or its body tells. */
  #stops(node: TSESTree.Node): boolean {
    if (endsProcess(node)) return true;
    if (node.type !== "CallExpression") return false;
    if (stoppingName.test(lastName(node.callee) ?? "")) return true;
    const { body } = localFunction(unwrap(node.callee), this.#analysis.provenance) ?? {};
    const last = body?.type === "BlockStatement" ? body.body.at(-1) : undefined;
    if (last?.type === "ThrowStatement") return true;
    return last?.type === "ExpressionStatement" && endsProcess(last.expression);
  }

  /** Whether the conditions of a path can all hold, and a loop comes round with the released one. */
  #isBelievable(steps: AfterRelease["steps"], use: TSESTree.Node): boolean {
    if (!isOnePath(steps.flatMap(({ edge }) => (edge.condition ? [edge.condition] : [])))) {
      return false;
    }
    // What comes before the release in the source is reached by another round of a loop, for which
    // the code may have its reasons unless the release comes in every round.
    return use.range[0] > this.#release.at.range[0] || isLoopBody(this.#release.at);
  }
}

function stepsTo(
  end: Point,
  taken: ReadonlyMap<Point, { from: Point; edge: Edge }>,
): AfterRelease["steps"] {
  const steps: { from: Point; edge: Edge }[] = [];
  const passed = new Set<Point>();
  for (let at = end; ;) {
    const step = taken.get(at);
    if (!step || passed.has(at)) return steps;
    passed.add(at);
    steps.unshift(step);
    at = step.from;
  }
}
