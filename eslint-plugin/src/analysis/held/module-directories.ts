import type { TSESTree } from "@typescript-eslint/types";

import type { AcquiredValue } from "../created/acquisitions.js";
import { destinationOf } from "./destination.js";
import { type Ownership, type OwnershipContext, ownershipOf } from "../uses/ownership.js";

/**
 * A temporary directory that a module makes when it is loaded and that nothing in its file removes.
 * Other resources of a module live as long as the process; a directory outlives it.
 */
export function leftBehind(
  { value, resource }: AcquiredValue,
  program: TSESTree.Program,
  context: OwnershipContext,
): Ownership | undefined {
  if (!resource.madeInside) return undefined;
  const destination = destinationOf(value, resource, context.provenance);
  if (destination.kind !== "variable" || destination.derived || destination.part) return undefined;
  const { variable, node } = destination;
  const isExported = node.parent.parent?.type === "ExportNamedDeclaration";
  if (node.type !== "VariableDeclarator" || isExported) return undefined;
  const ownership = ownershipOf({ kind: "variable", variable }, resource, program, context);
  const kept = ownership.uses.some(({ effect, inside }) => (inside ?? effect) !== "borrow");
  return kept ? undefined : ownership;
}
