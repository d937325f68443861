import type { TSESTree } from "@typescript-eslint/types";

import { isOwnMember, memberAround, nameOfMember } from "../code/class-fields.js";
import { membersReachedFrom } from "./endings.js";
import { callsOn, type FieldUse } from "./field-uses.js";
import type { FieldKnowledge, OwnerFault } from "./owner-release.js";
import type { Store } from "./owned-fields.js";
import { contains, enclosingFunction, isFunction, memberName, walk } from "../code/syntax.js";

/**
 * The stores that put another resource into a field that holds one from the object's construction
 * on, where the method that does it neither looks at the field nor calls anything that does.
 */
export function overwrittenIn(known: FieldKnowledge): OwnerFault[] {
  const { field, uses } = known;
  // What ends by itself, or tells of its end, may be over by then.
  const { releasingEvents } = field.resource;
  if (field.collection || releasingEvents || uses.some(({ effect }) => effect === "handOver"))
    return [];
  if (uses.some(hears)) return [];
  return field.stores.flatMap((store): OwnerFault[] => {
    const earlier = field.stores.find((other) => other !== store && isBefore(other, store));
    if (!earlier || !isUnguarded(store, earlier, known)) return [];
    return [{ kind: "overwritten", field, store, earlier }];
  });
}

/** `this.socket.on(…)`, `this.socket.onclose = …`: somebody is told what becomes of it. */
function hears({ reference }: FieldUse): boolean {
  const member = reference.parent;
  const isSet =
    member?.type === "MemberExpression" &&
    member.parent.type === "AssignmentExpression" &&
    member.parent.left === member &&
    (memberName(member) ?? "").startsWith("on");
  return isSet || callsOn(reference).some(({ callee }) => listening.has(memberName(callee) ?? ""));
}

const listening: ReadonlySet<string> = new Set(["addEventListener", "addListener", "on", "once"]);

/** Whether an object has the one resource, whatever happened, when the other is stored. */
function isBefore(earlier: Store, { at }: Store): boolean {
  if (at.type !== "AssignmentExpression" || at.operator !== "=") return false;
  const member = memberAround(at);
  if (earlier.at.type === "PropertyDefinition") return member?.type === "MethodDefinition";
  const first = memberAround(earlier.at);
  if (first?.type !== "MethodDefinition" || !isStep(earlier.at, first)) return false;
  if (first === member) return earlier.at.range[1] <= at.range[0] && inBlocksOf(at, first);
  return first.kind === "constructor" && member?.type === "MethodDefinition";
}

/** Whether a store is a statement of its method's own body. */
function isStep(at: TSESTree.Node, method: TSESTree.MethodDefinition): boolean {
  const statement = at.parent;
  return statement?.type === "ExpressionStatement" && statement.parent === method.value.body;
}

/** Whether nothing but blocks and conditions stand between a node and its method: no function. */
function inBlocksOf(node: TSESTree.Node, { value }: TSESTree.MethodDefinition): boolean {
  return enclosingFunction(node) === value;
}

/** Whether nothing before a store looks at the field, nor calls a method that does. */
function isUnguarded(
  store: Store,
  earlier: Store,
  { field, chain, family, uses }: FieldKnowledge,
): boolean {
  const member = memberAround(store.at);
  if (member?.type !== "MethodDefinition" || !inBlocksOf(store.at, member)) return false;
  const isSame = memberAround(earlier.at) === member;
  if (member.kind === "constructor" && !isSame) return false;
  const from = isSame ? earlier.at.range[1] : member.range[0];
  const until = store.at.range[0];
  const touching = new Set(uses.flatMap((use) => (use.member ? [use.member] : [])));
  const guards: TSESTree.Node[] = [];
  walk(member, (node) => {
    if (node.range[0] >= until && !contains(node, store.at)) return false;
    if (node.range[1] <= from) return false;
    // What stands in the store itself is evaluated before it.
    if (node === store.at) return undefined;
    if (node.type === "Super") guards.push(node);
    if (!isOwnMember(node) || node.range[0] < from || contains(store.at, node)) return undefined;
    const name = memberName(node);
    const looks = name === field.name || mayTouch(name ?? "", [...family, ...chain], touching);
    if (looks) guards.push(node);
    return undefined;
  });
  return guards.length === 0 && !isCalledWithin(nameOfMember(member), family);
}

/** Whether a method of that name, or what it calls, does something with the field. */
function mayTouch(
  name: string,
  bodies: readonly TSESTree.ClassBody[],
  touching: ReadonlySet<TSESTree.ClassElement>,
): boolean {
  return bodies.some((body) =>
    body.body.some(
      (element) =>
        nameOfMember(element) === name &&
        "value" in element &&
        element.value !== null &&
        isFunction(element.value) &&
        [...membersReachedFrom(element, bodies)].some((each) => touching.has(each)),
    ),
  );
}

/** Whether the classes name a method themselves: what calls it may have released before. */
function isCalledWithin(
  name: string | undefined,
  family: ReadonlySet<TSESTree.ClassBody>,
): boolean {
  let found = false;
  for (const body of family) {
    walk(body, (node) => {
      if (isOwnMember(node) && memberName(node) === name) found = true;
      return !found;
    });
  }
  return found;
}
