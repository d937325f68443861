import type { TSESTree } from "@typescript-eslint/types";

import { endingHooks, endingMethods, endingPairs } from "../../resources/owner-methods.js";
import { isOwnMember, nameOfMember } from "../code/class-fields.js";
import { isFunction, isDisposeAccess, memberName, walk } from "../code/syntax.js";

/** A method with a body, by which an object comes to its end. */
export interface Ending {
  readonly method: TSESTree.MethodDefinition;
  /** As code calls it: `close`, `[Symbol.dispose]`. */
  readonly name: string;
}

/** The methods of a class that end its objects for good, the usual one first. */
export function endingsOf({ body }: TSESTree.ClassBody): Ending[] {
  const usual = [...endingMethods, ...endingHooks].flatMap((name) => methodNamed(name, body));
  const bySymbol = body.flatMap((element) =>
    isMethod(element) && isDisposeKey(element)
      ? [{ method: element, name: `[Symbol.${symbolOf(element)}]` }]
      : [],
  );
  return [...usual, ...bySymbol];
}

/** The methods of a class that end what a method of another name has begun: `stop` for `start`. */
export function endingsFor(begun: string, { body }: TSESTree.ClassBody): Ending[] {
  return [...endingPairs].flatMap(([name, begins]) =>
    begins.test(begun) ? methodNamed(name, body) : [],
  );
}

function methodNamed(name: string, body: readonly TSESTree.ClassElement[]): Ending[] {
  const method = body.find((element) => isMethod(element) && nameOfMember(element) === name);
  return method?.type === "MethodDefinition" ? [{ method, name }] : [];
}

function isMethod(element: TSESTree.ClassElement): element is TSESTree.MethodDefinition {
  return (
    element.type === "MethodDefinition" &&
    element.kind === "method" &&
    !element.static &&
    isFunction(element.value)
  );
}

/** `[Symbol.dispose]() { … }`, `[Symbol.asyncDispose]() { … }`. */
export function isDisposeKey(element: TSESTree.ClassElement): boolean {
  if (!("key" in element) || !element.computed) return false;
  return isDisposeAccess({ computed: true, property: element.key } as TSESTree.MemberExpression);
}

/** `dispose` or `asyncDispose`, of a member that has one of the symbols as its key. */
export function symbolOf({ key }: TSESTree.MethodDefinition): string {
  return key.type === "MemberExpression" ? (memberName(key) ?? "") : "";
}

/** The members of a class that may run when one of them does, by their names, that one included. */
export function membersReachedFrom(
  start: TSESTree.ClassElement,
  bodies: readonly TSESTree.ClassBody[],
): ReadonlySet<TSESTree.ClassElement> {
  const reached = new Set([start]);
  for (const member of reached) {
    walk(member, (node) => {
      if (node.type !== "MemberExpression") return undefined;
      if (node.object.type !== "Super" && !isOwnMember(node)) return undefined;
      const name = memberName(node);
      for (const { body } of bodies) {
        for (const each of body) if (nameOfMember(each) === name) reached.add(each);
      }
      return undefined;
    });
  }
  return reached;
}
