import type { TSESTree } from "@typescript-eslint/types";

import { contains, isFunction, walk } from "../analysis/code/syntax.js";
import { isLoop } from "../analysis/flow/repetitions.js";

/** The innermost statement around a node; undefined where a function comes in between. */
export function statementAround(node: TSESTree.Node): TSESTree.Statement | undefined {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) {
    if (isFunction(at)) return undefined;
    if (/(Statement|Declaration)$/.test(at.type)) return at as TSESTree.Statement;
  }
  return undefined;
}

/**
 * Whether nothing that could fail is evaluated in a statement before a node of it: the resource
 * changes hands there, and just before the statement is then as good.
 */
export function comesFirst(node: TSESTree.Node, statement: TSESTree.Statement): boolean {
  let first = true;
  walk(statement, (at) => {
    if (isFunction(at) || at.range[0] >= node.range[1]) return false;
    const noisy = /(Call|New|Await|Yield|Import|TaggedTemplate)Expression$/.test(at.type);
    // What stands around the node comes after it, as `f(x)` in `return f(x)`.
    if (noisy && !contains(at, node)) first = false;
    return undefined;
  });
  return first;
}

/**
 * Whether after a statement no path comes to any of the nodes, other than those that stand behind
 * it in the same list of statements, and so always come after it.
 */
export function isLastOf(
  statement: TSESTree.Statement,
  nodes: readonly TSESTree.Node[],
  block: TSESTree.BlockStatement,
): boolean {
  let left = leaves(statement);
  for (let at: TSESTree.Node = statement; at !== block;) {
    const { parent }: { parent?: TSESTree.Node } = at;
    if (!parent || isFunction(parent)) return false;
    const meets = (other: TSESTree.Node | null): boolean =>
      other !== null && nodes.some((node) => contains(other, node));
    if (parent.type === "TryStatement") {
      if (at !== parent.finalizer && meets(parent.finalizer)) return false;
      if (at === parent.block && meets(parent.handler)) return false;
      // What is thrown in it may be caught, and the function goes on.
      if (at === parent.block && parent.handler && left === "threw") left = undefined;
    } else if (isLoop(parent) && !left) {
      return false;
    }
    const list = listOf(parent);
    if (list && !left) {
      const rest = list.slice(list.indexOf(at) + 1);
      if (at !== statement && rest.some(meets)) return false;
      left = rest.map(leaves).find((each) => each !== undefined);
    }
    // Control may fall through to the next case.
    if (parent.type === "SwitchStatement" && !left) {
      const later = parent.cases.slice(parent.cases.indexOf(at as TSESTree.SwitchCase) + 1);
      if (later.some(meets)) return false;
    }
    at = parent;
  }
  return true;
}

/** Whether a node stands behind a statement in the same list, or within what does. */
export function comesAfter(node: TSESTree.Node, statement: TSESTree.Statement): boolean {
  const list = listOf(statement.parent);
  if (!list) return false;
  const rest = list.slice(list.indexOf(statement) + 1);
  return rest.some((each) => contains(each, node));
}

function listOf(node: TSESTree.Node): readonly TSESTree.Node[] | undefined {
  if (node.type === "BlockStatement") return node.body;
  return node.type === "SwitchCase" ? node.consequent : undefined;
}

function leaves({ type }: TSESTree.Node): "returned" | "threw" | undefined {
  if (type === "ReturnStatement") return "returned";
  return type === "ThrowStatement" ? "threw" : undefined;
}
