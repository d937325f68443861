import type { TSESTree } from "@typescript-eslint/types";

import type { Condition } from "./control-flow-graph.js";
import { isFunction, pathName, unwrap } from "../code/syntax.js";

/** Whether no two conditions of a path say the opposite of the same thing. */
export function isOnePath(conditions: readonly Condition[]): boolean {
  const known = new Map<string, boolean>();
  for (const { test, outcome } of conditions) {
    const { text, negated } = keyOf(test);
    if (text === undefined) continue;
    const holds = (outcome === "truthy" || outcome === "present") !== negated;
    const before = known.get(text);
    if (before !== undefined && before !== holds) return false;
    known.set(text, holds);
  }
  return true;
}

/** A text that is equal for tests that say the same, or the opposite. */
function keyOf(test: TSESTree.Node): { text: string | undefined; negated: boolean } {
  const node = unwrap(test);
  if (node.type === "UnaryExpression" && node.operator === "!") {
    const { text, negated } = keyOf(node.argument);
    return { text, negated: !negated };
  }
  if (node.type === "BinaryExpression" && /^[!=]==?$/.test(node.operator)) {
    const left = nameOf(node.left);
    const right = nameOf(node.right);
    const text = left === undefined || right === undefined ? undefined : `${left}=${right}`;
    return { text, negated: node.operator.startsWith("!") };
  }
  return { text: nameOf(node), negated: false };
}

function nameOf(node: TSESTree.Node): string | undefined {
  return node.type === "Literal" ? node.raw : pathName(node);
}

/** Whether a node stands in a loop's body, and in every round of it. */
export function isLoopBody(node: TSESTree.Node): boolean {
  for (let at = node; at.parent && !isFunction(at.parent); at = at.parent) {
    const { parent } = at;
    if (/^(For|While|DoWhile)/.test(parent.type)) return true;
    const passes =
      /^(Await|Chain)Expression$|^(Block|Expression)Statement$/.test(parent.type) ||
      parent.type === "TSNonNullExpression";
    if (!passes) return false;
  }
  return false;
}
