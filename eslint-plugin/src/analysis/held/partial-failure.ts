import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../created/acquisitions.js";
import type { Destination } from "./destination.js";
import type { Ownership } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import { calleeName, type FunctionNode, memberName, wrapped } from "../code/syntax.js";

/**
 * Whether a resource is one of several that `Promise.all` waits for: when one of them fails, the
 * others are open, and nobody is given them.
 */
export function failsPartially(
  destination: Destination,
  { call, func, resource }: Acquisition,
  provenance: Provenance,
): boolean {
  if (!resource.async || resource.oftenKept || resource.dormantUntil) return false;
  if (destination.kind === "argument" && destination.part) {
    const [list] = destination.call.arguments;
    return (
      waitsForAll(destination.call, provenance) &&
      list?.type === "ArrayExpression" &&
      list.elements.some((element) => element && element !== wrapped(call) && mayReject(element))
    );
  }
  // `Promise.all(paths.map((path) => open(path)))`
  return destination.kind === "returned" && isWaitedForWithOthers(func, provenance);
}

/**
 * Whether a resource that a variable has goes nowhere but back to `Promise.all`, which drops it when
 * another one fails: `Promise.all(names.map(async () => { const x = await open(…); return x; }))`.
 */
export function isReturnedToAll(
  { uses }: Ownership,
  { resource, func }: Acquisition,
  provenance: Provenance,
): boolean {
  if (!resource.async || resource.oftenKept || resource.dormantUntil) return false;
  const kept = uses.filter(({ effect }) => effect !== "borrow");
  return (
    kept.length > 0 &&
    kept.every(({ effect, at }) => effect === "handOver" && at.type === "ReturnStatement") &&
    isWaitedForWithOthers(func, provenance)
  );
}

/** Whether a function is called for each of a list, and `Promise.all` waits for what they give. */
function isWaitedForWithOthers(func: FunctionNode, provenance: Provenance): boolean {
  const mapping = func.parent;
  return (
    mapping.type === "CallExpression" &&
    mapping.arguments[0] === func &&
    mapping.callee.type === "MemberExpression" &&
    memberName(mapping.callee) === "map" &&
    mapping.parent.type === "CallExpression" &&
    mapping.parent.arguments[0] === mapping &&
    waitsForAll(mapping.parent, provenance)
  );
}

function waitsForAll({ callee }: { callee: TSESTree.Node }, provenance: Provenance): boolean {
  return calleeName(callee) === "Promise.all" && provenance.originOf(callee)?.module === "";
}

function mayReject(element: TSESTree.Node): boolean {
  return element.type === "CallExpression" || element.type === "SpreadElement";
}
