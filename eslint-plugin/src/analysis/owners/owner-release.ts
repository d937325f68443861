import type { TSESTree } from "@typescript-eslint/types";

import { releasingMemberName } from "../../resources/known-functions.js";
import { endEvents } from "../../resources/owner-methods.js";
import { isPrivateField, memberAround, nameOfMember } from "../code/class-fields.js";
import { classChain, memberNamesOf } from "../code/classes.js";
import { type Ending, endingsFor, endingsOf, membersReachedFrom } from "./endings.js";
import {
  callsOn,
  familyOf,
  type FieldUse,
  indexMembers,
  type MemberIndex,
  usesOfField,
} from "./field-uses.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { type Instances, instancesOf } from "./instances.js";
import { findLeaks } from "../paths/leaks.js";
import { isWhole, type OwnedField, ownedFields, type Store } from "./owned-fields.js";
import { overwrittenIn } from "./overwritten-fields.js";
import type { OwnershipContext } from "../uses/ownership.js";
import { memberName, walk, wrapped } from "../code/syntax.js";

export type OwnerFault =
  /** The method that ends the object leaves what a field holds as it is. */
  | { readonly kind: "notReleased"; readonly field: OwnedField; readonly ending: Ending }
  /** The class has no method that could. */
  | { readonly kind: "noRelease"; readonly field: OwnedField }
  /** The method that ends an object of a subclass leaves out what its superclass releases. */
  | {
      readonly kind: "superNotCalled";
      readonly field: OwnedField;
      readonly ending: Ending;
      /** The method that it leaves out. */
      readonly base: TSESTree.MethodDefinition;
    }
  /** A field that holds one is given another, and nothing releases the first. */
  | {
      readonly kind: "overwritten";
      readonly field: OwnedField;
      readonly store: Store;
      readonly earlier: Store;
    };

/** All that is known of one field that a class owns. */
export interface FieldKnowledge {
  readonly field: OwnedField;
  readonly uses: readonly FieldUse[];
  readonly family: ReadonlySet<TSESTree.ClassBody>;
  /** The classes of the file that extend the class. */
  readonly subclasses: readonly TSESTree.ClassBody[];
  /** The class and those that it extends, as far as they stand in the file. */
  readonly chain: readonly TSESTree.ClassBody[];
}

/** The owned fields of a file of whose uses nothing is hidden. */
export function knownFields(file: AnalysedFile): readonly FieldKnowledge[] {
  const analysis = analysisOf(file);
  return analysis.once("owned fields", () => {
    const context = { provenance: analysis.provenance, types: file.types };
    const fields = ownedFields(analysis, context);
    if (fields.length === 0) return [];
    const index = indexMembers(file.ast);
    return fields.flatMap((field) => knowledgeOf(field, index, context));
  });
}

function knowledgeOf(
  field: OwnedField,
  index: MemberIndex,
  context: OwnershipContext,
): FieldKnowledge[] {
  const family = familyOf(field, index, context);
  const uses = usesOfField(field, family, index, context);
  if (!uses || !field.stores.every(isWhole) || isGivenOthers(field, uses)) return [];
  const { owner } = field;
  const chain = classChain(owner, context.provenance);
  const subclasses = index.classes.filter(
    (each) => each !== owner && classChain(each, context.provenance).includes(owner),
  );
  return [{ field, uses, family, subclasses, chain }];
}

/** Finds the classes of a file that do not release what they acquire. */
export function findOwnerFaults(file: AnalysedFile): readonly OwnerFault[] {
  return analysisOf(file).once("owner faults", () => faultsIn(file));
}

function faultsIn(file: AnalysedFile): readonly OwnerFault[] {
  const known = knownFields(file);
  if (known.length === 0) return [];
  const { leaks } = findLeaks(file, { paths: "all" });
  const leaking = new Set(leaks.map(({ acquisition }) => acquisition.call));
  const instances = instancesOf(file);
  return known.flatMap((each): OwnerFault[] => {
    // What leaks where it is acquired is told there.
    if (each.field.stores.some(({ acquired }) => leaking.has(acquired.call))) return [];
    const faults = [unreleased(each, instances), ...superNotCalled(each), ...overwrittenIn(each)];
    return faults.flatMap((fault) => fault ?? []);
  });
}

function unreleased(known: FieldKnowledge, instances: Instances): OwnerFault | undefined {
  const { field, uses, chain } = known;
  const { owner, name } = field;
  if (uses.some(({ effect }) => effect === "release" || effect === "handOver")) return undefined;
  if (instances.kept.has(owner)) return undefined;
  // What others can reach, others may release.
  if (!isPrivateField(name, owner) && instances.exported.has(owner)) return undefined;
  if (field.resource.dormantUntil && !isWoken(known)) return undefined;
  const ending = endingFor(field, chain);
  if (ending) {
    // Whatever is called on it there may be its end.
    const reached = membersReachedFrom(ending.method, chain);
    const touched = uses.some(
      ({ at, member, reference }) =>
        member &&
        reached.has(member) &&
        (at.type === "CallExpression" || callsOn(reference).length > 0),
    );
    return touched ? undefined : { kind: "notReleased", field, ending };
  }
  return isLeftForGood(known) ? { kind: "noRelease", field } : undefined;
}

