import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import type { Condition } from "../flow/control-flow-graph.js";
import { isHeldBy } from "../held/holders.js";
import type { Ownership } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import { memberName, unwrap } from "../code/syntax.js";

/**
 * Whether a node reads the resource to its end, so that its failure leaves nothing to release: a
 * stream whose `read()` rejects has failed, and is over.
 */
export function mayExhaust(
  node: TSESTree.Node,
  { holders }: Ownership,
  { exhaustedBy }: Resource,
  provenance: Provenance,
): boolean {
  if (!exhaustedBy) return false;
  const call = unwrap(node.type === "AwaitExpression" ? node.argument : node);
  // `await writer.ready` fails where the stream has failed.
  if (call.type === "MemberExpression" && /^(closed|ready)$/.test(memberName(call) ?? "")) {
    return isHeldBy(call.object, holders, provenance);
  }
  if (call.type !== "CallExpression" || call.callee.type !== "MemberExpression") return false;
  return (
    exhaustedBy.includes(memberName(call.callee) ?? "") &&
    isHeldBy(call.callee.object, holders, provenance)
  );
}

/** Whether an edge is taken when the end has been found: `if (done) break`, `if (!value) break`. */
export function findsEnd(
  { test, outcome }: Condition,
  { exhaustedBy }: Resource,
  provenance: Provenance,
): boolean {
  if (!exhaustedBy || outcome === "present") return false;
  const node = unwrap(test);
  if (outcome !== "truthy")
    return node.type === "Identifier" && isTakenAs("value", node, provenance);
  if (node.type === "MemberExpression") {
    if (memberName(node) === "aborted") return endsRequest(node.object, provenance);
    return memberName(node) === "done";
  }
  if (node.type !== "Identifier") return false;
  return /^(is)?done$/i.test(node.name) || isTakenAs("done", node, provenance);
}

/** Whether a signal was given to what it aborts: the stream of such a request has failed with it. */
function endsRequest(signal: TSESTree.Node, provenance: Provenance): boolean {
  let root = unwrap(signal);
  while (root.type === "MemberExpression") root = unwrap(root.object);
  const references = provenance.variableOf(root)?.references ?? [];
  return references.some(({ identifier }) => {
    let at: TSESTree.Node = identifier;
    while (at.parent.type === "MemberExpression") at = at.parent;
    const { parent } = at;
    if (parent.type !== "Property" || parent.value !== at) return false;
    const isSignal = parent.key.type === "Identifier" && parent.key.name === "signal";
    return isSignal && parent.parent.parent.type === "CallExpression";
  });
}

/** Whether a name was bound by a pattern to a property: `{ done: finished }`. */
function isTakenAs(key: string, name: TSESTree.Identifier, provenance: Provenance): boolean {
  const binding = provenance.variableOf(name)?.defs[0]?.name.parent;
  return (
    binding?.type === "Property" && binding.key.type === "Identifier" && binding.key.name === key
  );
}
