import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Release, Resource } from "../../resources/catalogue.js";
import { releasingMemberName } from "../../resources/known-functions.js";
import { classChain, localClass, memberNamesOf, methodIn } from "../code/classes.js";
import type { Construction } from "./construction.js";
import { type OwnershipContext, ownershipOf, type Use } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import {
  classBodyAround,
  enclosingFunction,
  type FunctionNode,
  isFunction,
  memberName,
  pathName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";

/**
 * The factory that calls a method on an object that it has just made, as no other code of the file
 * does: `const store = new Store(); await store.open(); await store.check(); return store`. What the
 * method has put into the object is lost if the factory fails before it gives the object away.
 */
export function factoryOf(
  method: FunctionNode,
  { provenance, types }: OwnershipContext,
): Construction | undefined {
  const { parent } = method;
  const body = classBodyAround(method);
  if (parent.type !== "MethodDefinition" || parent.static || parent.kind !== "method") return;
  const name = parent.key.type === "Identifier" && !parent.computed ? parent.key.name : undefined;
  if (!body || name === undefined) return undefined;
  const calls = callsOnNew(name, body, provenance);
  const [made] = calls;
  if (!made || calls.length > 1) return undefined;
  const { call, variable } = made;
  const factory = enclosingFunction(call);
  const step = wrapped(call).parent;
  // Without `await` nobody knows when the method has done its work.
  if (!factory || step?.type !== "AwaitExpression") return undefined;
  if (step.parent.type !== "ExpressionStatement") return undefined;
  const chain = classChain(body, provenance);
  const object = objectOf(chain);
  const { uses } = ownershipOf({ kind: "variable", variable }, object, factory, {
    provenance,
    types,
  });
  const escapes = [
    ...uses.filter(({ effect }) => effect !== "borrow"),
    ...releasesIn(factory, variable),
  ];
  // Whoever has been told of the object before has it when the factory fails.
  if (escapes.some(({ at }) => at.range[0] < step.range[0])) return undefined;
  const methodNamed = (each: string): FunctionNode | undefined => methodIn(chain, each);
  return { constructor: factory, call: step, escapes, methodNamed };
}

/** Whether only the class itself, and what extends it, is meant to call a method. */
export function isInternal({ parent }: FunctionNode): boolean {
  if (parent.type !== "MethodDefinition") return false;
  const { accessibility, key } = parent;
  const named = key.type === "Identifier" && key.name.startsWith("_");
  return accessibility === "private" || accessibility === "protected" || named;
}

interface CallOnNew {
  readonly call: TSESTree.CallExpression;
  readonly variable: Variable;
}

/** Where a file calls a method; those that are not on a new object of the class count as another. */
function callsOnNew(
  name: string,
  body: TSESTree.ClassBody,
  provenance: Provenance,
): (CallOnNew | undefined)[] {
  return callsNamed(name, provenance).flatMap((call) => {
    // A method of that name of what comes from elsewhere is another one.
    if (provenance.originOf(call.callee.object)) return [];
    const variable = provenance.variableOf(unwrap(call.callee.object));
    const [definition] = variable?.defs ?? [];
    const init = definition?.type === "Variable" ? definition.node.init : undefined;
    const isOwn =
      definition &&
      init?.type === "NewExpression" &&
      makes(init, body, provenance) &&
      enclosingFunction(definition.name) === enclosingFunction(call);
    return [variable && isOwn ? { call, variable } : undefined];
  });
}

type MethodCall = TSESTree.CallExpression & { callee: TSESTree.MemberExpression };

const methodCalls = new WeakMap<TSESTree.Node, ReadonlyMap<string, readonly MethodCall[]>>();

/** The calls of methods of a name, looked for once in the whole file. */
function callsNamed(name: string, { program }: Provenance): readonly MethodCall[] {
  if (!program) return [];
  let calls = methodCalls.get(program);
  if (!calls) {
    const found = new Map<string, MethodCall[]>();
    walk(program, (node) => {
      if (!isMethodCall(node)) return undefined;
      const called = memberName(node.callee) ?? "";
      const others = found.get(called);
      if (others) others.push(node);
      else found.set(called, [node]);
      return undefined;
    });
    methodCalls.set(program, found);
    calls = found;
  }
  return calls.get(name) ?? [];
}

function isMethodCall(node: TSESTree.Node): node is MethodCall {
  return node.type === "CallExpression" && node.callee.type === "MemberExpression";
}

/** `new Store()`, or `new this()` in a static method. */
function makes(
  { callee }: TSESTree.NewExpression,
  body: TSESTree.ClassBody,
  provenance: Provenance,
): boolean {
  if (callee.type === "ThisExpression") return classBodyAround(callee) === body;
  const made = localClass(callee, provenance);
  return made !== undefined && classChain(made, provenance).includes(body);
}

/** An object of a class as a resource: what its class offers to get rid of it releases it. */
function objectOf(chain: readonly TSESTree.ClassBody[]): Resource {
  const names = chain.flatMap(memberNamesOf).filter((name) => releasingMemberName.test(name));
  const releases = names.map((name): Release => ({ kind: "method", name, async: false }));
  return {
    noun: "object",
    acquire: [],
    async: false,
    release: [{ kind: "symbol", async: false }, ...releases],
    idempotentRelease: true,
    value: "object",
  };
}

/** `await store.pool.end()`: what the factory gets rid of by the object's parts. */
function releasesIn(factory: FunctionNode, variable: Variable): Use[] {
  const uses: Use[] = [];
  walk(factory.body, (node) => {
    if (isFunction(node)) return false;
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
    const name = memberName(node.callee) ?? "";
    const path = pathName(node.callee) ?? "";
    if (releasingMemberName.test(name) && path.startsWith(`${variable.name}.`)) {
      uses.push({ effect: "release", at: node, reference: node, inClosure: false });
    }
    return undefined;
  });
  return uses;
}
