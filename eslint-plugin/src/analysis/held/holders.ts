import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { functionsOf } from "../code/classes.js";
import type { Provenance } from "../code/provenance.js";
import { type FunctionNode, memberName, pathName, unwrap, walk } from "../code/syntax.js";

/** What a function has a resource in. */
export type Holder =
  | { readonly kind: "variable"; readonly variable: Variable }
  /** `this.name`, in a function that itself releases it or that makes the object. */
  | { readonly kind: "field"; readonly name: string }
  /** Nothing but the object that gave it and takes it back: `mutex.acquire()`, `mutex.release()`. */
  | { readonly kind: "giver"; readonly path: string };

/** What a reader calls a holder. */
export function nameOf(holder: Holder): string {
  switch (holder.kind) {
    case "variable":
      return holder.variable.name;
    case "field":
      return `this.${holder.name}`;
    case "giver":
      return holder.path;
  }
}

/** A place where a holder is read or written. */
export interface HolderReference {
  readonly node: TSESTree.Node;
  readonly isWrite: boolean;
  /** Whether it is the declaration's own initialisation. */
  readonly init: boolean;
}

/** Where a function, and what it creates, names a holder. */
export function referencesTo(
  holder: Holder,
  func: FunctionNode | TSESTree.Program,
): readonly HolderReference[] {
  if (holder.kind === "variable") {
    return holder.variable.references.flatMap((reference) => {
      const { identifier } = reference;
      // An export names a value and a type at once; ESLint's own scopes know neither.
      const onlyType = reference.isTypeReference && !reference.isValueReference;
      if (identifier.type !== "Identifier" || onlyType || isTypeQuery(identifier)) return [];
      const isWrite = reference.isWrite() && !reference.isRead();
      // `x ??= open()` reads and writes; what it holds already it keeps.
      if (reference.isWrite() && !isWrite) return [];
      return [{ node: identifier, isWrite, init: reference.init ?? false }];
    });
  }
  const { members, receivers } = namesIn(func);
  if (holder.kind === "field") return members.get(`this.${holder.name}`) ?? [];
  // Only what is called on it matters: it lives on, whoever else has it.
  return receivers.get(holder.path) ?? [];
}

type References = Map<string, HolderReference[]>;

const names = new WeakMap<TSESTree.Node, { members: References; receivers: References }>();

/** The members that a function names with its own `this`, and on what it calls methods, by path. */
function namesIn(func: FunctionNode | TSESTree.Program) {
  const known = names.get(func);
  if (known) return known;
  const members: References = new Map();
  const receivers: References = new Map();
  walk(func, (node) => {
    // Another `this` begins in every function that is no arrow.
    if (node !== func && hasOwnThis(node)) return false;
    if (node.type === "MemberExpression") {
      const { parent } = node;
      const isWrite = parent.type === "AssignmentExpression" && parent.left === node;
      note(members, node, isWrite);
    }
    const { callee } = node as Partial<TSESTree.CallExpression>;
    if (callee?.type === "MemberExpression") note(receivers, callee.object, false);
    return undefined;
  });
  const found = { members, receivers };
  names.set(func, found);
  return found;
}

function note(references: References, node: TSESTree.Node, isWrite: boolean): void {
  const path = pathName(node);
  if (path === undefined) return;
  const others = references.get(path);
  const reference = { node, isWrite, init: false };
  if (others) others.push(reference);
  else references.set(path, [reference]);
}

const byField = new WeakMap<TSESTree.ClassBody, ReadonlyMap<string, readonly FunctionNode[]>>();

/** The functions of a class that name a field of its object. */
export function functionsNaming(field: string, body: TSESTree.ClassBody): readonly FunctionNode[] {
  let functions = byField.get(body);
  if (!functions) {
    const found = new Map<string, FunctionNode[]>();
    for (const func of functionsOf(body)) {
      for (const path of namesIn(func).members.keys()) {
        const others = found.get(path);
        if (others) others.push(func);
        else found.set(path, [func]);
      }
    }
    byField.set(body, found);
    functions = found;
  }
  return functions.get(`this.${field}`) ?? [];
}

/** `typeof folder` in a type looks at no value. */
function isTypeQuery({ parent }: TSESTree.Identifier): boolean {
  return parent.type === "TSTypeQuery" || parent.type === "TSQualifiedName";
}

function hasOwnThis(node: TSESTree.Node): boolean {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ClassBody"
  );
}

/** Whether an expression names one of the holders, as far as the function's code tells. */
export function isHeldBy(
  expression: TSESTree.Node,
  holders: readonly Holder[],
  provenance: Provenance,
): boolean {
  const node = unwrap(expression);
  if (node.type === "MemberExpression") {
    const name = memberName(node);
    if (node.object.type !== "ThisExpression" || name === undefined) return false;
    return holders.some((holder) => holder.kind === "field" && holder.name === name);
  }
  const variable = provenance.variableOf(node);
  return holders.some(
    (holder) =>
      holder.kind === "variable" && variable !== undefined && holder.variable === variable,
  );
}
