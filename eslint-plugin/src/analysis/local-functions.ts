import type { TSESTree } from "@typescript-eslint/types";

import type { Provenance } from "./provenance.js";
import { type FunctionNode, isFunction } from "./syntax.js";

/** The function of the same file that a callee names, if its name is never bound to another. */
export function localFunction(
  callee: TSESTree.Node,
  provenance: Provenance,
): FunctionNode | undefined {
  if (isFunction(callee)) return callee;
  if (callee.type !== "Identifier") return undefined;
  const [definition, another] = provenance.variableOf(callee)?.defs ?? [];
  if (!definition || another) return undefined;
  const { node } = definition;
  if (node.type === "FunctionDeclaration") return node;
  const isConstant = node.type === "VariableDeclarator" && node.parent.kind === "const";
  return isConstant && node.init && isFunction(node.init) ? node.init : undefined;
}
