import { variableHolding } from "../code/closures.js";
import {
  contains,
  enclosingFunction,
  type FunctionNode,
  memberName,
  unwrap,
  walk,
} from "../code/syntax.js";
import type { FileAnalysis } from "../file-analysis.js";
import type { Repetition } from "../flow/repetitions.js";
import type { Accumulator } from "./accumulators.js";

/** Whether each round may do the same with what is below an element: trees have many nodes. */
export function goesDown(
  repetition: Repetition,
  { provenance }: FileAnalysis,
  accumulator: Accumulator | undefined,
): boolean {
  if (repetition.kind === "event") return false;
  const { node } = repetition;
  const own = repetition.kind === "callback" ? enclosingFunction(repetition.call) : undefined;
  const func = own ?? enclosingFunction(node);
  // What each level has for itself is as long as the level is.
  const declared = accumulator?.variable?.defs[0]?.name;
  if (!func || (declared && contains(func, declared))) return false;
  const variable = variableHolding(func, provenance);
  const method = variable ? undefined : nameOfMethod(func);
  let found = false;
  walk(node, (each) => {
    if (found || each.type !== "CallExpression") return !found;
    const callee = unwrap(each.callee);
    const isItself =
      callee.type === "Identifier"
        ? variable !== undefined && provenance.variableOf(callee) === variable
        : callee.type === "MemberExpression" &&
          unwrap(callee.object).type === "ThisExpression" &&
          method !== undefined &&
          memberName(callee) === method;
    found = isItself && contains(node, each);
    return undefined;
  });
  return found;
}

/** The name of the method or the field that a function is. */
export function nameOfMethod({ parent }: FunctionNode): string | undefined {
  const isMember =
    parent.type === "MethodDefinition" ||
    parent.type === "PropertyDefinition" ||
    parent.type === "Property";
  return isMember && parent.key.type === "Identifier" ? parent.key.name : undefined;
}
