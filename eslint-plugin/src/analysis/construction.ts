import type { TSESTree } from "@typescript-eslint/types";

import type { Use } from "./ownership.js";
import { type FunctionNode, isFunction, wrapped, walk } from "./syntax.js";

/** A constructor at work: until it returns, only what it has told of its object can know it. */
export interface Construction {
  /** Where the object itself becomes known to others. */
  readonly escapes: readonly Use[];
}

/** Whether a function is a constructor, with the places where `this` gets out of it. */
export function constructionOf(func: FunctionNode): Construction | undefined {
  const { parent } = func;
  if (parent.type !== "MethodDefinition" || parent.kind !== "constructor") return undefined;
  const escapes: Use[] = [];
  walk(func.body, (node) => {
    if (node.type === "FunctionExpression" || node.type === "FunctionDeclaration") return false;
    if (node.type !== "ThisExpression") return undefined;
    const whole = wrapped(node);
    const at = arrowAround(node, func) ?? (isMemberRead(whole) ? undefined : whole.parent);
    if (at) escapes.push({ effect: "handOver", at, reference: node, inClosure: false });
    return undefined;
  });
  return { escapes };
}

function isMemberRead(node: TSESTree.Node): boolean {
  return node.parent?.type === "MemberExpression" && node.parent.object === node;
}

/** The outermost arrow function of the constructor around a node: it has `this`, whoever gets it. */
function arrowAround(node: TSESTree.Node, func: FunctionNode): TSESTree.Node | undefined {
  let arrow: TSESTree.Node | undefined;
  for (let at: TSESTree.Node | undefined = node; at && at !== func; at = at.parent) {
    if (isFunction(at)) arrow = at;
  }
  return arrow;
}
