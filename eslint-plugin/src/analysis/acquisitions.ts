import type { TSESTree } from "@typescript-eslint/types";

import type { Catalogue, Origin, Resource } from "../resources/catalogue.js";
import type { Provenance } from "./provenance.js";
import { enclosingFunction, type FunctionNode, lastName, unwrap, walk, wrapped } from "./syntax.js";

export type Call = TSESTree.CallExpression | TSESTree.NewExpression;

/** A call that brings a resource into being, in a function that we can follow. */
export interface Acquisition {
  readonly call: Call;
  /** The expression from which on the resource is held: the call, or the `await` around it. */
  readonly value: TSESTree.Expression;
  readonly resource: Resource;
  readonly func: FunctionNode;
}

/**
 * The acquisitions of a file. Those of a module's top level are left out: they live as long as the
 * process.
 */
export function findAcquisitions(
  program: TSESTree.Program,
  catalogue: Catalogue,
  provenance: Provenance,
): readonly Acquisition[] {
  const index = indexed(catalogue);
  const found: Acquisition[] = [];
  walk(program, (node) => {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return undefined;
    const resource = resourceOf(node, index, provenance);
    const func = resource && enclosingFunction(node);
    if (func) found.push({ call: node, value: valueOf(node, resource), resource, func });
    return undefined;
  });
  return found;
}

interface Index {
  readonly byOrigin: ReadonlyMap<string, Resource>;
  /** The last parts of the acquiring names: other calls are no candidates. */
  readonly names: ReadonlySet<string>;
}

const indexes = new WeakMap<Catalogue, Index>();

function indexed(catalogue: Catalogue): Index {
  const known = indexes.get(catalogue);
  if (known) return known;
  const byOrigin = new Map<string, Resource>();
  const names = new Set<string>();
  for (const resource of catalogue.resources) {
    for (const origin of resource.acquire) {
      byOrigin.set(keyOf(origin), resource);
      names.add(/[^.#]*$/.exec(origin.name)?.[0] ?? "");
    }
  }
  const index = { byOrigin, names };
  indexes.set(catalogue, index);
  return index;
}

function keyOf({ module, name }: Origin): string {
  return `${module}\0${name}`;
}

function resourceOf(call: Call, index: Index, provenance: Provenance): Resource | undefined {
  const callee = unwrap(call.callee);
  const name = lastName(callee);
  if (name === undefined) return undefined;
  let origin = provenance.originOf(callee);
  // A local name may stand for another one, so only members are left out by name.
  const candidate = index.names.has(name) || (origin && callee.type === "Identifier");
  if (!candidate) return undefined;
  origin = provenance.typedOriginOf(callee);
  const resource = origin && index.byOrigin.get(keyOf(origin));
  if (resource?.callbackForm) {
    const last = call.arguments.at(-1);
    if (last?.type === "ArrowFunctionExpression" || last?.type === "FunctionExpression") return;
  }
  return resource;
}

function valueOf(call: Call, resource: Resource): TSESTree.Expression {
  const { parent } = wrapped(call);
  return resource.async && parent?.type === "AwaitExpression" ? parent : call;
}
