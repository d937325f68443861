import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import type { Acquisition } from "../created/acquisitions.js";
import { type Destination, destinationOf } from "./destination.js";
import { classMayRelease, nameOfParameter } from "./class-owner.js";
import { type Construction, constructionOf } from "./construction.js";
import { factoryOf, isInternal } from "./factories.js";
import { functionsNaming, type Holder } from "./holders.js";
import { keptFor, keptIn } from "../code/kept.js";
import type { Provenance } from "../code/provenance.js";
import { type Ownership, type OwnershipContext, ownershipOf, type Use } from "../uses/ownership.js";
import {
  classBodyAround,
  enclosingFunction,
  type FunctionNode,
  isNullish,
  memberName,
  pathName,
} from "../code/syntax.js";

/** What a function has a resource in, and which ways out of the function lose it. */
export interface Held {
  readonly ownership: Ownership;
  readonly losing: "all" | "threw";
  /** The constructor under way, whose object holds it. */
  readonly construction?: Construction;
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
      if (path === undefined || !returns || needsNoReturn(call, acquisition, context))
        return undefined;
      const ownership = ownershipByGiver(path, resource, func, context);
      return isTakenBack(ownership, call) ? { ownership, losing: "all" } : undefined;
    }
    case "unknown":
      return heldByParameterProperty(acquisition.value, acquisition, context);
    default:
      return undefined;
  }
}

interface KnownOfGivers {
  readonly ownerships: Map<string, Ownership>;
  readonly returned: Map<Variable, boolean>;
}

const knownOfGivers = keptFor(
  (_: Provenance) => new WeakMap<FunctionNode, WeakMap<Resource, KnownOfGivers>>(),
);

/** What is known of those who give one kind of resource in a function: they may give many. */
function givers(resource: Resource, func: FunctionNode, provenance: Provenance): KnownOfGivers {
  const inFunction = keptIn(knownOfGivers(provenance), func, () => new WeakMap());
  return keptIn(inFunction, resource, () => ({ ownerships: new Map(), returned: new Map() }));
}

/** The same becomes of all that one object gives, wherever in the function it gives it. */
function ownershipByGiver(
  path: string,
  resource: Resource,
  func: FunctionNode,
  context: OwnershipContext,
): Ownership {
  const { ownerships } = givers(resource, func, context.provenance);
  return keptIn(ownerships, path, () =>
    ownershipOf({ kind: "giver", path }, resource, func, context),
  );
}

/** `this.name = acquire()`: the function's own only where nobody else can release it. */
function heldByField(
  target: TSESTree.MemberExpression,
  acquisition: Acquisition,
  context: OwnershipContext,
): Held | undefined {
  const { resource, func } = acquisition;
  const name = memberName(target);
  const body = classBodyAround(func);
  if (name === undefined || target.object.type !== "ThisExpression" || !body) return undefined;
  const holder: Holder = { kind: "field", name };
  const ownership = ownershipOf(holder, resource, func, context);
  if (resource.madeInside && !classMayRelease(body, name, resource, context)) {
    return { ownership, losing: "all" };
  }
  const construction = constructionOf(func, context.provenance);
  if (construction) {
    // Until it is made, nobody has the object, and so nobody can release what it has.
    const escapes = construction.call ? [] : construction.escapes;
    const uses = [...ownership.uses, ...escapes];
    return { ownership: { ...ownership, uses }, losing: "threw", construction };
  }
  const factory = resource.dormantUntil ? undefined : factoryOf(func, context);
  if (factory && !releases(ownership)) {
    // Anybody else who calls a public method has the object, and can release it when that fails.
    const kept: Use = { effect: "handOver", at: target, reference: target, inClosure: false };
    const uses = isInternal(func) ? ownership.uses : [...ownership.uses, kept];
    return { ownership: { ...ownership, uses }, losing: "threw", construction: factory };
  }
  if (!releases(ownership)) return undefined;
  const releasesWhatItIsLeft = (method: FunctionNode): boolean => {
    const other = ownershipOf(holder, resource, method, context);
    // A method that puts its own into the field releases its own.
    return (
      releases(other) && other.uses.every(({ effect, at }) => effect !== "overwrite" || empties(at))
    );
  };
  const elsewhere = functionsNaming(name, body).some(
    (method) => method !== func && releasesWhatItIsLeft(method),
  );
  // When the method returns, its object still has it; when it throws, who knows that it has?
  return elsewhere ? undefined : { ownership, losing: "threw" };
}

/** `constructor(private path = mkdtempSync("…"))`: the object's, if its class never removes it. */
function heldByParameterProperty(
  value: TSESTree.Node,
  { resource, func }: Acquisition,
  context: OwnershipContext,
): Held | undefined {
  const property = value.parent?.type === "AssignmentPattern" ? value.parent.parent : undefined;
  const name = property?.type === "TSParameterProperty" ? nameOfParameter(property) : undefined;
  const body = classBodyAround(func);
  if (name === undefined || !body || !resource.madeInside) return undefined;
  if (classMayRelease(body, name, resource, context)) return undefined;
  const holder: Holder = { kind: "field", name };
  return { ownership: ownershipOf(holder, resource, func, context), losing: "all" };
}

/**
 * Whether nobody misses what the giver is not given back: it was made for the call under way and goes
 * with it, or the caller gets it and can give the resource back.
 */
function needsNoReturn(
  { callee }: TSESTree.CallExpression | TSESTree.NewExpression,
  { resource, func }: Acquisition,
  { provenance }: OwnershipContext,
): boolean {
  let giver = callee;
  while (giver.type === "MemberExpression") giver = giver.object;
  const variable = provenance.variableOf(giver);
  if (!variable) return false;
  const [definition] = variable.defs;
  const local = definition?.type === "Variable" && enclosingFunction(definition.name);
  // A database that is made here is still there for others, and so is what was begun in it.
  const statement = resource.release.some(
    (release) => release.kind === "giver" && release.statement,
  );
  if (local && !statement && definition.node.init?.type === "NewExpression") return true;
  return keptIn(givers(resource, func, provenance).returned, variable, () =>
    variable.references.some(
      ({ identifier }) =>
        identifier.type === "Identifier" &&
        enclosingFunction(identifier) === func &&
        destinationOf(identifier, resource, provenance).kind === "returned",
    ),
  );
}

/**
 * Whether something of the function takes it back later. `issue.unlock(); …; issue.lock()` opens for a
 * while what is locked otherwise, and leaves it as it was.
 */
function isTakenBack({ uses }: Ownership, { range: [start] }: Acquisition["call"]): boolean {
  return uses.some(({ effect, at }) => effect === "release" && at.range[1] > start);
}

function releases({ uses }: Ownership): boolean {
  return uses.some(({ effect }) => effect === "release");
}

/** `this.file = undefined`: an assignment that puts nothing there. */
function empties(at: TSESTree.Node): boolean {
  return at.type === "AssignmentExpression" && isNullish(at.right);
}
