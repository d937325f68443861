import type { TSESTree } from "@typescript-eslint/types";

import {
  iteratingMethods,
  listeningMethods,
  repeatingEvents,
} from "../../resources/text-functions.js";
import { variableHolding } from "../code/closures.js";
import type { Provenance } from "../code/provenance.js";
import {
  contains,
  type FunctionNode,
  isFunction,
  lastName,
  unwrap,
  wrapped,
} from "../code/syntax.js";

export type Loop =
  | TSESTree.DoWhileStatement
  | TSESTree.ForInStatement
  | TSESTree.ForOfStatement
  | TSESTree.ForStatement
  | TSESTree.WhileStatement;

/** Code that runs again and again within one run of the code around it. */
export type Repetition =
  | { readonly kind: "loop"; readonly node: Loop }
  /** Called once for each element of a collection. */
  | {
      readonly kind: "callback";
      readonly node: FunctionNode;
      readonly call: TSESTree.CallExpression;
    }
  /** Called once for each event. */
  | { readonly kind: "event"; readonly node: FunctionNode; readonly call: TSESTree.CallExpression };

/** Whether a node runs its body again and again. */
export function isLoop(node: TSESTree.Node): node is Loop {
  return /^(For|While|DoWhile)/.test(node.type);
}

/**
 * What repeats a node, from the inside out, up to the first function of which nobody knows how often
 * it is called.
 */
export function* repetitionsAround(
  node: TSESTree.Node,
  provenance: Provenance,
): Generator<Repetition> {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at;
    if (isLoop(parent) && isRepeated(at, parent)) yield { kind: "loop", node: parent };
    if (!isFunction(parent)) {
      if (parent.type === "PropertyDefinition" || parent.type === "StaticBlock") return;
      continue;
    }
    const repetition = repetitionOf(parent, provenance);
    if (!repetition) return;
    yield repetition;
    // A listener runs when nothing of the code around it does.
    if (repetition.kind === "event") return;
  }
}

/** What a loop begins with runs once. */
function isRepeated(part: TSESTree.Node, loop: Loop): boolean {
  if (loop.type === "ForStatement") return part !== loop.init;
  return loop.type === "ForOfStatement" || loop.type === "ForInStatement"
    ? part !== loop.right
    : true;
}

/** How a function is called again and again, by itself or by its name. */
export function repetitionOf(func: FunctionNode, provenance: Provenance): Repetition | undefined {
  const passed = passing(func);
  if (passed) return repetitionBy(passed, func);
  const variable = variableHolding(func, provenance);
  for (const { identifier, init } of variable?.references ?? []) {
    const call = init ? undefined : passing(identifier);
    const repetition = call && repetitionBy(call, func);
    if (repetition?.kind === "event") return repetition;
  }
  return undefined;
}

function passing(value: TSESTree.Node): TSESTree.CallExpression | undefined {
  const node = wrapped(value);
  const { parent } = node;
  return parent?.type === "CallExpression" && parent.callee !== node ? parent : undefined;
}

function repetitionBy(call: TSESTree.CallExpression, node: FunctionNode): Repetition | undefined {
  if (unwrap(call.callee).type !== "MemberExpression") return undefined;
  const method = lastName(call.callee) ?? "";
  const [first, second] = call.arguments;
  if (first && contains(first, node) && iteratingMethods.has(method)) {
    return { kind: "callback", node, call };
  }
  const isPiece =
    first?.type === "Literal" &&
    typeof first.value === "string" &&
    repeatingEvents.has(first.value) &&
    second !== undefined;
  return isPiece && listeningMethods.has(method) ? { kind: "event", node, call } : undefined;
}
