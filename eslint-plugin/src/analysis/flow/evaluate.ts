import type { TSESTree } from "@typescript-eslint/types";

import type { Condition } from "./control-flow-graph.js";
import type { Flow, Fringe } from "./flow.js";
import { childrenOf, isFunction } from "../code/syntax.js";

/** Adds the points of an expression in the order in which it is evaluated. */
export function evaluate(flow: Flow, node: TSESTree.Node): void {
  if (isFunction(node)) {
    flow.at(node);
    return;
  }
  switch (node.type) {
    case "CallExpression":
      evaluate(flow, node.callee);
      if (node.optional) skipWhenNullish(flow, node.callee);
      for (const argument of node.arguments) evaluate(flow, argument);
      throwing(flow, node);
      return;
    case "NewExpression":
      evaluate(flow, node.callee);
      for (const argument of node.arguments) evaluate(flow, argument);
      throwing(flow, node);
      return;
    case "AwaitExpression":
      evaluate(flow, node.argument);
      throwing(flow, node);
      return;
    case "TaggedTemplateExpression":
      evaluate(flow, node.tag);
      evaluate(flow, node.quasi);
      throwing(flow, node);
      return;
    case "ImportExpression":
      evaluate(flow, node.source);
      throwing(flow, node);
      return;
    case "YieldExpression":
      if (node.argument) evaluate(flow, node.argument);
      throwing(flow, node);
      flow.mayStop();
      return;
    case "MemberExpression":
      evaluate(flow, node.object);
      if (node.optional) skipWhenNullish(flow, node.object);
      if (node.computed) evaluate(flow, node.property);
      return;
    case "ChainExpression":
      evaluateChain(flow, node);
      return;
    case "LogicalExpression":
      evaluateLogical(flow, node);
      return;
    case "ConditionalExpression": {
      const { whenTrue, whenFalse } = evaluateCondition(flow, node.test);
      flow.fringe = whenTrue;
      evaluate(flow, node.consequent);
      const afterConsequent = flow.fringe;
      flow.fringe = whenFalse;
      evaluate(flow, node.alternate);
      flow.fringe = [...afterConsequent, ...flow.fringe];
      return;
    }
    case "AssignmentExpression":
      evaluateAssignment(flow, node);
      return;
    case "ClassExpression":
    case "ClassDeclaration":
      // The class comes into being here; its methods and initialisers run elsewhere.
      if (node.superClass) evaluate(flow, node.superClass);
      flow.at(node);
      return;
    default:
      for (const child of childrenOf(node)) {
        if (!child.type.startsWith("TS") || "expression" in child) evaluate(flow, child);
      }
  }
}

function throwing(flow: Flow, node: TSESTree.Node): void {
  flow.at(node);
  flow.mayThrow();
}

const shortCircuits = new WeakMap<Flow, Fringe[]>();

function evaluateChain(flow: Flow, node: TSESTree.ChainExpression): void {
  const outer = shortCircuits.get(flow);
  const skipped: Fringe[] = [];
  shortCircuits.set(flow, skipped);
  evaluate(flow, node.expression);
  if (outer) shortCircuits.set(flow, outer);
  flow.fringe = [...flow.fringe, ...skipped.flat()];
}

/** `tested?.…`: what follows in the chain is skipped where it is null or undefined. */
function skipWhenNullish(flow: Flow, tested: TSESTree.Node): void {
  flow.fringe = settle(flow, tested, flow.fringe);
  shortCircuits.get(flow)?.push(under(flow.fringe, { test: tested, outcome: "nullish" }));
  flow.fringe = under(flow.fringe, { test: tested, outcome: "present" });
}

/** Puts a condition on edges, which must have none yet: see `settle`. */
function under(fringe: Fringe, condition: Condition): Fringe {
  return fringe.map(({ from }) => ({ from, condition }));
}

