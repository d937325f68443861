import type { TSESTree } from "@typescript-eslint/types";

import { immediateCallers } from "../../resources/known-functions.js";
import type { ControlFlowGraph, Edge, Point } from "../flow/control-flow-graph.js";
import type { FileAnalysis } from "../file-analysis.js";
import type { Repetition } from "../flow/repetitions.js";
import {
  contains,
  enclosingFunction,
  isFunction,
  lastName,
  type RunningCode,
  unwrap,
} from "../code/syntax.js";

/** What happens in the rounds of one repetition. */
export class Rounds {
  readonly #repetition: Repetition;
  readonly #graph: ControlFlowGraph | undefined;
  readonly #code: RunningCode | undefined;

  constructor(repetition: Repetition, analysis: FileAnalysis) {
    const { node } = repetition;
    this.#repetition = repetition;
    const program = analysis.provenance.program;
    this.#code =
      repetition.kind === "loop"
        ? (enclosingFunction(node) ?? (program?.type === "Program" ? program : undefined))
        : repetition.node;
    this.#graph = this.#code && analysis.graphOf(this.#code);
  }

  /** Whether a round can come to a node, and the next one follows. */
  repeats(node: TSESTree.Node): boolean {
    return this.#passes(node, undefined);
  }

  /** Whether each round that comes to a node, and is not the last, also comes to another. */
  alsoCome(node: TSESTree.Node, others: readonly TSESTree.Node[]): boolean {
    const markers = others.flatMap((other) => this.#markerOf(other) ?? []);
    return markers.length > 0 && this.repeats(node) && !this.#passes(node, markers);
  }

  /** Whether a round can come to a node and end, without one of the markers. */
  #passes(node: TSESTree.Node, markers: readonly Marker[] | undefined): boolean {
    const graph = this.#graph;
    const head =
      this.#repetition.kind === "loop" ? graph?.headOf(this.#repetition.node) : graph?.entry;
    const end = this.#repetition.kind === "loop" ? head : graph?.returned;
    const goals = graph && this.#pointsOfGrowth(node, graph);
    if (!head || !end || !goals || goals.length === 0) return false;
    const reached = this.#reach([head], goals, markers);
    return reached !== undefined && this.#reach([reached], [end], markers) !== undefined;
  }

  /** Searches the repetition, exceptions left aside: they are rare. */
  #reach(
    starts: readonly Point[],
    goals: readonly Point[],
    markers: readonly Marker[] | undefined,
  ): Point | undefined {
    const seen = new Set<Point>();
    const pending = [...starts];
    for (let at = pending.pop(); at; at = pending.pop()) {
      for (const edge of at.edges) {
        const { to } = edge;
        if (edge.kind !== "normal" || markers?.some((marker) => isMarked(marker, edge))) continue;
        if (goals.includes(to)) return to;
        if (seen.has(to) || !this.#holds(to)) continue;
        seen.add(to);
        pending.push(to);
      }
    }
    return undefined;
  }

  #holds({ node }: Point): boolean {
    return contains(this.#repetition.node, node);
  }

  /** Where the code of the repetition itself comes to a node, through functions that it runs at once. */
  #pointsOfGrowth(node: TSESTree.Node, graph: ControlFlowGraph): readonly Point[] {
    for (let at: TSESTree.Node | undefined = node; at && at !== this.#code; at = at.parent) {
      if (isFunction(at)) {
        const call: TSESTree.Node = at.parent;
        if (call.type !== "CallExpression" || !runsAtOnce(call, at)) return [];
        continue;
      }
      if (enclosingFunction(at) !== this.#ownFunction) continue;
      const points = graph.pointsOf(at);
      if (points.length > 0) return points;
    }
    return [];
  }

  get #ownFunction() {
    return this.#code?.type === "Program" ? undefined : this.#code;
  }

  /** What shows that control has come to a node, if that is for certain. */
  #markerOf(node: TSESTree.Node): Marker | undefined {
    if (enclosingFunction(node) !== this.#ownFunction) return undefined;
    let at = node;
    for (;;) {
      const points = this.#graph?.pointsOf(at) ?? [];
      if (points.length > 0) return { points, node };
      const { parent } = at;
      // What is evaluated under a condition only has edges of its own, if it is a test.
      const isTest = parent && "test" in parent && parent.test === at;
      const isConditional =
        parent &&
        ((parent.type === "LogicalExpression" && parent.right === at) ||
          (parent.type === "ConditionalExpression" && !isTest));
      if (!parent || isTest || isConditional || parent.type.endsWith("Statement")) {
        return { points: [], node };
      }
      at = parent;
    }
  }
}

interface Marker {
  readonly points: readonly Point[];
  readonly node: TSESTree.Node;
}

function isMarked({ points, node }: Marker, { to, condition }: Edge): boolean {
  if (points.includes(to)) return true;
  return condition !== undefined && contains(condition.test, node);
}

function runsAtOnce(call: TSESTree.CallExpression, func: TSESTree.Node): boolean {
  return unwrap(call.callee) === func || immediateCallers.has(lastName(call.callee) ?? "");
}
