import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../analysis/created/acquisitions.js";
import type { Use } from "../analysis/uses/ownership.js";
import { calleeName, enclosingFunction, isFunction, wrapped } from "../analysis/code/syntax.js";
import { immediateCallers, totalMethods } from "../resources/known-functions.js";
import type { TypeSource } from "../types/type-source.js";
import type { Edit } from "./edit.js";

/**
 * Makes sure that whatever uses a resource is over when its block ends: a promise that is returned
 * gets an `await`; gives undefined where something else may still be running.
 */
export function settledUses(
  uses: readonly Use[],
  { func, resource }: Acquisition,
  types: TypeSource,
): Edit[] | undefined {
  const edits = new Map<TSESTree.Node, Edit>();
  for (const { effect, at, reference, inClosure } of uses) {
    if (effect === "release") continue;
    const call = pendingCall(inClosure ? reference : at, func, types);
    if (!call) continue;
    // A socket's methods and listeners give no promise; what they send is sent before `end`.
    const { callee } = call;
    const own = callee.type === "MemberExpression" && callee.object === reference;
    if (own && resource.withoutPromises) continue;
    const { parent } = wrapped(call);
    if (inClosure || !func.async || parent?.type !== "ReturnStatement") return undefined;
    // A `catch` would see what goes to the caller, and a `finally` would come later than it does,
    // as would the release of what stands under `using`.
    if (isGuarded(parent, func) || isUnderUsing(parent, func)) return undefined;
    edits.set(call, { range: [call.range[0], call.range[0]], text: "await " });
  }
  return [...edits.values()];
}

/** Whether a statement stands in a `try` whose `catch` or `finally` would come after it. */
export function isGuarded(statement: TSESTree.Node, func: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = statement; at && at !== func; at = at.parent) {
    const { parent }: { parent?: TSESTree.Node } = at;
    if (parent?.type === "TryStatement" && parent.finalizer !== at) return true;
  }
  return false;
}

/** Whether something is released by `using` when a statement leaves the function. */
function isUnderUsing(statement: TSESTree.Node, func: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = statement; at && at !== func; at = at.parent) {
    const { parent }: { parent?: TSESTree.Node } = at;
    if (parent?.type !== "BlockStatement") continue;
    const earlier = parent.body.slice(0, parent.body.indexOf(at as TSESTree.Statement));
    if (
      earlier.some((each) => each.type === "VariableDeclaration" && each.kind.endsWith("using"))
    ) {
      return true;
    }
  }
  return false;
}

/** The outermost call that has to do with the resource, if its result may be a promise. */
function pendingCall(
  node: TSESTree.Node,
  func: TSESTree.Node,
  types: TypeSource,
): TSESTree.CallExpression | undefined {
  let pending: TSESTree.CallExpression | undefined;
  let inAsyncFunction = false;
  for (let at: TSESTree.Node | undefined = node; at && at !== func; at = at.parent) {
    if (at.type === "AwaitExpression" || (at.type === "ForOfStatement" && at.await)) {
      if (enclosingFunction(at) === func) return undefined;
      pending = undefined;
      inAsyncFunction = false;
    } else if (isFunction(at)) {
      // What runs inside a function is over when its caller is, or has waited for its promise.
      inAsyncFunction = at.async;
      pending = undefined;
    } else if (at.type === "CallExpression") {
      if (inAsyncFunction || !isSynchronous(at, types)) pending = at;
    }
  }
  return pending;
}

function isSynchronous(call: TSESTree.CallExpression, types: TypeSource): boolean {
  const promise = types.isPromise(call);
  if (promise !== undefined) return !promise;
  const name = calleeName(call.callee);
  const last = /[^.]*$/.exec(name)?.[0] ?? "";
  return (
    last.endsWith("Sync") ||
    totalMethods.has(last) ||
    immediateCallers.has(last) ||
    /^(path|console)\./.test(name)
  );
}