function evaluateLogical(flow: Flow, node: TSESTree.LogicalExpression): void {
  if (node.operator === "??") {
    evaluate(flow, node.left);
    flow.fringe = settle(flow, node.left, flow.fringe);
    const present = under(flow.fringe, { test: node.left, outcome: "present" });
    flow.fringe = under(flow.fringe, { test: node.left, outcome: "nullish" });
    evaluate(flow, node.right);
    flow.fringe = [...present, ...flow.fringe];
    return;
  }
  const { whenTrue, whenFalse } = evaluateCondition(flow, node.left);
  flow.fringe = node.operator === "&&" ? whenTrue : whenFalse;
  evaluate(flow, node.right);
  flow.fringe = [...(node.operator === "&&" ? whenFalse : whenTrue), ...flow.fringe];
}

/** When the right side of an assignment is evaluated, and when it is skipped. */
const assignsWhen: ReadonlyMap<string, readonly [Condition["outcome"], Condition["outcome"]]> =
  new Map([
    ["??=", ["nullish", "present"]],
    ["||=", ["falsy", "truthy"]],
    ["&&=", ["truthy", "falsy"]],
  ]);

function evaluateAssignment(flow: Flow, node: TSESTree.AssignmentExpression): void {
  evaluatePattern(flow, node.left);
  const outcomes = assignsWhen.get(node.operator);
  if (!outcomes) {
    evaluate(flow, node.right);
    flow.at(node);
    return;
  }
  const [assigned, skipped] = outcomes;
  const tested = settle(flow, node, flow.fringe);
  flow.fringe = under(tested, { test: node.left, outcome: assigned });
  evaluate(flow, node.right);
  flow.at(node);
  flow.fringe = [...under(tested, { test: node.left, outcome: skipped }), ...flow.fringe];
}

/** Evaluates a test, and gives the edges that leave it when it holds and when it does not. */
export function evaluateCondition(
  flow: Flow,
  test: TSESTree.Expression,
): { whenTrue: Fringe; whenFalse: Fringe } {
  if (test.type === "UnaryExpression" && test.operator === "!") {
    const { whenTrue, whenFalse } = evaluateCondition(flow, test.argument);
    return { whenTrue: whenFalse, whenFalse: whenTrue };
  }
  if (test.type === "LogicalExpression" && test.operator !== "??") {
    const left = evaluateCondition(flow, test.left);
    const and = test.operator === "&&";
    flow.fringe = settle(flow, test.left, and ? left.whenTrue : left.whenFalse);
    const right = evaluateCondition(flow, test.right);
    return and
      ? { whenTrue: right.whenTrue, whenFalse: [...left.whenFalse, ...right.whenFalse] }
      : { whenTrue: [...left.whenTrue, ...right.whenTrue], whenFalse: right.whenFalse };
  }
  evaluate(flow, test);
  flow.fringe = settle(flow, test, flow.fringe);
  return {
    whenTrue: under(flow.fringe, { test, outcome: "truthy" }),
    whenFalse: under(flow.fringe, { test, outcome: "falsy" }),
  };
}

/** Leads conditional edges into a join: an edge carries one condition, and another is to follow. */
function settle(flow: Flow, node: TSESTree.Node, fringe: Fringe): Fringe {
  if (fringe.every((edge) => !edge.condition)) return fringe;
  const join = flow.newJoin(node);
  flow.fringe = fringe;
  flow.join(join);
  return [{ from: join }];
}

/** Evaluates what a pattern computes: defaults, computed keys and the objects assigned to. */
export function evaluatePattern(flow: Flow, pattern: TSESTree.Node): void {
  switch (pattern.type) {
    case "Identifier":
      return;
    case "AssignmentPattern": {
      evaluatePattern(flow, pattern.left);
      const given = flow.fringe;
      evaluate(flow, pattern.right);
      flow.fringe = [...given, ...flow.fringe];
      return;
    }
    case "ObjectPattern":
      for (const property of pattern.properties) {
        if (property.type === "RestElement") evaluatePattern(flow, property.argument);
        else {
          if (property.computed) evaluate(flow, property.key);
          evaluatePattern(flow, property.value);
        }
      }
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) evaluatePattern(flow, element);
      return;
    case "RestElement":
      evaluatePattern(flow, pattern.argument);
      return;
    case "TSParameterProperty":
      evaluatePattern(flow, pattern.parameter);
      return;
    case "MemberExpression":
      evaluate(flow, pattern.object);
      if (pattern.computed) evaluate(flow, pattern.property);
      return;
    default:
      return;
  }
}
