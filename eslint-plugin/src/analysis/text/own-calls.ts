import type { TSESTree } from "@typescript-eslint/types";

import { variableHolding } from "../code/closures.js";
import type { Provenance } from "../code/provenance.js";
import {
  enclosingFunction,
  type FunctionNode,
  memberName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";
import { nameOfMethod } from "./recursions.js";

/**
 * All calls of a function that its file shows; undefined where others get the function, too. Of a
 * method, the calls by its name count: whoever else has the object is not known.
 */
export function callsOf(
  func: FunctionNode,
  provenance: Provenance,
): readonly TSESTree.CallExpression[] | undefined {
  const { parent } = func;
  if (parent.type === "MethodDefinition" || parent.type === "Property") {
    return callsOfMethod(func, provenance);
  }
  const variable = variableHolding(func, provenance);
  const declaration = func.type === "FunctionDeclaration" ? func : parent.parent;
  if (!variable || declaration?.parent?.type.startsWith("Export")) return undefined;
  const calls: TSESTree.CallExpression[] = [];
  for (const { identifier, init } of variable.references) {
    if (init) continue;
    const whole = wrapped(identifier);
    const call = whole.parent;
    if (call?.type !== "CallExpression" || call.callee !== whole) return undefined;
    if (enclosingFunction(call) !== func) calls.push(call);
  }
  return calls;
}

function callsOfMethod(func: FunctionNode, { program }: Provenance): TSESTree.CallExpression[] {
  const name = nameOfMethod(func);
  const calls: TSESTree.CallExpression[] = [];
  if (!program || name === undefined) return calls;
  walk(program, (node) => {
    if (node.type !== "CallExpression") return undefined;
    const callee = unwrap(node.callee);
    if (callee.type !== "MemberExpression" || memberName(callee) !== name) return undefined;
    // `return await super.run(command);`: a method that overrides it passes on what it is given.
    const around = callee.object.type === "Super" ? enclosingFunction(node) : undefined;
    if (!around || nameOfMethod(around) !== name) calls.push(node);
    return undefined;
  });
  return calls;
}
