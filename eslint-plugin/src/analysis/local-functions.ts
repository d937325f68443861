import type { TSESTree } from "@typescript-eslint/types";

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
  if (!definition || another) return undefined;
  const { node } = definition;
  if (node.type === "FunctionDeclaration") return node;
  const isConstant = node.type === "VariableDeclarator" && node.parent.kind === "const";
  return isConstant && node.init && isFunction(node.init) ? node.init : undefined;
}

function localMethod(
  callee: TSESTree.MemberExpression,
  provenance: Provenance,
): FunctionNode | undefined {
  const name = memberName(callee);
  const body =
    callee.object.type === "ThisExpression"
      ? classBodyAround(callee)
      : classBodyOf(callee.object, provenance);
  for (const element of body?.body ?? []) {
    if (element.type !== "MethodDefinition" || element.kind !== "method" || element.computed)
      continue;
    const { key, value } = element;
    const found = key.type === "PrivateIdentifier" ? `#${key.name}` : "name" in key && key.name;
    if (found === name && isFunction(value)) return value;
  }
  return undefined;
}

function classBodyOf(node: TSESTree.Node, provenance: Provenance): TSESTree.ClassBody | undefined {
  const definition =
    node.type === "Identifier" ? provenance.variableOf(node)?.defs[0]?.node : undefined;
  const isClass = definition?.type === "ClassDeclaration" || definition?.type === "ClassExpression";
  return isClass ? definition.body : undefined;
}
