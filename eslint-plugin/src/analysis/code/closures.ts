import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { immediateCallers } from "../../resources/known-functions.js";
import type { Provenance } from "./provenance.js";
import { enclosingFunction, type FunctionNode, isFunction, memberName, wrapped } from "./syntax.js";

/** One thing that is done with a function value. */
export interface ClosureUse {
  readonly kind:
    /** Its name is called: it runs there. */
    | "called"
    /** It is passed to a call that runs it before that call, or the `await` of it, is over. */
    | "runAtOnce"
    /** It is passed to a method of an object that may call it later. */
    | "listening"
    /** It is returned, stored or passed on. */
    | "kept";
  /** The node whose evaluation does it. */
  readonly at: TSESTree.Node;
}

/** A function that captures a resource, and what is done with that function. */
export interface Closure {
  readonly node: FunctionNode;
  readonly uses: readonly ClosureUse[];
}

/** Through how many inner functions that call each other a use is followed. */
const maximumDepth = 4;

/** Finds out what is done with an inner function, by its name where it has one. */
export function closureOf(node: FunctionNode, provenance: Provenance): Closure {
  return { node, uses: usesOf(node, provenance, []) };
}

/** @param callers The inner functions through which the use has been followed, itself first. */
function usesOf(
  node: FunctionNode,
  provenance: Provenance,
  callers: readonly FunctionNode[],
): readonly ClosureUse[] {
  const variable = variableHolding(node, provenance);
  if (!variable) return [useOf(node)];
  const outer = enclosingFunction(node);
  return variable.references.flatMap(({ identifier, init }) => {
    if (init) return [];
    const use = useOf(identifier);
    if (enclosingFunction(identifier) === outer) return [use];
    // Named inside another inner function: what becomes of that one becomes of it.
    const holder = innerFunction(identifier, outer);
    if (!holder || holder === node || callers.includes(holder)) return [];
    if (callers.length === maximumDepth) return [{ kind: "kept", at: holder }];
    return usesOf(holder, provenance, [...callers, node]).map(({ kind, at }): ClosureUse => {
      const runs = use.kind === "called" || use.kind === "runAtOnce";
      if (!runs) return { kind: "kept", at };
      return { kind: kind === "called" ? use.kind : kind, at };
    });
  });
}

/** The variable by whose name a function is called. */
export function variableHolding(node: FunctionNode, provenance: Provenance): Variable | undefined {
  if (node.type === "FunctionDeclaration") return provenance.declaredBy(node)[0];
  const { parent } = node;
  if (parent.type !== "VariableDeclarator" || parent.id.type !== "Identifier") return undefined;
  return provenance.declaredBy(parent)[0];
}

function innerFunction(
  node: TSESTree.Node,
  outer: FunctionNode | undefined,
): FunctionNode | undefined {
  let inner: FunctionNode | undefined;
  for (let at = enclosingFunction(node); at && at !== outer; at = enclosingFunction(at)) inner = at;
  return inner;
}

function useOf(value: TSESTree.Node): ClosureUse {
  const node = wrapped(value);
  const { parent } = node;
  if (!parent) return { kind: "kept", at: node };
  switch (parent.type) {
    case "CallExpression":
    case "NewExpression": {
      if (parent.callee === node) return { kind: "called", at: parent };
      return { kind: passedTo(parent), at: parent };
    }
    case "AssignmentExpression":
    case "ReturnStatement":
    case "YieldExpression":
      return { kind: "kept", at: parent };
    default: {
      const at = ancestorThatRuns(parent);
      return { kind: "kept", at };
    }
  }
}

function passedTo(call: TSESTree.CallExpression | TSESTree.NewExpression): ClosureUse["kind"] {
  const { callee } = call;
  if (call.type === "NewExpression") {
    return callee.type === "Identifier" && callee.name === "Promise" ? "runAtOnce" : "kept";
  }
  const method = callee.type === "MemberExpression" ? memberName(callee) : undefined;
  if (method !== undefined && immediateCallers.has(method)) return "runAtOnce";
  const whole = wrapped(call);
  if (whole.parent?.type === "AwaitExpression") return "runAtOnce";
  return method === undefined ? "kept" : "listening";
}

/** The nearest node around that is evaluated as a whole: literals have no moment of their own. */
function ancestorThatRuns(node: TSESTree.Node): TSESTree.Node {
  let at = node;
  while (at.parent && !isFunction(at.parent) && !isMoment(at)) at = at.parent;
  return at;
}

function isMoment(node: TSESTree.Node): boolean {
  return (
    /(Call|New|Assignment|Await|Yield)Expression$/.test(node.type) ||
    node.type === "ReturnStatement" ||
    node.type === "VariableDeclarator"
  );
}
