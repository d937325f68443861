import type { TSESTree } from "@typescript-eslint/types";

import {
  type FunctionNode,
  isFunction,
  memberName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";

type Call = TSESTree.CallExpression;

/** A function that a chain of promises calls with what was rejected. */
export interface RejectionHandler {
  readonly func: FunctionNode;
  /** The `.catch(…)` or `.then(…, …)`. */
  readonly call: Call;
  readonly method: "catch" | "then";
  /** What may reject. */
  readonly guarded: TSESTree.Expression;
  /** The calls that made the promises at the beginning; none where the promise is somebody else's. */
  readonly roots: readonly Call[];
  /** Whether something of the chain happens on success only. */
  readonly tells: boolean;
  /** Whether somebody asks for what the handler gives. */
  readonly used: boolean;
}

const chaining = ["catch", "finally", "then"];

/** The handler that a call puts at the end of a chain: `x().catch(() => {})`, `x().then(f, () => {})`. */
export function handlerOf(node: TSESTree.Node): RejectionHandler | undefined {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
  const method = memberName(node.callee);
  if (method !== "catch" && method !== "then") return undefined;
  const func = node.arguments[method === "catch" ? 0 : 1];
  if (!func || !isFunction(func) || node.arguments.length !== (method === "catch" ? 1 : 2)) {
    return undefined;
  }
  const { roots, continued } = beginningOf(node.callee.object);
  const first = method === "then" ? node.arguments[0] : undefined;
  return {
    func,
    call: node,
    method,
    guarded: node.callee.object,
    roots,
    tells: continued || (first !== undefined && isFunction(first)),
    used: isUsed(node),
  };
}

function beginningOf(expression: TSESTree.Expression): { roots: Call[]; continued: boolean } {
  let continued = false;
  let at = unwrap(expression);
  while (at.type === "CallExpression" && at.callee.type === "MemberExpression") {
    const name = memberName(at.callee) ?? "";
    if (!chaining.includes(name)) break;
    continued ||= name === "then";
    at = unwrap(at.callee.object);
  }
  if (at.type !== "CallExpression") return { roots: [], continued };
  const all = promisesIn(at);
  return { roots: all ? all.flatMap(calls) : [at], continued };
}

function calls(node: TSESTree.Node): Call[] {
  const call = unwrap(node);
  return call.type === "CallExpression" ? [call] : [];
}

/** What `Promise.all`, or another one of its kind, waits for, as far as it is written there. */
function promisesIn(call: Call): TSESTree.Node[] | undefined {
  const { callee, arguments: given } = call;
  if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return undefined;
  if (callee.object.name !== "Promise") return undefined;
  const [list] = given;
  return list ? elementsOf(list) : [];
}

/** The elements of a literal array, or what a callback of `map` gives. */
function elementsOf(list: TSESTree.Node): TSESTree.Node[] {
  const array = unwrap(list);
  if (array.type === "ArrayExpression") {
    return array.elements.flatMap((each) =>
      each ? (each.type === "SpreadElement" ? elementsOf(each.argument) : [each]) : [],
    );
  }
  if (array.type !== "CallExpression" || array.callee.type !== "MemberExpression") return [];
  const [callback] = array.arguments;
  if (memberName(array.callee) !== "map" || !callback || !isFunction(callback)) return [];
  const { body } = callback;
  if (body.type !== "BlockStatement") {
    const value = unwrap(body);
    return [value.type === "AwaitExpression" ? value.argument : value];
  }
  const only = body.body.length === 1 ? body.body[0] : undefined;
  if (only?.type === "ReturnStatement" && only.argument) return [only.argument];
  return only?.type === "ExpressionStatement" && only.expression.type === "AwaitExpression"
    ? [only.expression.argument]
    : [];
}

/** Whether an expression's value goes anywhere but out of the function. */
function isUsed(node: TSESTree.Node): boolean {
  let at = wrapped(node);
  for (let { parent } = at; parent; { parent } = at) {
    if (parent.type === "AwaitExpression" || isFinally(parent, at)) {
      at = wrapped(parent.type === "AwaitExpression" ? parent : (parent.parent ?? parent));
      continue;
    }
    return !(
      parent.type === "ExpressionStatement" ||
      parent.type === "ReturnStatement" ||
      (parent.type === "UnaryExpression" && parent.operator === "void") ||
      (isFunction(parent) && parent.body === at)
    );
  }
  return false;
}

/** `….finally(…)` gives what came before it. */
function isFinally(member: TSESTree.Node, object: TSESTree.Node): boolean {
  return (
    member.type === "MemberExpression" &&
    member.object === object &&
    memberName(member) === "finally" &&
    member.parent.type === "CallExpression"
  );
}

/** What a `Promise.allSettled` waits for whose results nobody looks at. */
export function settledIn(call: Call): { readonly promises: readonly TSESTree.Node[] } | undefined {
  const { callee } = call;
  if (callee.type !== "MemberExpression" || memberName(callee) !== "allSettled") return undefined;
  const promises = promisesIn(call);
  if (!promises || promises.length === 0) return undefined;
  return isUsed(call) || isReturned(call) || namesRejections(call) ? undefined : { promises };
}

function isReturned(node: TSESTree.Node): boolean {
  const at = wrapped(node);
  const outer = at.parent?.type === "AwaitExpression" ? wrapped(at.parent) : at;
  const { parent } = outer;
  return parent?.type === "ReturnStatement" || (parent !== undefined && isFunction(parent));
}

/** Whether one of the promises looks at its own rejection. */
function namesRejections(call: Call): boolean {
  let handled = false;
  walk(call, (node) => {
    if (node.type === "CatchClause") handled = true;
    if (node.type === "MemberExpression" && memberName(node) === "catch") handled = true;
    return !handled;
  });
  return handled;
}
