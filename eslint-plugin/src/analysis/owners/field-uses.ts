import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import { mayEndName } from "../../resources/owner-methods.js";
import { classOfThis } from "../code/class-fields.js";
import { classChain } from "../code/classes.js";
import { collectionUses } from "./collection-uses.js";
import { destinationOf } from "../held/destination.js";
import type { OwnedField } from "./owned-fields.js";
import { effectOf } from "../uses/effects.js";
import { type Effect, type OwnershipContext, ownershipOf } from "../uses/ownership.js";
import { isDisposeAccess, memberName, walk, wrapped } from "../code/syntax.js";
import { Tracker } from "../uses/tracker.js";

/** What is done with what a field holds, and in which member of which class. */
export interface FieldUse {
  readonly effect: Effect;
  /** The node that does it. */
  readonly at: TSESTree.Node;
  /** What names the field, or a variable that has what it holds. */
  readonly reference: TSESTree.Node;
  /** The member of a class in which it is done; undefined outside of the field's classes. */
  readonly member: TSESTree.ClassElement | undefined;
}

/** All accesses to members and patterns of a file, by the name of the member. */
export interface MemberIndex {
  readonly accesses: ReadonlyMap<string, readonly TSESTree.MemberExpression[]>;
  /** The patterns that take members out of something, by the name of the member. */
  readonly patterns: ReadonlyMap<string, readonly TSESTree.ObjectPattern[]>;
  readonly classes: readonly TSESTree.ClassBody[];
  /** The classes whose members somebody reaches by names that nobody knows: `this[name]`. */
  readonly opaque: ReadonlySet<TSESTree.ClassBody>;
}

/** Looks once through a file for all that names a member. */
export function indexMembers(program: TSESTree.Program): MemberIndex {
  const accesses = new Map<string, TSESTree.MemberExpression[]>();
  const patterns = new Map<string, TSESTree.ObjectPattern[]>();
  const classes: TSESTree.ClassBody[] = [];
  const opaque = new Set<TSESTree.ClassBody>();
  const isOpaque = (node: TSESTree.Node): void => {
    const body = classOfThis(node);
    if (body) opaque.add(body);
  };
  walk(program, (node) => {
    if (node.type === "ClassBody") classes.push(node);
    else if (node.type === "MemberExpression") {
      const name = memberName(node);
      if (name !== undefined) add(accesses, name, node);
      else if (node.object.type === "ThisExpression" && !isDisposeAccess(node)) isOpaque(node);
    } else if (node.type === "ObjectPattern") {
      for (const property of node.properties) {
        if (
          property.type === "Property" &&
          property.key.type === "Identifier" &&
          !property.computed
        ) {
          add(patterns, property.key.name, node);
        }
      }
    } else if (node.type === "ThisExpression" && isTakenApart(node)) isOpaque(node);
    return undefined;
  });
  return { accesses, patterns, classes, opaque };
}

function add<Node>(map: Map<string, Node[]>, name: string, node: Node): void {
  const known = map.get(name);
  if (known) known.push(node);
  else map.set(name, [node]);
}

/** `{ ...this }`, `Object.values(this)`, `const { ...rest } = this`. */
function isTakenApart(node: TSESTree.ThisExpression): boolean {
  const whole = wrapped(node);
  const { parent } = whole;
  if (parent?.type === "SpreadElement" || parent?.type === "ForInStatement") return true;
  if (parent?.type === "VariableDeclarator" && parent.id.type === "ObjectPattern") {
    return parent.id.properties.some(
      (property) => property.type === "RestElement" || property.computed,
    );
  }
  if (parent?.type !== "CallExpression" || parent.callee.type !== "MemberExpression") return false;
  const { object } = parent.callee;
  return object.type === "Identifier" && /^(Object|Reflect|_)$/.test(object.name);
}

/** The classes of a file whose objects may have a field of a class: itself, its subs and supers. */
export function familyOf(
  { owner, name }: OwnedField,
  { classes }: MemberIndex,
  { provenance }: OwnershipContext,
): ReadonlySet<TSESTree.ClassBody> {
  if (name.startsWith("#")) return new Set([owner]);
  const above = classChain(owner, provenance);
  const below = classes.filter((each) => classChain(each, provenance).includes(owner));
  return new Set([...above, ...below]);
}

