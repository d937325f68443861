import type { TSESTree } from "@typescript-eslint/types";

import { keepingOptionName, tellingWords } from "../../resources/known-functions.js";
import type { ControlFlowGraph, Point } from "../flow/control-flow-graph.js";
import type { Acquisition } from "../created/acquisitions.js";
import type { Ownership } from "../uses/ownership.js";
import { fatesOf, pointsAround } from "./fates.js";
import { lastName, walk } from "../code/syntax.js";

/** Whether a function leaves a resource open on purpose: what it does not release others do. */
export function isLeftOnPurpose(
  acquisition: Acquisition,
  ownership: Ownership,
  graph: ControlFlowGraph,
): boolean {
  const { resource } = acquisition;
  if (resource.madeInside) return isAskedToKeep(acquisition) || isToldOf(ownership);
  return ownership.holders[0]?.kind === "giver" && !endsAfter(acquisition, ownership, graph);
}

/** `options.preserve ? mkdtempSync(prefix) : undefined`: whoever asks for that wants to have it. */
function isAskedToKeep({ value, func }: Acquisition): boolean {
  for (let at: TSESTree.Node = value; at.parent && at !== func; at = at.parent) {
    const { parent }: { parent?: TSESTree.Node } = at;
    const isBranch = parent.type === "ConditionalExpression" || parent.type === "IfStatement";
    if (!isBranch || parent.consequent !== at) continue;
    if (namesKeeping(parent.test)) return true;
  }
  return false;
}

function namesKeeping(test: TSESTree.Node): boolean {
  let names = false;
  walk(test, (node) => {
    if (node.type === "UnaryExpression") return false;
    names ||= keepingOptionName.test(lastName(node) ?? "");
    return undefined;
  });
  return names;
}

/** `saved to ${path}`, said of a directory that nobody removes: a person is told where it is. */
function isToldOf({ uses }: Ownership): boolean {
  if (uses.some(({ effect }) => effect === "release")) return false;
  return uses.some(({ reference }) => {
    const { parent } = reference;
    if (parent?.type !== "TemplateLiteral") return false;
    return parent.quasis.some(({ value }) => tellingWords.test(value.raw));
  });
}

/**
 * Whether what a connection has begun is ended where the function goes on from there. Where it is
 * not, as in the branches of `transaction("begin")` and `transaction("commit")`, its callers do that.
 */
function endsAfter({ value }: Acquisition, ownership: Ownership, graph: ControlFlowGraph): boolean {
  const fates = fatesOf(ownership, graph);
  const pending: Point[] = [...pointsAround(value, graph)];
  const seen = new Set(pending);
  // The list grows while it is read.
  for (const point of pending) {
    for (const { to } of point.edges) {
      if (seen.has(to)) continue;
      if (fates.at(to, value) === "release") return true;
      seen.add(to);
      pending.push(to);
    }
  }
  return false;
}
