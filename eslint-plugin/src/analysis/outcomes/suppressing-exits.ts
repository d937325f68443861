import type { TSESTree } from "@typescript-eslint/types";

import type { Condition, ControlFlowGraph, Edge, Point } from "../flow/control-flow-graph.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { answerOfClause } from "../code/handlers.js";
import { localFunction } from "../code/local-functions.js";
import { generatorManagersOf, yieldsOf } from "./generator-yields.js";
import { exitsOf, type GeneratorManager, runtimeName, usesRuntime } from "./managers.js";
import type { Provenance } from "../code/provenance.js";
import { type FunctionNode, isFunction, unwrap, walk } from "../code/syntax.js";

/** What lets no error of a body out, whatever failed. */
export type Suppressor =
  /** `exit` of a manager, or a function that is an exit: what it returns on every path, when it failed. */
  | {
      readonly kind: "exit";
      readonly name: string;
      readonly func: FunctionNode;
      readonly answers: readonly TSESTree.Node[];
    }
  /** A generator's `catch` around its `yield`, which makes nothing of the error. */
  | { readonly kind: "generator"; readonly clause: TSESTree.CatchClause }
  /** A filter of `suppress` that names every error. */
  | { readonly kind: "filter"; readonly filter: TSESTree.Node };

/** Everything in a file that suppresses every error of the body that it surrounds. */
export function findSuppressors(file: AnalysedFile): Suppressor[] {
  if (!usesRuntime(file.ast)) return [];
  const analysis = analysisOf(file);
  const { provenance } = analysis;
  const found: Suppressor[] = [];
  const exit = (name: string, func: FunctionNode): void => {
    const graph = analysis.graphOf(func);
    const answers = graph && alwaysTrue(func, graph);
    if (answers) found.push({ kind: "exit", name, func, answers });
  };
  walk(file.ast, (node) => {
    for (const { name, func } of exitsOf(node, provenance)) exit(name, func);
    if (node.type !== "CallExpression") return undefined;
    if (runtimeName(node.callee, provenance) === "suppress") {
      const filter = node.arguments.find((each) => namesEverything(each, provenance));
      if (filter) found.push({ kind: "filter", filter });
    }
    const pushed = pushedExit(node, provenance);
    if (pushed) exit("the exit", pushed);
    return undefined;
  });
  for (const manager of generatorManagersOf(file)) {
    const clause = swallowingClause(manager, provenance);
    if (clause) found.push({ kind: "generator", clause });
  }
  return found;
}

/** `Error`, `Object`, `() => true`: no error that is thrown in practice is another. */
function namesEverything(filter: TSESTree.Node, provenance: Provenance): boolean {
  const given = unwrap(filter);
  if (given.type === "Identifier") {
    const origin = provenance.originOf(given);
    return origin?.module === "" && /^(Error|Object)$/.test(origin.name);
  }
  if (!isFunction(given) || given.async || given.generator) return false;
  const { body } = given;
  if (body.type !== "BlockStatement") return isTrue(body);
  const [only, another] = body.body;
  return !another && only?.type === "ReturnStatement" && isTrue(only.argument);
}

/** The function that `stack.push(…)` takes, where it is known to be a stack of the runtime. */
function pushedExit(
  { callee, arguments: [given] }: TSESTree.CallExpression,
  provenance: Provenance,
): FunctionNode | undefined {
  const name = runtimeName(callee, provenance);
  if (name !== "ExitStack#push" && name !== "AsyncExitStack#push") return undefined;
  return given && localFunction(unwrap(given), provenance);
}

/** A `catch` around the `yield` of a generator that is said to suppress. */
function swallowingClause(
  { func, suppresses }: GeneratorManager,
  provenance: Provenance,
): TSESTree.CatchClause | undefined {
  if (suppresses !== true) return undefined;
  for (const at of yieldsOf(func)) {
    const clause = clauseAround(at, func);
    if (clause && answerOfClause(clause, provenance).kind === "silence") return clause;
  }
  return undefined;
}

/** The clause that catches what is thrown at a node. */
function clauseAround(at: TSESTree.Node, func: FunctionNode): TSESTree.CatchClause | undefined {
  for (let inner = at; inner !== func && inner.parent; inner = inner.parent) {
    const { parent } = inner;
    if (parent.type === "TryStatement" && parent.block === inner && parent.handler) {
      return parent.handler;
    }
  }
  return undefined;
}

/**
 * The `true`s that a function returns, if on every path on which it is given a failure it returns
 * one. Undefined where some path returns anything else, or nothing.
 */
function alwaysTrue(
  func: FunctionNode,
  graph: ControlFlowGraph,
): readonly TSESTree.Node[] | undefined {
  const [parameter] = func.params;
  const failure = parameter?.type === "Identifier" ? parameter.name : undefined;
  if (parameter && failure === undefined) return undefined;
  const answers = new Set<TSESTree.Node>();
  const seen = new Set<Point>([graph.entry]);
  const pending = [graph.entry];
  for (let point = pending.pop(); point; point = pending.pop()) {
    for (const edge of point.edges) {
      if (!isTaken(edge, failure)) continue;
      if (edge.to === graph.returned) {
        const answer = answerAt(point.node);
        if (!answer) return undefined;
        answers.add(answer);
      }
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      pending.push(edge.to);
    }
  }
  return answers.size > 0 ? [...answers] : undefined;
}

function answerAt(node: TSESTree.Node): TSESTree.Node | undefined {
  if (node.type === "ReturnStatement") {
    return node.argument && isTrue(node.argument) ? node.argument : undefined;
  }
  return isTrue(node) ? node : undefined;
}

/** Whether an edge is taken by a run that was given a failure, and in which nothing else fails. */
function isTaken({ kind, condition }: Edge, failure: string | undefined): boolean {
  if (kind !== "normal") return false;
  return !condition || failure === undefined || !isAbsence(condition, failure);
}

/** Whether a condition holds only where the parameter is undefined. */
function isAbsence({ test, outcome }: Condition, failure: string): boolean {
  const names = (node: TSESTree.Node): boolean =>
    node.type === "Identifier" && node.name === failure;
  if (names(test)) return outcome === "falsy" || outcome === "nullish";
  if (test.type !== "BinaryExpression" || !names(test.left)) return false;
  const { right, operator } = test;
  const nothing =
    (right.type === "Identifier" && right.name === "undefined") ||
    (right.type === "Literal" && right.value === null);
  if (!nothing) return false;
  return /^!==?$/.test(operator) ? outcome === "falsy" : outcome === "truthy";
}

function isTrue(node: TSESTree.Node | null): boolean {
  return node?.type === "Literal" && node.value === true;
}