/** Everything that a file does with what a field holds; undefined where nobody can tell. */
export function usesOfField(
  field: OwnedField,
  family: ReadonlySet<TSESTree.ClassBody>,
  index: MemberIndex,
  context: OwnershipContext,
): FieldUse[] | undefined {
  const { name, resource } = field;
  if ([...family].some((each) => index.opaque.has(each))) return undefined;
  if ((index.patterns.get(name) ?? []).some((pattern) => mayHave(pattern, family)))
    return undefined;
  const uses: FieldUse[] = [];
  const accesses = index.accesses.get(name) ?? [];
  const members = new Set<TSESTree.ClassElement>();
  for (const access of accesses) {
    const body = access.object.type === "ThisExpression" ? classOfThis(access) : undefined;
    if (body && !family.has(body)) continue;
    const member = memberOf(access, family);
    if (body && member) members.add(member);
    else {
      // Of another object, which may be one of these classes: `self.timer`.
      const effect = foreignEffect(access, field, context);
      uses.push({ effect, at: access, reference: access, member });
    }
  }
  for (const member of members) {
    uses.push(
      ...(field.collection
        ? collectionUses(member, name)
        : usesIn(member, name, resource, context)),
    );
  }
  return uses;
}

/** Whether a pattern may take the field out of an object of the classes. */
function mayHave(
  pattern: TSESTree.ObjectPattern,
  family: ReadonlySet<TSESTree.ClassBody>,
): boolean {
  const { parent } = pattern;
  const source = parent.type === "VariableDeclarator" ? parent.init : undefined;
  if (source?.type !== "ThisExpression") return false;
  const body = classOfThis(source);
  return body !== undefined && family.has(body);
}

function memberOf(
  node: TSESTree.Node,
  family: ReadonlySet<TSESTree.ClassBody>,
): TSESTree.ClassElement | undefined {
  for (let at = node; at.parent; at = at.parent) {
    if (at.parent.type === "ClassBody" && family.has(at.parent)) return at as TSESTree.ClassElement;
  }
  return undefined;
}

function usesIn(
  member: TSESTree.ClassElement,
  name: string,
  resource: Resource,
  context: OwnershipContext,
): FieldUse[] {
  // Only its nodes are asked for, which any part of a class has.
  const root = rootOf(member) as TSESTree.Program;
  const { uses } = ownershipOf({ kind: "field", name }, resource, root, context);
  return uses.flatMap(({ effect, at, inClosure, inside, reference }) => {
    // Whoever keeps a function that has `this` gets nothing of the field by that.
    if (!inClosure && isFunctionNode(reference)) return [];
    return [{ effect: mended(inside ?? effect, reference), at, reference, member }];
  });
}

/** A member's function, or the expression that a field begins with. */
export function rootOf(member: TSESTree.ClassElement): TSESTree.Node {
  const value = "value" in member ? member.value : null;
  return value ?? member;
}

function isFunctionNode({ type }: TSESTree.Node): boolean {
  return type.endsWith("FunctionExpression") || type === "FunctionDeclaration";
}

/** A method that may end what it is called on, though the catalogue does not know it. */
function mended(effect: Effect, reference: TSESTree.Node): Effect {
  if (effect !== "borrow") return effect;
  const ends = callsOn(reference).some(({ callee }) => mayEndName.test(memberName(callee) ?? ""));
  return ends ? "handOver" : effect;
}

type MethodCall = TSESTree.CallExpression & { readonly callee: TSESTree.MemberExpression };

/** The calls of methods on a value, each on what the one before has returned. */
export function callsOn(reference: TSESTree.Node): readonly MethodCall[] {
  const calls: MethodCall[] = [];
  for (let at = wrapped(reference); ;) {
    const { parent: member } = at;
    if (member?.type !== "MemberExpression" || member.object !== at) return calls;
    const callee = wrapped(member);
    const call = callee.parent;
    if (call?.type !== "CallExpression" || call.callee !== callee) return calls;
    calls.push(call as MethodCall);
    at = wrapped(call);
  }
}

/** What is done with `other.name`, where `other` may be an object of the field's classes. */
function foreignEffect(
  access: TSESTree.MemberExpression,
  { resource, collection }: OwnedField,
  context: OwnershipContext,
): Effect {
  const { parent } = access;
  if (parent.type === "AssignmentExpression" && parent.left === access) return "overwrite";
  const destination = destinationOf(access, resource, context.provenance);
  if (collection) return destination.kind === "read" ? "borrow" : "handOver";
  const tracker = new Tracker(resource, access as unknown as TSESTree.Program, context);
  return mended(effectOf(tracker, destination, access).effect, access);
}
