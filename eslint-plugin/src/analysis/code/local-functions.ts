import type { TSESTree } from "@typescript-eslint/types";

import { localClass, methodIn } from "./classes.js";
import type { Provenance } from "./provenance.js";
import { classBodyAround, type FunctionNode, isFunction, memberName } from "./syntax.js";

/**
 * The function of the same file that a callee names, if its name is never bound to another: a
 * function, or a method of a class of this file by `this.name` or `Class.name`.
 */
export function localFunction(
  callee: TSESTree.Node,
  provenance: Provenance,
): FunctionNode | undefined {
  if (isFunction(callee)) return callee;
  if (callee.type === "MemberExpression") return localMethod(callee, provenance);
  if (callee.type !== "Identifier") return undefined;
  const [definition, another] = provenance.variableOf(callee)?.defs ?? [];
  // The definition of a parameter names the function that has it.
  if (!definition || another || definition.type === "Parameter") return undefined;
  const { node } = definition;
  if (node.type === "FunctionDeclaration") return node;
  const isConstant = node.type === "VariableDeclarator" && provenance.isConstant(node);
  return isConstant && node.init && isFunction(node.init) ? node.init : undefined;
}

function localMethod(
  callee: TSESTree.MemberExpression,
  provenance: Provenance,
): FunctionNode | undefined {
  const name = memberName(callee);
  const { object } = callee;
  const body =
    object.type === "ThisExpression" ? classBodyAround(callee) : localClass(object, provenance);
  return body && name !== undefined ? methodIn([body], name) : undefined;
}
