import type { TSESTree } from "@typescript-eslint/types";

import type { Condition } from "./control-flow-graph.js";
import { type Holder, isHeldBy } from "./holders.js";
import type { Provenance } from "./provenance.js";
import { unwrap } from "./syntax.js";

/** Whether an edge can be taken while the variables hold an open resource. */
export function isFeasible(
  { test, outcome }: Condition,
  holders: readonly Holder[],
  provenance: Provenance,
): boolean {
  const isHolder = (node: TSESTree.Node): boolean => isHeldBy(node, holders, provenance);
  if (isHolder(test)) return outcome === "truthy" || outcome === "present";
  if (outcome !== "truthy" && outcome !== "falsy") return true;
  const holds = testOfHeld(unwrap(test), isHolder);
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

function isNullish(node: TSESTree.Node): boolean {
  return (
    (node.type === "Literal" && node.value === null) ||
    (node.type === "Identifier" && node.name === "undefined")
  );
}
