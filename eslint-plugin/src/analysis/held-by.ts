import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "./acquisitions.js";
import type { Destination } from "./destination.js";
import { constructionOf } from "./construction.js";
import type { Holder } from "./holders.js";
import { type Ownership, type OwnershipContext, ownershipOf } from "./ownership.js";
import {
  classBodyAround,
  enclosingFunction,
  type FunctionNode,
  isFunction,
  memberName,
  pathName,
} from "./syntax.js";

/** What a function has a resource in, and which ways out of the function lose it. */
export interface Held {
  readonly ownership: Ownership;
  readonly losing: "all" | "threw";
}

/** How the acquiring function itself holds a resource; undefined where another owns it. */
export function heldBy(
  destination: Destination,
  acquisition: Acquisition,
  context: OwnershipContext,
): Held | undefined {
  const { resource, func, call } = acquisition;
  if (destination.derived || destination.part) return undefined;
  switch (destination.kind) {
    case "variable": {
      const { variable } = destination;
      const [definition] = variable.defs;
      // A variable of an outer function or of the module outlives this call: it is an owner.
      if (!definition || enclosingFunction(definition.name) !== func) return undefined;
      const holder = { kind: "variable", variable } as const;
      return { ownership: ownershipOf(holder, resource, func, context), losing: "all" };
    }
    case "stored":
      return destination.target && heldByField(destination.target, acquisition, context);
    case "discarded": {
      // `await mutex.acquire()`, which `mutex.release()` undoes.
      const path =
        call.callee.type === "MemberExpression" ? pathName(call.callee.object) : undefined;
      const returns = resource.release.some(({ kind }) => kind === "giver");
      if (path === undefined || !returns) return undefined;
      const ownership = ownershipOf({ kind: "giver", path }, resource, func, context);
      return releases(ownership) ? { ownership, losing: "all" } : undefined;
    }
    default:
      return undefined;
  }
}

/** `this.name = acquire()`: the function's own only where nobody else can release it. */
function heldByField(
  target: TSESTree.MemberExpression,
  { resource, func }: Acquisition,
  context: OwnershipContext,
): Held | undefined {
  const name = memberName(target);
  if (name === undefined || target.object.type !== "ThisExpression") return undefined;
  const holder: Holder = { kind: "field", name };
  const construction = constructionOf(func);
  if (construction) {
    // Until it is made, nobody has the object, and so nobody can release what it has.
    const ownership = ownershipOf(holder, resource, func, context);
    const uses = [...ownership.uses, ...construction.escapes];
    return { ownership: { ...ownership, uses }, losing: "threw" };
  }
  const ownership = ownershipOf(holder, resource, func, context);
  if (!releases(ownership)) return undefined;
  const others = methodsAround(func).filter((method) => method !== func);
  const elsewhere = others.some((method) => {
    const { uses } = ownershipOf(holder, resource, method, context);
    return uses.some(({ effect }) => effect === "release" || effect === "handOver");
  });
  return elsewhere ? undefined : { ownership, losing: "all" };
}

function releases({ uses }: Ownership): boolean {
  return uses.some(({ effect }) => effect === "release");
}

function methodsAround(func: FunctionNode): FunctionNode[] {
  return (classBodyAround(func)?.body ?? []).flatMap((element) => {
    const value =
      element.type === "MethodDefinition" || element.type === "PropertyDefinition"
        ? element.value
        : undefined;
    return value && isFunction(value) ? [value] : [];
  });
}
