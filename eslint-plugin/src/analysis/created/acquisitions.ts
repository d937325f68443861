import type { TSESTree } from "@typescript-eslint/types";

import type { Catalogue, Release, Resource } from "../../resources/catalogue.js";
import { transactionPairs } from "../../resources/known-functions.js";
import type { TypeSource } from "../../types/type-source.js";
import { resourceByAnnotation } from "./annotations.js";
import { isKept, resourceByEvidence } from "./evidence.js";
import { keyOf, type Provenance } from "../code/provenance.js";
import {
  enclosingFunction,
  type FunctionNode,
  isFunction,
  lastName,
  memberName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";

export type Call = TSESTree.CallExpression | TSESTree.NewExpression;

/** A call that brings a resource into being. */
export interface AcquiredValue {
  readonly call: Call;
  /** The expression from which on the resource is held: the call, or the `await` around it. */
  readonly value: TSESTree.Expression;
  readonly resource: Resource;
}

/** One in a function that we can follow. */
export interface Acquisition extends AcquiredValue {
  readonly func: FunctionNode;
}

/** The acquisitions of a file: those in functions, and those of the module's top level. */
export function findAcquisitions(
  program: TSESTree.Program,
  catalogue: Catalogue,
  provenance: Provenance,
  types: TypeSource,
): { readonly inFunctions: readonly Acquisition[]; readonly ofModule: readonly AcquiredValue[] } {
  const index = indexed(catalogue);
  const inFunctions: Acquisition[] = [];
  const ofModule: AcquiredValue[] = [];
  walk(program, (node) => {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return undefined;
    const resource = resourceOf(node, index, provenance, types);
    if (!resource) return undefined;
    const acquired = { call: node, value: valueOf(node), resource };
    const func = enclosingFunction(node);
    if (func) inFunctions.push({ ...acquired, func });
    else ofModule.push(acquired);
    return undefined;
  });
  return { inFunctions, ofModule };
}

interface Index {
  readonly byOrigin: ReadonlyMap<string, Resource>;
  /** The last parts of the acquiring names: other calls are no candidates. */
  readonly names: ReadonlySet<string>;
  /** Those of methods. */
  readonly methods: ReadonlySet<string>;
  readonly byDistinctiveMethod: ReadonlyMap<string, Resource>;
  readonly byType: ReadonlyMap<string, Resource>;
}

const indexes = new WeakMap<Catalogue, Index>();

function indexed(catalogue: Catalogue): Index {
  const known = indexes.get(catalogue);
  if (known) return known;
  const byOrigin = new Map<string, Resource>();
  const names = new Set<string>();
  const methods = new Set<string>();
  const byType = new Map<string, Resource>();
  const byDistinctiveMethod = new Map<string, Resource>();
  for (const resource of catalogue.resources) {
    if (resource.type) byType.set(keyOf(resource.type), resource);
    for (const name of resource.distinctiveMethods ?? []) byDistinctiveMethod.set(name, resource);
    for (const origin of resource.acquire) {
      byOrigin.set(keyOf(origin), resource);
      const [name] = /[^.#]*$/.exec(origin.name) ?? [""];
      names.add(name);
      if (origin.name.includes("#")) methods.add(name);
    }
  }
  const index = { byOrigin, names, methods, byDistinctiveMethod, byType };
  indexes.set(catalogue, index);
  return index;
}

function resourceOf(
  call: Call,
  index: Index,
  provenance: Provenance,
  types: TypeSource,
): Resource | undefined {
  const callee = unwrap(call.callee);
  const name = lastName(callee);
  if (name === undefined) return undefined;
  let origin = provenance.originOf(callee);
  // A local name may stand for another one, so only members are left out by name. A member of an
  // instance, or of what the file does not tell of, can only be a method; asking for its type is dear.
  const isMethod = !origin || (callee.type === "MemberExpression" && origin.name.includes("#"));
  const candidate = isMethod
    ? index.methods.has(name) && (origin !== undefined || isKept(call))
    : index.names.has(name) || callee.type === "Identifier";
  if (candidate) origin = provenance.typedOriginOf(callee);
  const resource =
    (candidate && origin ? index.byOrigin.get(keyOf(origin)) : undefined) ??
    distinctive(call, name, index, types);
  if (!resource) {
    const annotated = resourceByAnnotation(call, provenance, types);
    if (annotated) return annotated;
    // What the catalogue knows as dormant until this very call is acquired by what made it.
    if (giverOf(call, index, provenance, types)?.dormantUntil?.includes(name)) return undefined;
    return resourceByEvidence(call, origin, provenance, types, index.byType);
  }
  if (resource.callbackForm && call.arguments.some(isFunction)) return undefined;
  return resource.unlessOptions && hasOption(call, resource.unlessOptions) ? undefined : resource;
}

/** The resource that the function keeps in the variable whose method is called. */
function giverOf(
  { callee }: Call,
  index: Index,
  provenance: Provenance,
  types: TypeSource,
): Resource | undefined {
  if (callee.type !== "MemberExpression" || !transactionPairs.has(memberName(callee) ?? "")) return;
  const definition = provenance.variableOf(callee.object)?.defs[0]?.node;
  const init = definition?.type === "VariableDeclarator" ? definition.init : undefined;
  const made = init?.type === "AwaitExpression" ? init.argument : init;
  if (made?.type !== "CallExpression" && made?.type !== "NewExpression") return undefined;
  // What begins a transaction itself makes nothing that could: names may stand for each other.
  if (transactionPairs.has(lastName(made.callee) ?? "")) return undefined;
  return resourceOf(made, index, provenance, types);
}

function hasOption(call: Call, names: readonly string[]): boolean {
  return call.arguments.some(
    (argument) =>
      argument.type === "ObjectExpression" &&
      argument.properties.some(
        (property) =>
          property.type === "Property" &&
          property.key.type === "Identifier" &&
          names.includes(property.key.name),
      ),
  );
}

/** A method whose name alone says what it gives, on an object of which nothing else is known. */
function distinctive(
  call: Call,
  name: string,
  index: Index,
  types: TypeSource,
): Resource | undefined {
  const resource = index.byDistinctiveMethod.get(name);
  const { callee } = call;
  if (!resource || callee.type !== "MemberExpression" || call.type !== "CallExpression") return;
  if (types.originOf(callee) !== undefined) return undefined;
  const methods = releaseMethods(resource.release);
  const result = types.resultOf(call, methods);
  // A project's own method of that name may give something else.
  return result && methods.length > 0 && result.methods.length === 0 ? undefined : resource;
}

/** The methods of a resource that release it. */
export function releaseMethods(releases: readonly Release[]): string[] {
  return releases.flatMap((release) => (release.kind === "method" ? [release.name] : []));
}

/** The acquiring call, or the `await` around it: a promise holds nothing yet that could be used. */
function valueOf(call: Call): TSESTree.Expression {
  const { parent } = wrapped(call);
  return parent?.type === "AwaitExpression" ? parent : call;
}
