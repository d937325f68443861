import type { TSESTree } from "@typescript-eslint/types";

import { classChain, methodIn } from "../code/classes.js";
import { keptFor } from "../code/kept.js";
import type { Use } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import {
  classBodyAround,
  type FunctionNode,
  isFunction,
  pathName,
  walk,
  wrapped,
} from "../code/syntax.js";

/**
 * A constructor at work: until it returns, nobody has its object but those that it has told of it,
 * so that what the object holds is lost if the constructor throws.
 */
export interface Construction {
  /** The constructor, or a factory that has called it. */
  readonly constructor: FunctionNode;
  /** The call by which it comes to the acquiring method, awaited or not; absent in itself. */
  readonly call: TSESTree.CallExpression | TSESTree.AwaitExpression | undefined;
  /** Where the object becomes known to others. */
  readonly escapes: readonly Use[];
  /** The method of that name which the object under construction has. */
  methodNamed(name: string): FunctionNode | undefined;
}

/** The constructor that a function is, or whose helper it is: `this.open()` and nobody else's. */
export function constructionOf(
  func: FunctionNode,
  provenance: Provenance,
): Construction | undefined {
  const { parent } = func;
  const body = classBodyAround(func);
  if (parent.type !== "MethodDefinition" || parent.static || !body) return undefined;
  const chain = classChain(body, provenance);
  const methodNamed = (name: string): FunctionNode | undefined => methodIn(chain, name);
  const constructors = chain.flatMap(constructorsOf);
  const [own] = constructors;
  if (own === func) {
    return { constructor: own, call: undefined, escapes: escapesOf(own), methodNamed };
  }
  const name = parent.key.type === "Identifier" && !parent.computed ? parent.key.name : undefined;
  if (name === undefined || parent.kind !== "method" || methodNamed(name) !== func)
    return undefined;
  const calls = chain.flatMap((each) => callsOf(name, each));
  const [call, another] = calls;
  const constructor = constructors.find((each) => call && isStepOf(call, each));
  if (!call || another || !constructor) return undefined;
  return { constructor, call, escapes: escapesOf(constructor), methodNamed };
}

const constructorsOf = keptFor(({ body }: TSESTree.ClassBody) =>
  body.flatMap((element) =>
    element.type === "MethodDefinition" &&
    element.kind === "constructor" &&
    element.value.type === "FunctionExpression"
      ? [element.value]
      : [],
  ),
);

const ownCalls = new WeakMap<
  TSESTree.ClassBody,
  ReadonlyMap<string, readonly TSESTree.CallExpression[]>
>();

/** Where a class calls a method of its own; looked for once in a class. */
function callsOf(name: string, body: TSESTree.ClassBody): readonly TSESTree.CallExpression[] {
  let calls = ownCalls.get(body);
  if (!calls) {
    const found = new Map<string, TSESTree.CallExpression[]>();
    walk(body, (node) => {
      if (node.type !== "CallExpression") return undefined;
      const path = pathName(node.callee);
      if (!path?.startsWith("this.")) return undefined;
      const others = found.get(path);
      if (others) others.push(node);
      else found.set(path, [node]);
      return undefined;
    });
    ownCalls.set(body, found);
    calls = found;
  }
  return calls.get(`this.${name}`) ?? [];
}

/** Whether a call is a statement of the function's own, outside of any other. */
function isStepOf(call: TSESTree.CallExpression, func: FunctionNode): boolean {
  return call.parent.type === "ExpressionStatement" && call.parent.parent === func.body;
}

function escapesOf(func: FunctionNode): Use[] {
  const escapes: Use[] = [];
  walk(func.body, (node) => {
    if (node.type === "FunctionExpression" || node.type === "FunctionDeclaration") return false;
    if (node.type !== "ThisExpression") return undefined;
    const whole = wrapped(node);
    const at = arrowAround(node, func) ?? (isMemberRead(whole) ? undefined : whole.parent);
    if (at) escapes.push({ effect: "handOver", at, reference: node, inClosure: false });
    return undefined;
  });
  return escapes;
}

function isMemberRead(node: TSESTree.Node): boolean {
  return node.parent?.type === "MemberExpression" && node.parent.object === node;
}

/** The outermost arrow function of the constructor around a node: it has `this`, whoever gets it. */
function arrowAround(node: TSESTree.Node, func: FunctionNode): TSESTree.Node | undefined {
  let arrow: TSESTree.Node | undefined;
  for (let at: TSESTree.Node | undefined = node; at && at !== func; at = at.parent) {
    if (isFunction(at)) arrow = at;
  }
  return arrow;
}
