import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import { functionsOf, localClass } from "../code/classes.js";
import type { Provenance } from "../code/provenance.js";
import { contains, enclosingFunction, type FunctionNode } from "../code/syntax.js";
import { fieldOfParameter, nameOfParameter } from "../held/class-owner.js";
import { destinationOf } from "../held/destination.js";
import { keptIn } from "../uses/keeping.js";

/** Stands for whatever a block manages: an object, of which nothing more matters here. */
export const anything: Resource = {
  noun: "resource",
  acquire: [],
  async: false,
  release: [{ kind: "symbol", async: false }],
  idempotentRelease: true,
  value: "object",
};

/** `return new Reader(x)`, where the class keeps what its constructor is given. */
export function isKeptByReturned(
  call: TSESTree.NewExpression,
  index: number,
  provenance: Provenance,
): boolean {
  const returned = destinationOf(call, anything, provenance);
  if (returned.kind !== "returned" || returned.at.type !== "ReturnStatement") return false;
  const body = localClass(call.callee, provenance);
  const constructor =
    body &&
    functionsOf(body).find(
      ({ parent }) => parent.type === "MethodDefinition" && parent.kind === "constructor",
    );
  const parameter = constructor?.params[index];
  if (parameter?.type === "TSParameterProperty") return nameOfParameter(parameter) !== "";
  return constructor !== undefined && fieldOfParameter(constructor, index) !== undefined;
}

/** Whether a function of the file puts a parameter where it stays. */
export function isStoredBy(func: FunctionNode, index: number, provenance: Provenance): boolean {
  const parameter = func.params[index];
  if (parameter?.type !== "Identifier" || func.body.type !== "BlockStatement") return false;
  const variable = provenance
    .declaredBy(func)
    .find(({ identifiers }) => identifiers.includes(parameter));
  return (variable?.references ?? []).some(({ identifier }) => {
    if (enclosingFunction(identifier) !== func) return false;
    const destination = destinationOf(identifier, anything, provenance);
    if (destination.part || spreads(identifier, destination.at)) return false;
    return keptIn(destination, func.body, func, provenance) !== undefined;
  });
}

/** Whether a spread stands between a value and where it goes. */
export function spreads(value: TSESTree.Node, end: TSESTree.Node): boolean {
  for (let at = value.parent; at && at !== end && contains(end, at); at = at.parent) {
    if (at.type === "SpreadElement") return true;
  }
  return false;
}
