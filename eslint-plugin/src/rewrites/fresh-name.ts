import type { TSESTree } from "@typescript-eslint/types";

import { contains, isFunction, walk } from "../analysis/code/syntax.js";

/**
 * The first of the names that means nothing yet where a node stands: neither there nor in the code
 * of the functions around it. Functions elsewhere in the file may have it.
 */
export function freshName(
  candidates: readonly string[],
  node: TSESTree.Node,
  program: TSESTree.Program,
): string | undefined {
  const taken = new Set<string>();
  walk(program, (at) => {
    if (at.type === "Identifier") taken.add(at.name);
    if (!isElsewhere(at, node)) return undefined;
    if (at.type === "FunctionDeclaration" && at.id) taken.add(at.id.name);
    return false;
  });
  return candidates.find((name) => !taken.has(name));
}

/** A function that stands in no function around the node, and so shares no local names with it. */
function isElsewhere(at: TSESTree.Node, node: TSESTree.Node): boolean {
  if (!isFunction(at) || contains(at, node)) return false;
  for (let outer: TSESTree.Node | undefined = at.parent; outer; outer = outer.parent) {
    if (isFunction(outer)) return !contains(outer, node);
  }
  return true;
}
