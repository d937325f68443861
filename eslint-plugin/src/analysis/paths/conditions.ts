import type { TSESTree } from "@typescript-eslint/types";

import { endedState, openState } from "../../resources/known-functions.js";
import type { Condition } from "../flow/control-flow-graph.js";
import { type Holder, isHeldBy } from "../held/holders.js";
import type { Use } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import { contains, isNullish, memberName, unwrap } from "../code/syntax.js";

/** Whether an edge can be taken while the variables hold an open resource. */
export function isFeasible(
  { test, outcome }: Condition,
  holders: readonly Holder[],
  provenance: Provenance,
): boolean {
  const isHolder = (node: TSESTree.Node): boolean => isHeldBy(node, holders, provenance);
  if (isHolder(test)) return outcome === "truthy" || outcome === "present";
  if (outcome !== "truthy" && outcome !== "falsy") return true;
  const holds = testOfHeld(unwrap(test), isHolder) ?? stateOfHeld(unwrap(test), isHolder);
  return holds === undefined || holds === (outcome === "truthy");
}

/** What a comparison of a held resource gives: it is neither null nor undefined nor negative. */
function testOfHeld(
  test: TSESTree.Node,
  isHolder: (node: TSESTree.Node) => boolean,
): boolean | undefined {
  if (test.type !== "BinaryExpression") return undefined;
  const { operator, left, right } = test;
  if (left.type === "UnaryExpression" && left.operator === "typeof") {
    if (!isHolder(left.argument) || right.type !== "Literal" || right.value !== "undefined") return;
    return operator.startsWith("!");
  }
  const other = isHolder(left) ? right : isHolder(right) ? left : undefined;
  if (!other) return undefined;
  if (isNullish(other)) {
    if (operator === "==" || operator === "===") return false;
    return operator === "!=" || operator === "!==" ? true : undefined;
  }
  const negative = other.type === "UnaryExpression" && other.operator === "-";
  const zero = other.type === "Literal" && other.value === 0;
  if (other !== right || !(negative || zero)) return undefined;
  if (operator === ">=" || operator === ">") return true;
  if (operator === "<" || operator === "<=") return false;
  if (!negative) return undefined;
  return operator.startsWith("!");
}

/** What a held resource says of its own state: `runner.isReleased`, `socket.destroyed`, `db.isOpen()`. */
function stateOfHeld(
  test: TSESTree.Node,
  isHolder: (node: TSESTree.Node) => boolean,
): boolean | undefined {
  const isAsked = test.type === "CallExpression" && test.arguments.length === 0;
  const member = isAsked ? unwrap(test.callee) : test;
  if (member.type !== "MemberExpression" || !isHolder(member.object)) return undefined;
  const name = memberName(member) ?? "";
  if (endedState.test(name)) return false;
  return openState.test(name) ? true : undefined;
}

/**
 * The objects and functions of `registry?.add(resource)` and `process.send?.(resource)`: where there
 * is none, nobody takes the resource, but whoever writes so counts on there being one. Only of a
 * parameter that a caller may leave out nobody can.
 */
export function optionalTakers(
  uses: readonly Use[],
  provenance: Provenance,
): ReadonlySet<TSESTree.Node> {
  const takers = new Set<TSESTree.Node>();
  for (const { effect, at, reference } of uses) {
    if ((effect !== "handOver" && effect !== "release") || at.type !== "CallExpression") continue;
    // `stream.destroy?.()`: the resource has the method that releases it.
    if (effect === "release" && at.optional) takers.add(at.callee);
    // The receiver of a call is tested for what it is, unless the whole call is what counts.
    const isTaken = at.arguments.some((argument) => contains(argument, reference));
    if (!isTaken && reference !== at) continue;
    if (at.optional) takers.add(at.callee);
    for (let node = at.callee; node.type === "MemberExpression"; node = node.object) {
      if (node.optional) takers.add(node.object);
    }
  }
  for (const taker of takers) {
    const [definition] = provenance.variableOf(unwrap(taker))?.defs ?? [];
    const name = definition?.type === "Parameter" ? definition.name : undefined;
    if (name?.type === "Identifier" && name.optional) takers.delete(taker);
  }
  return takers;
}
