import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../created/acquisitions.js";
import { closureOf } from "../code/closures.js";
import type { Ownership } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import { enclosingFunction, type FunctionNode, memberName, wrapped } from "../code/syntax.js";

/**
 * The nodes from whose evaluation on a resource is held: the acquiring call itself, or, where what
 * it gives is dormant at first, the calls that wake it: `server.listen()`, `client.connect()`.
 */
export function startsOf(
  { value, resource, func, call }: Acquisition,
  { uses }: Ownership,
  provenance: Provenance,
): readonly TSESTree.Node[] {
  const { dormantUntil } = resource;
  if (!dormantUntil) return [value];
  const wakes = (node: TSESTree.Node): TSESTree.CallExpression | undefined => {
    const { parent } = node;
    if (parent?.type !== "MemberExpression" || parent.object !== node) return undefined;
    const whole = wrapped(parent).parent;
    const called = whole?.type === "CallExpression" && whole.callee === wrapped(parent);
    return called && dormantUntil.includes(memberName(parent) ?? "") ? whole : undefined;
  };
  const starts: TSESTree.Node[] = [];
  // `createServer().listen(0)`: woken before anything holds it.
  const chained = wakes(wrapped(call));
  if (chained) starts.push(value);
  for (const { reference, inClosure } of uses) {
    const woken = wakes(reference);
    if (!woken) continue;
    if (!inClosure) starts.push(awaited(woken));
    else starts.push(...ranAtOnce(woken, func, provenance));
  }
  return starts;
}

function awaited(node: TSESTree.Node): TSESTree.Node {
  const { parent } = wrapped(node);
  return parent?.type === "AwaitExpression" ? parent : node;
}

/** `await new Promise((resolve) => server.listen(0, resolve))`: where that is over. */
function ranAtOnce(
  node: TSESTree.Node,
  func: FunctionNode,
  provenance: Provenance,
): TSESTree.Node[] {
  const inner = enclosingFunction(node);
  if (!inner || enclosingFunction(inner) !== func) return [];
  return closureOf(inner, provenance).uses.flatMap(({ kind, at }) =>
    kind === "runAtOnce" || kind === "called" ? [awaited(at)] : [],
  );
}
