import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import { releasingMemberName } from "../../resources/known-functions.js";
import { classChain, memberNamesOf } from "../code/classes.js";
import { functionsNaming } from "./holders.js";
import { type OwnershipContext, ownershipOf } from "../uses/ownership.js";
import { type FunctionNode, memberName } from "../code/syntax.js";

/**
 * Whether a class that keeps a temporary directory in a field can get rid of it: it hands it on, or
 * has a method that may remove it. What extends a class of elsewhere may inherit one, but such a
 * method would not know of the field.
 */
export function classMayRelease(
  body: TSESTree.ClassBody,
  field: string,
  resource: Resource,
  context: OwnershipContext,
): boolean {
  return classChain(body, context.provenance).some(
    (each) =>
      memberNamesOf(each).some((name) => releasingMemberName.test(name)) ||
      functionsNaming(field, each).some((method) => {
        const { uses } = ownershipOf({ kind: "field", name: field }, resource, method, context);
        return uses.some(({ effect }) => effect === "release" || effect === "handOver");
      }),
  );
}

/** The field in which a constructor keeps what it is given at an index. */
export function fieldOfParameter(constructor: FunctionNode, index: number): string | undefined {
  const parameter = constructor.params[index];
  if (parameter?.type === "TSParameterProperty") return nameOfParameter(parameter);
  if (parameter?.type !== "Identifier" || constructor.body.type !== "BlockStatement") return;
  for (const statement of constructor.body.body) {
    if (statement.type !== "ExpressionStatement") continue;
    const { expression } = statement;
    if (expression.type !== "AssignmentExpression" || expression.operator !== "=") continue;
    const { left, right } = expression;
    if (right.type !== "Identifier" || right.name !== parameter.name) continue;
    if (left.type !== "MemberExpression" || left.object.type !== "ThisExpression") continue;
    return memberName(left);
  }
  return undefined;
}

/** The name of a parameter property: `constructor(private path = …)`. */
export function nameOfParameter({ parameter }: TSESTree.TSParameterProperty): string {
  return parameter.type === "AssignmentPattern" ? parameter.left.name : parameter.name;
}
