import type { TSESTree } from "@typescript-eslint/types";

import type { ControlFlowGraph, Edge, Point } from "../flow/control-flow-graph.js";
import { analysisOf, type AnalysedFile } from "../file-analysis.js";
import { isTelling } from "../code/handlers.js";
import { localFunction } from "../code/local-functions.js";
import { type GeneratorManager, generatorManager } from "./managers.js";
import { contains, type FunctionNode, isFunction, walk } from "../code/syntax.js";

/** What is wrong with a generator of which a manager is made. */
export type YieldFault =
  /** What stands behind the `yield` is skipped when the body fails. */
  | {
      readonly kind: "skipped";
      readonly func: FunctionNode;
      readonly at: TSESTree.YieldExpression;
      readonly skipped: TSESTree.Node;
    }
  /** A path ends without a `yield`: at a `return`, or at the function's end. */
  | { readonly kind: "missing"; readonly func: FunctionNode; readonly at: TSESTree.Node }
  /** After a `yield` comes another one, or the same one again. */
  | {
      readonly kind: "again";
      readonly func: FunctionNode;
      readonly at: TSESTree.YieldExpression;
      readonly after: TSESTree.YieldExpression;
      /** Whether it does so only when the body has failed. */
      readonly failed: boolean;
    };

/** The faults of a file's generators of managers, at most one of a kind for each. */
export function findYieldFaults(file: AnalysedFile): YieldFault[] {
  const analysis = analysisOf(file);
  const found: YieldFault[] = [];
  const seen = new Set<FunctionNode>();
  for (const { func } of generatorManagersOf(file)) {
    const graph = seen.has(func) ? undefined : analysis.graphOf(func);
    seen.add(func);
    const yields = yieldsOf(func);
    // How often another generator yields, this function does not tell.
    if (!graph || yields.some(({ delegate }) => delegate)) continue;
    const skipped = skippedBehind(func, yields, graph);
    const again = yieldedAgain(func, yields, graph);
    const missing = endWithoutYield(func, yields, graph);
    for (const fault of [skipped, missing, again]) if (fault) found.push(fault);
  }
  return found;
}

/** The managers that the file makes of generators which it holds. */
export function generatorManagersOf(file: AnalysedFile): readonly GeneratorManager[] {
  const analysis = analysisOf(file);
  return analysis.once("generator managers", () => {
    const managers: GeneratorManager[] = [];
    walk(file.ast, (node) => {
      const manager = generatorManager(node, analysis.provenance, (name) =>
        localFunction(name, analysis.provenance),
      );
      if (manager) managers.push(manager);
      return undefined;
    });
    return managers;
  });
}

/** The `yield`s of a generator itself, in the order of the source. */
export function yieldsOf(func: FunctionNode): TSESTree.YieldExpression[] {
  const yields: TSESTree.YieldExpression[] = [];
  walk(func.body, (node) => {
    if (isFunction(node)) return false;
    if (node.type === "YieldExpression") yields.push(node);
    return undefined;
  });
  return yields.sort((a, b) => a.range[0] - b.range[0]);
}

/**
 * Whether the `try` around a `yield` says what happens when the body fails: then what stands behind
 * is meant for success.
 */
export function isGuarded(at: TSESTree.Node, func: FunctionNode): boolean {
  for (let inner = at; inner !== func && inner.parent; inner = inner.parent) {
    const { parent } = inner;
    if (parent.type === "TryStatement" && parent.block === inner) return true;
  }
  return false;
}

function skippedBehind(
  func: FunctionNode,
  yields: readonly TSESTree.YieldExpression[],
  graph: ControlFlowGraph,
): YieldFault | undefined {
  for (const at of yields) {
    if (isGuarded(at, func)) continue;
    const [skipped] = worksBehind(at, graph);
    if (skipped) return { kind: "skipped", func, at, skipped };
  }
  return undefined;
}

/** What is done behind a `yield`, first things first; logging is nothing that has to be done. */
export function worksBehind(
  at: TSESTree.YieldExpression,
  graph: ControlFlowGraph,
): TSESTree.Node[] {
  const behind = reached(graph.pointsOf(at), ({ kind }) => kind === "normal");
  return [...behind]
    .flatMap(({ kind, node }) =>
      kind === "node" && !contains(node, at) && isWork(node) ? [node] : [],
    )
    .sort((a, b) => a.range[0] - b.range[0]);
}

function isWork(node: TSESTree.Node): boolean {
  switch (node.type) {
    case "CallExpression":
      return !isTelling(node);
    case "AssignmentExpression":
    case "AwaitExpression":
      return true;
    default:
      return false;
  }
}

function yieldedAgain(
  func: FunctionNode,
  yields: readonly TSESTree.YieldExpression[],
  graph: ControlFlowGraph,
): YieldFault | undefined {
  const isYield = (node: TSESTree.Node): node is TSESTree.YieldExpression =>
    yields.includes(node as TSESTree.YieldExpression);
  // What depends on a condition may depend on the one under which it yielded before.
  const certain = ({ kind, condition }: Edge): boolean => kind === "normal" && !condition;
  for (const after of yields) {
    const points = graph.pointsOf(after);
    const caught = points.flatMap(({ edges }) =>
      edges.filter(({ kind }) => kind === "throw").map(({ to }) => to),
    );
    for (const [starts, failed] of [
      [points, false],
      [caught, true],
    ] as const) {
      for (const { kind, node } of reached(starts, certain)) {
        if (kind === "node" && isYield(node))
          return { kind: "again", func, at: node, after, failed };
      }
    }
  }
  return undefined;
}

function endWithoutYield(
  func: FunctionNode,
  yields: readonly TSESTree.YieldExpression[],
  graph: ControlFlowGraph,
): YieldFault | undefined {
  // Of several, one for each case perhaps, only types could tell whether they are all cases.
  if (yields.length > 1) return undefined;
  const [only] = yields;
  if (!only) return reaches(graph) ? { kind: "missing", func, at: func } : undefined;
  const avoiding = ({ kind, to }: Edge): boolean => kind === "normal" && to.node !== only;
  for (const point of [graph.entry, ...reached([graph.entry], avoiding)]) {
    if (point.node === only) continue;
    for (const { to, kind } of point.edges) {
      if (kind !== "normal" || to !== graph.returned) continue;
      const at = point.node.type === "ReturnStatement" ? point.node : func;
      if (!isInLoopWith(only, func) || at !== func) return { kind: "missing", func, at };
    }
  }
  return undefined;
}

/** A `yield` in a loop is told of as one that comes again, or not at all. */
function isInLoopWith(at: TSESTree.Node, func: FunctionNode): boolean {
  for (let inner = at; inner !== func && inner.parent; inner = inner.parent) {
    if (/^(For|While|DoWhile)/.test(inner.type)) return true;
  }
  return false;
}

function reaches(graph: ControlFlowGraph): boolean {
  return reached([graph.entry], ({ kind }) => kind === "normal").has(graph.returned);
}

/** The points to which edges lead from some others, those not counted unless an edge leads back. */
function reached(starts: readonly Point[], takes: (edge: Edge) => boolean): ReadonlySet<Point> {
  const seen = new Set<Point>();
  const pending = [...starts];
  for (let point = pending.pop(); point; point = pending.pop()) {
    for (const edge of point.edges) {
      if (!takes(edge) || seen.has(edge.to)) continue;
      seen.add(edge.to);
      pending.push(edge.to);
    }
  }
  return seen;
}
