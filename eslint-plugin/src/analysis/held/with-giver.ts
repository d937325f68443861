import type { TSESTree } from "@typescript-eslint/types";

import { makingName } from "../../resources/known-functions.js";
import type { Acquisition } from "../created/acquisitions.js";
import type { Provenance } from "../code/provenance.js";
import { enclosingFunction, type FunctionNode, lastName, unwrap } from "../code/syntax.js";

/**
 * Whether a resource ends with something of the same function: with what gave it, whose release is
 * its own, too, or with the object that it listens to, which the function has made.
 */
export function goesWithGiver(
  { call, resource, func }: Acquisition,
  provenance: Provenance,
): boolean {
  if (resource.listensToArgument) {
    const [emitter] = call.arguments;
    return emitter !== undefined && isMadeBy(func, emitter, provenance);
  }
  if (!resource.releasedWithGiver || call.callee.type !== "MemberExpression") return false;
  const [definition] = provenance.variableOf(unwrap(call.callee.object))?.defs ?? [];
  return definition?.type === "Variable" && enclosingFunction(definition.name) === func;
}

/** Whether a function has made an object, or what the object is a part of. */
function isMadeBy(func: FunctionNode, object: TSESTree.Node, provenance: Provenance): boolean {
  let root = unwrap(object);
  while (root.type === "MemberExpression") root = unwrap(root.object);
  const [definition] = provenance.variableOf(root)?.defs ?? [];
  if (definition?.type !== "Variable" || enclosingFunction(definition.name) !== func) return false;
  const init = definition.node.init && unwrap(definition.node.init);
  const made = init?.type === "AwaitExpression" ? unwrap(init.argument) : init;
  if (made?.type === "NewExpression") return true;
  return made?.type === "CallExpression" && makingName.test(lastName(made.callee) ?? "");
}