/** The method of a class that should release a field: one that ends what its object has begun. */
function endingFor(
  { owner, stores }: OwnedField,
  chain: readonly TSESTree.ClassBody[],
): Ending | undefined {
  const [last] = chain.flatMap(endingsOf);
  if (last) return last;
  const begun = stores.map(({ at }) => memberAround(at) ?? at);
  const [first, ...others] = begun.map((member) =>
    member.type === "MethodDefinition" ? endingsFor(nameOfMember(member) ?? "", owner) : [],
  );
  return first?.find(({ name }) =>
    others.every((each) => each.some((other) => other.name === name)),
  );
}

/** Whether no method of the class could release it, and nothing else is likely to. */
function isLeftForGood({ field, chain, family, uses }: FieldKnowledge): boolean {
  const { owner, resource } = field;
  if (resource.oftenKept || resource.dormantUntil || field.collection) return false;
  // What extends a class of elsewhere may inherit a method that calls one of its own by any name.
  if (chain.at(-1)?.parent.superClass || owner.parent.decorators.length > 0) return false;
  if (owner.parent.abstract) return false;
  if (
    [...family].some((each) => memberNamesOf(each).some((name) => releasingMemberName.test(name)))
  )
    return false;
  return !uses.some(listensForEnd);
}

/** `this.socket.on("close", …)`: the other side ends it. */
function listensForEnd({ reference }: FieldUse): boolean {
  return callsOn(reference).some(
    ({ arguments: [event] }) => event?.type === "Literal" && endEvents.has(String(event.value)),
  );
}

/** Whether the class makes a resource hold something that holds nothing at first. */
function isWoken({ field, uses }: FieldKnowledge): boolean {
  const wakes = field.resource.dormantUntil ?? [];
  const byUse = uses.some(({ reference }) =>
    callsOn(reference).some(({ callee }) => wakes.includes(memberName(callee) ?? "")),
  );
  return byUse || field.stores.some(({ acquired, at }) => isWokenBetween(acquired.call, at, wakes));
}

/** `this.server = createServer().listen(8080)`. */
function isWokenBetween(
  call: TSESTree.Node,
  outer: TSESTree.Node,
  wakes: readonly string[],
): boolean {
  for (let at: TSESTree.Node | undefined = call; at && at !== outer; at = at.parent) {
    if (at.type === "MemberExpression" && wakes.includes(memberName(at) ?? "")) return true;
  }
  return false;
}

/** Whether a field is also given what the class has not acquired itself. */
function isGivenOthers({ stores, collection }: OwnedField, uses: readonly FieldUse[]): boolean {
  const own = new Set<TSESTree.Node>(stores.map(({ at }) => at));
  return uses.some(({ effect, at }) => {
    if (effect !== "overwrite" || own.has(at)) return false;
    const assignment = at.type === "AssignmentExpression" ? at : wrapped(at).parent;
    if (assignment?.type !== "AssignmentExpression" || own.has(assignment)) return false;
    return !collection && !isNothing(assignment.right);
  });
}

/** `null`, `undefined`, `void 0`. */
function isNothing(node: TSESTree.Node): boolean {
  if (node.type === "Literal") return node.value === null;
  if (node.type === "UnaryExpression") return node.operator === "void";
  return node.type === "Identifier" && node.name === "undefined";
}

/** The subclasses whose ending leaves out that of the class, which releases the field. */
function superNotCalled({ field, uses, subclasses, chain }: FieldKnowledge): OwnerFault[] {
  if (uses.some(({ effect }) => effect === "handOver")) return [];
  const releasing = uses.flatMap(({ effect, member }) => (effect === "release" ? [member] : []));
  const [ending] = endingsOf(field.owner);
  if (!ending || releasing.length === 0) return [];
  const reached = membersReachedFrom(ending.method, chain);
  if (!releasing.every((member) => member && reached.has(member))) return [];
  return subclasses.flatMap((sub): OwnerFault[] => {
    const own = endingsOf(sub).find(({ name }) => name === ending.name);
    if (!own) return [];
    const bodies = [sub, ...chain];
    const reachedBySub = membersReachedFrom(own.method, bodies);
    const releases = releasing.some((member) => member && reachedBySub.has(member));
    if (releases || callsSuper(sub, ending.name)) return [];
    return [{ kind: "superNotCalled", field, ending: own, base: ending.method }];
  });
}

/** Whether any member of a class calls the method of its superclass that it overrides. */
function callsSuper(body: TSESTree.ClassBody, name: string): boolean {
  let found = false;
  walk(body, (node) => {
    if (node.type === "MemberExpression" && node.object.type === "Super") {
      found ||= node.computed || memberName(node) === name;
    }
    return !found;
  });
  return found;
}
