import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "./acquisitions.js";
import type { Destination } from "./destination.js";
import type { Provenance } from "./provenance.js";
import { calleeName, isFunction, memberName, wrapped } from "./syntax.js";

/**
 * Whether a resource is one of several that `Promise.all` waits for: when one of them fails, the
 * others are open, and nobody is given them.
 */
export function failsPartially(
  destination: Destination,
  { call, value, resource }: Acquisition,
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
  const { parent } = wrapped(value);
  if (destination.kind !== "returned" || !parent || !isFunction(parent)) return false;
  const mapping = parent.parent;
  return (
    mapping.type === "CallExpression" &&
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
