import type { TSESTree } from "@typescript-eslint/types";

import { collectingMethods } from "../../resources/owner-methods.js";
import type { FieldUse } from "./field-uses.js";
import { isOwnMember } from "../code/class-fields.js";
import { memberName, walk, wrapped } from "../code/syntax.js";

/** Methods and properties of collections that give none of their elements away. */
const harmless: ReadonlySet<string> = new Set(["has", "includes", "length", "size"]);

/**
 * What a member of a class does with the collection of a field: whatever may reach an element counts
 * as handed over, because what is done with it there may be its release.
 */
export function collectionUses(member: TSESTree.ClassElement, name: string): FieldUse[] {
  const uses: FieldUse[] = [];
  walk(member, (node) => {
    if (!isOwnMember(node) || memberName(node) !== name) return undefined;
    const whole = wrapped(node);
    const { parent } = whole;
    const isWrite = parent?.type === "AssignmentExpression" && parent.left === whole;
    const accessed = parent?.type === "MemberExpression" ? (memberName(parent) ?? "") : undefined;
    const borrows =
      accessed !== undefined && (harmless.has(accessed) || collectingMethods.has(accessed));
    uses.push({
      effect: isWrite ? "overwrite" : borrows ? "borrow" : "handOver",
      at: parent ?? node,
      reference: node,
      member,
    });
    return undefined;
  });
  return uses;
}
