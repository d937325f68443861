import type { TSESTree } from "@typescript-eslint/types";

import { variableHolding } from "../code/closures.js";
import type { Provenance } from "../code/provenance.js";
import {
  calleeName,
  type FunctionNode,
  isFunction,
  pathName,
  unwrap,
  wrapped,
} from "../code/syntax.js";
import { callsOf } from "./own-calls.js";

/** The outermost function around a node. */
export function outermostFunction(node: TSESTree.Node): FunctionNode | undefined {
  let outer: FunctionNode | undefined;
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) outer = at;
  return outer;
}

/** Whether others than the file's own code may get what a function makes. */
export function isGivenAway(func: FunctionNode, provenance: Provenance): boolean {
  if (func.parent.type === "MethodDefinition") {
    // What an object asks of itself is made for that.
    const isOwn = ({ callee }: TSESTree.CallExpression): boolean =>
      pathName(callee)?.startsWith("this.") === true;
    return callsOf(func, provenance)?.some(isOwn) !== true;
  }
  const variable = variableHolding(func, provenance);
  const declaration = func.type === "FunctionDeclaration" ? func : func.parent.parent;
  if (!variable || declaration?.parent?.type !== "Program") return true;
  return variable.references.some(({ identifier, init }) => {
    const whole = wrapped(identifier);
    return !init && !(whole.parent?.type === "CallExpression" && whole.parent.callee === whole);
  });
}

/** `resolve(text)`: the promise, of which `resolve` is the first parameter of the executor. */
export function promiseSettledBy(
  callee: TSESTree.Node,
  provenance: Provenance,
): TSESTree.NewExpression | undefined {
  const [definition] = provenance.variableOf(unwrap(callee))?.defs ?? [];
  const executor = definition?.type === "Parameter" ? definition.node : undefined;
  if (!executor || !isFunction(executor) || executor.params[0] !== definition?.name) return;
  const { parent } = executor;
  const makes = parent.type === "NewExpression" && calleeName(parent.callee) === "Promise";
  return makes ? parent : undefined;
}
