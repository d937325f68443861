import type { TSESTree } from "@typescript-eslint/types";

import { isFunction, memberName } from "./syntax.js";

/** The class whose object `this` is where a node stands; undefined in functions of their own. */
export function classOfThis(node: TSESTree.Node): TSESTree.ClassBody | undefined {
  return memberAround(node)?.parent;
}

/** The member of a class, not a static one, whose `this` holds where a node stands. */
export function memberAround(
  node: TSESTree.Node,
): TSESTree.MethodDefinition | TSESTree.PropertyDefinition | undefined {
  let inner = node;
  for (let at = node.parent; at; inner = at, at = at.parent) {
    if (at.type === "MethodDefinition") return at.static || at.value !== inner ? undefined : at;
    if (at.type === "PropertyDefinition") return at.static || at.value !== inner ? undefined : at;
    if (at.type === "StaticBlock" || at.type === "ClassBody") return undefined;
    const isMethod = at.parent?.type === "MethodDefinition";
    if (isFunction(at) && at.type !== "ArrowFunctionExpression" && !isMethod) return undefined;
  }
  return undefined;
}

/** The name of a member as `this.name` names it: `name`, `#name`; undefined where it is computed. */
export function nameOfMember(element: TSESTree.ClassElement): string | undefined {
  if (!("key" in element) || element.computed) return undefined;
  const { key } = element;
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  if (key.type === "Identifier") return key.name;
  return String(key.value);
}

/** `this.name`, whatever it is used for. */
export function isOwnMember(node: TSESTree.Node): node is TSESTree.MemberExpression {
  return (
    node.type === "MemberExpression" &&
    node.object.type === "ThisExpression" &&
    memberName(node) !== undefined
  );
}

/** Whether only the class itself is meant to touch a field: `#name`, `private name`, `_name`. */
export function isPrivateField(name: string, { body }: TSESTree.ClassBody): boolean {
  if (name.startsWith("#") || name.startsWith("_")) return true;
  return body.some(
    (element) =>
      element.type === "PropertyDefinition" &&
      element.accessibility === "private" &&
      nameOfMember(element) === name,
  );
}
