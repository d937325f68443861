import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import { collectingMethods } from "../../resources/owner-methods.js";
import type { AcquiredValue } from "../created/acquisitions.js";
import { classOfThis, isOwnMember, nameOfMember } from "../code/class-fields.js";
import { destinationOf } from "../held/destination.js";
import type { FileAnalysis } from "../file-analysis.js";
import { type OwnershipContext, ownershipOf } from "../uses/ownership.js";
import { enclosingFunction, memberName, unwrap } from "../code/syntax.js";

/** Where an object of a class puts what it acquires itself. */
export interface Store {
  readonly acquired: AcquiredValue;
  /** The assignment, the field's declaration, or the call that adds it to a collection. */
  readonly at:
    TSESTree.AssignmentExpression | TSESTree.PropertyDefinition | TSESTree.CallExpression;
}

/** A field of a class in which its object keeps what it acquires itself. */
export interface OwnedField {
  readonly owner: TSESTree.ClassBody;
  /** As `this.name` names it: `timer`, `#timer`. */
  readonly name: string;
  /** Whether it holds several: `this.items.push(acquire())`. */
  readonly collection: boolean;
  readonly resource: Resource;
  /** In the order of the source. */
  readonly stores: readonly [Store, ...Store[]];
}

/** The fields of a file's classes that hold what the class acquires, in the order of the source. */
export function ownedFields(analysis: FileAnalysis, context: OwnershipContext): OwnedField[] {
  const { inFunctions, ofModule } = analysis.acquisitions;
  const fields = new Map<TSESTree.ClassBody, Map<string, OwnedField>>();
  const acquired = [...inFunctions, ...ofModule].filter(({ resource }) => isOwnable(resource));
  acquired.sort((a, b) => a.call.range[0] - b.call.range[0]);
  for (const each of acquired) {
    const store = storeOf(each, context);
    const owner = store && classOfThis(store.place);
    if (!store || !owner) continue;
    const { name, at, collection } = store;
    const ofClass = fields.get(owner) ?? new Map<string, OwnedField>();
    fields.set(owner, ofClass);
    const known = ofClass.get(name);
    const stores: OwnedField["stores"] = known
      ? [...known.stores, { acquired: each, at }]
      : [{ acquired: each, at }];
    ofClass.set(name, {
      owner,
      name,
      collection,
      resource: known?.resource ?? each.resource,
      stores,
    });
  }
  return [...fields.values()].flatMap((ofClass) => [...ofClass.values()]);
}

/** Whether an object that keeps a resource has to release it, and can. */
function isOwnable({ release, releasedWithGiver, exhaustedBy, madeInside }: Resource): boolean {
  // A temporary directory is looked after where it is made.
  if (releasedWithGiver || exhaustedBy || madeInside) return false;
  return release.some(({ kind }) => kind === "method" || kind === "function" || kind === "symbol");
}

interface Stored {
  readonly name: string;
  readonly at: Store["at"];
  readonly collection: boolean;
  /** Where `this` stands. */
  readonly place: TSESTree.Node;
}

function storeOf(
  { value, resource, call }: AcquiredValue,
  context: OwnershipContext,
): Stored | undefined {
  const { provenance } = context;
  const destination = destinationOf(value, resource, provenance);
  if (destination.derived || destination.part) return undefined;
  switch (destination.kind) {
    case "stored":
      return storedIn(destination.at, destination.target);
    case "argument": {
      const { call: adding, index } = destination;
      if (adding.type !== "CallExpression" || index !== adding.arguments.length - 1)
        return undefined;
      const callee = unwrap(adding.callee);
      if (callee.type !== "MemberExpression" || !isOwnMember(callee.object)) return undefined;
      if (!collectingMethods.has(memberName(callee) ?? "")) return undefined;
      const name = memberName(callee.object) ?? "";
      return { name, at: adding, collection: true, place: callee.object };
    }
    case "variable": {
      const { variable } = destination;
      const func = enclosingFunction(call);
      const [definition] = variable.defs;
      if (!func || !definition || enclosingFunction(definition.name) !== func) return undefined;
      const { uses } = ownershipOf({ kind: "variable", variable }, resource, func, context);
      const [only, another] = uses.filter(({ effect, inside }) => (inside ?? effect) !== "borrow");
      if (!only || another || only.inClosure) return undefined;
      const { at } = only;
      if (at.type !== "AssignmentExpression" || unwrap(at.right) !== only.reference)
        return undefined;
      return storedIn(at, unwrap(at.left));
    }
    default:
      return undefined;
  }
}

/** `this.name = …`, `name = …` in a class body. */
function storedIn(at: TSESTree.Node, target: TSESTree.Node | undefined): Stored | undefined {
  if (at.type === "PropertyDefinition") {
    const name = at.static ? undefined : nameOfMember(at);
    return name === undefined || !at.value
      ? undefined
      : { name, at, collection: false, place: at.value };
  }
  if (at.type !== "AssignmentExpression" || !target || !isOwnMember(target)) return undefined;
  return { name: memberName(target) ?? "", at, collection: false, place: target };
}

/** Whether what is stored is the acquisition and nothing else: no `given ?? acquire()`. */
export function isWhole({ acquired, at }: Store): boolean {
  let node: TSESTree.Node = acquired.value;
  while (node !== at && node.parent) {
    if (node.type === "LogicalExpression" || node.type === "ConditionalExpression") return false;
    node = node.parent;
  }
  return true;
}
