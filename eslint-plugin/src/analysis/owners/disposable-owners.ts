import type { TSESTree } from "@typescript-eslint/types";

import { mayEndName } from "../../resources/owner-methods.js";
import { isOwnMember } from "../code/class-fields.js";
import { classChain, memberNamesOf } from "../code/classes.js";
import { instancesOf } from "./instances.js";
import { isDisposeKey, membersReachedFrom, symbolOf } from "./endings.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { type FieldKnowledge, knownFields } from "./owner-release.js";
import { isFunction, memberName, walk } from "../code/syntax.js";

/** A class, and a field that it owns and releases itself. */
export interface ReleasingOwner {
  readonly body: TSESTree.ClassBody;
  readonly known: readonly FieldKnowledge[];
}

/** The classes of a file that own something. */
export function ownersIn(file: AnalysedFile): ReleasingOwner[] {
  const owners = new Map<TSESTree.ClassBody, FieldKnowledge[]>();
  for (const each of knownFields(file)) {
    const known = owners.get(each.field.owner);
    if (known) known.push(each);
    else owners.set(each.field.owner, [each]);
  }
  return [...owners].map(([body, known]) => ({ body, known }));
}

/** The first field that a method releases, itself or by what it calls. */
export function releasedBy(
  method: TSESTree.MethodDefinition,
  { known }: ReleasingOwner,
): FieldKnowledge | undefined {
  return known.find(({ uses, chain }) => {
    const reached = membersReachedFrom(method, chain);
    return uses.some(({ effect, member }) => effect === "release" && member && reached.has(member));
  });
}

/**
 * The method by a symbol that releases what a class owns, the one that waits first, where other files
 * have the class and no name of its methods says that it ends the object.
 */
export function releasingSymbolOf(
  owner: ReleasingOwner,
  file: AnalysedFile,
): { method: TSESTree.MethodDefinition; released: FieldKnowledge } | undefined {
  const { body } = owner;
  const chain = classChain(body, analysisOf(file).provenance);
  if (!instancesOf(file).exported.has(body)) return undefined;
  if (chain.flatMap(memberNamesOf).some((name) => mayEndName.test(name))) return undefined;
  const methods = body.body.filter(
    (element): element is TSESTree.MethodDefinition =>
      element.type === "MethodDefinition" && isDisposeKey(element),
  );
  methods.sort((one, other) => symbolOf(one).localeCompare(symbolOf(other)));
  for (const method of methods) {
    const released = releasedBy(method, owner);
    if (released) return { method, released };
  }
  return undefined;
}

/** Whether a method may return a promise though nothing says so: it returns something. */
export function returnsSomething({ value }: TSESTree.MethodDefinition): boolean {
  let found = false;
  if (value.returnType?.typeAnnotation.type === "TSVoidKeyword" || !value.body) return false;
  walk(value.body, (node) => {
    if (isFunction(node)) return false;
    found ||= node.type === "ReturnStatement" && node.argument !== null;
    return !found;
  });
  return found;
}

/** Whether a method calls another one of its object, and leaves it at that: `this.close();`. */
export function callsWithoutWaiting(method: TSESTree.MethodDefinition, name: string): boolean {
  let found = false;
  walk(method, (node) => {
    if (node.type !== "CallExpression" || !isOwnMember(node.callee)) return !found;
    found ||= memberName(node.callee) === name;
    return !found;
  });
  return found;
}
