import type { TSESTree } from "@typescript-eslint/types";

import { keptFor, keptIn } from "./kept.js";
import type { Provenance } from "./provenance.js";
import { type FunctionNode, isFunction } from "./syntax.js";

/** The class of the same file that a name stands for. */
export function localClass(
  node: TSESTree.Node,
  provenance: Provenance,
): TSESTree.ClassBody | undefined {
  const definition =
    node.type === "Identifier" ? provenance.variableOf(node)?.defs[0]?.node : undefined;
  const isClass = definition?.type === "ClassDeclaration" || definition?.type === "ClassExpression";
  return isClass ? definition.body : undefined;
}

/** A class and those of the same file that it extends, the most derived first. */
export function classChain(
  body: TSESTree.ClassBody,
  provenance: Provenance,
): readonly TSESTree.ClassBody[] {
  const chain: TSESTree.ClassBody[] = [];
  for (let at: TSESTree.ClassBody | undefined = body; at && !chain.includes(at);) {
    chain.push(at);
    const { superClass }: TSESTree.ClassDeclaration | TSESTree.ClassExpression = at.parent;
    at = superClass ? localClass(superClass, provenance) : undefined;
  }
  return chain;
}

/** The method that an object of the first class has under a name. */
export function methodIn(
  chain: readonly TSESTree.ClassBody[],
  name: string,
): FunctionNode | undefined {
  for (const body of chain) {
    const method = methodsOf(body).get(name);
    if (method) return method;
  }
  return undefined;
}

/** The methods of a class by their names, the first of each. */
const methodsOf = keptFor(({ body }: TSESTree.ClassBody): ReadonlyMap<string, FunctionNode> => {
  const methods = new Map<string, FunctionNode>();
  for (const element of body) {
    if (element.type !== "MethodDefinition" || element.kind !== "method" || element.computed) {
      continue;
    }
    const { key, value } = element;
    const name = key.type === "PrivateIdentifier" ? `#${key.name}` : "name" in key && key.name;
    if (typeof name === "string" && isFunction(value)) keptIn(methods, name, () => value);
  }
  return methods;
});

/** Every function of a class that has its `this`: methods, accessors, the constructor, arrows. */
export function functionsOf({ body }: TSESTree.ClassBody): FunctionNode[] {
  return body.flatMap((element) => {
    const value =
      element.type === "MethodDefinition" || element.type === "PropertyDefinition"
        ? element.value
        : undefined;
    return value && isFunction(value) ? [value] : [];
  });
}

/** The names of a class's members, as far as they are plain. */
export function memberNamesOf({ body }: TSESTree.ClassBody): string[] {
  return body.flatMap((element) => {
    if (element.type !== "MethodDefinition" && element.type !== "PropertyDefinition") return [];
    const { key } = element;
    if (element.computed) return ["[computed]"];
    return key.type === "Identifier" || key.type === "PrivateIdentifier" ? [key.name] : [];
  });
}
