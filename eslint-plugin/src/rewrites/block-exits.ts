import type { TSESTree } from "@typescript-eslint/types";

import { isFunction, walk } from "../analysis/code/syntax.js";
import { isLoop } from "../analysis/flow/repetitions.js";

/** A statement by which a block is left. */
export type Exit = TSESTree.ReturnStatement | TSESTree.BreakStatement | TSESTree.ContinueStatement;

/** The statements behind a declaration by which its block is left; undefined where some are unclear. */
export function exitsOf(
  declaration: TSESTree.VariableDeclaration,
  block: TSESTree.BlockStatement | TSESTree.Program,
): Exit[] | undefined {
  const exits: Exit[] = [];
  let unclear = false;
  walk(block, (node) => {
    if (isFunction(node)) return false;
    // What stands before it leaves with nothing to release.
    if (node.range[1] <= declaration.range[0]) return false;
    if (node.type === "ReturnStatement") exits.push(node);
    if (node.type === "BreakStatement" || node.type === "ContinueStatement") {
      if (node.label) unclear = true;
      else if (leavesBlock(node, block)) exits.push(node);
    }
    return undefined;
  });
  // A `finally` on the way could still fail.
  unclear ||= exits.some((exit) => isInFinally(exit, block));
  return unclear ? undefined : exits;
}

/** Whether a jump without a label leads out of a block. */
export function leavesBlock(
  { type, parent }: TSESTree.BreakStatement | TSESTree.ContinueStatement,
  block: TSESTree.Node,
): boolean {
  for (let at: TSESTree.Node | undefined = parent; at && at !== block; at = at.parent) {
    if (isLoop(at) || (type === "BreakStatement" && at.type === "SwitchStatement")) return false;
  }
  return true;
}

function isInFinally(exit: TSESTree.Node, block: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = exit; at && at !== block; at = at.parent) {
    if (at.type === "TryStatement" && at.finalizer) return true;
  }
  return false;
}
