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
  const names = namesIn(program);
  return candidates.find((name) => !names.get(name)?.some((at) => isMeantBy(at, node)));
}

const known = new WeakMap<TSESTree.Program, ReadonlyMap<string, readonly TSESTree.Identifier[]>>();

/** Where a file has which names: looked for once, however many names are made up for it. */
function namesIn(program: TSESTree.Program): ReadonlyMap<string, readonly TSESTree.Identifier[]> {
  let names = known.get(program);
  if (!names) {
    const found = new Map<string, TSESTree.Identifier[]>();
    walk(program, (node) => {
      if (node.type !== "Identifier") return undefined;
      const others = found.get(node.name);
      if (others) others.push(node);
      else found.set(node.name, [node]);
      return undefined;
    });
    known.set(program, found);
    names = found;
  }
  return names;
}

/** Whether a name stands outside of all functions elsewhere; one that is declared is known outside. */
function isMeantBy(name: TSESTree.Identifier, node: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = name.parent; at; at = at.parent) {
    const isItsName = at.type === "FunctionDeclaration" && at.id === name;
    if (!isItsName && isElsewhere(at, node)) return false;
  }
  return true;
}

/** A function that stands in no function around the node, and so shares no local names with it. */
function isElsewhere(at: TSESTree.Node, node: TSESTree.Node): boolean {
  if (!isFunction(at) || contains(at, node)) return false;
  for (let outer: TSESTree.Node | undefined = at.parent; outer; outer = outer.parent) {
    if (isFunction(outer)) return !contains(outer, node);
  }
  return true;
}
