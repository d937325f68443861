import type { TSESTree } from "@typescript-eslint/types";

import { asyncMethods } from "../../resources/async-methods.js";
import { immediateCallers, releaseVerbs } from "../../resources/known-functions.js";
import type { TypeSource } from "../../types/type-source.js";
import { localClass, methodIn } from "../code/classes.js";
import { localFunction } from "../code/local-functions.js";
import type { Provenance } from "../code/provenance.js";
import {
  enclosingFunction,
  type FunctionNode,
  isFunction,
  lastName,
  memberName,
  unwrap,
  wrapped,
} from "../code/syntax.js";

/** A place that names a value, of which a promise may be made there. */
interface PendingQuestion {
  readonly node: TSESTree.Node;
  readonly func: FunctionNode;
  /** The expression that made the value. */
  readonly value: TSESTree.Expression;
  readonly provenance: Provenance;
  readonly types: TypeSource;
}

/** Names and events of what comes with the release itself: who waited for it would wait for ever. */
const comesWithRelease =
  /clos|dispos|done|drain|end(ed)?$|exit|finish|complet|disconnect|shutdown|stop|terminat|^wait|move|^until/i;

/** The promise that works with a value and that a function returns without waiting for it. */
export function pendingReturn(question: PendingQuestion): TSESTree.Expression | undefined {
  const { func, provenance } = question;
  const promise = promiseAround(question);
  if (!promise) return undefined;
  const goesTo = beyondBranches(promise);
  if (goesTo?.type === "ReturnStatement") return promise;
  // `const promise = x.read(); return promise;`
  if (goesTo?.type !== "VariableDeclarator" || goesTo.id.type !== "Identifier") return undefined;
  if (goesTo.parent.kind !== "const") return undefined;
  const [variable] = provenance.declaredBy(goesTo);
  const [use, another] = (variable?.references ?? []).filter(({ init }) => !init);
  if (!use || another || enclosingFunction(use.identifier) !== func) return undefined;
  const isReturned = wrapped(use.identifier).parent?.type === "ReturnStatement";
  return isReturned ? (use.identifier as TSESTree.Expression) : undefined;
}

/** The promise that works with a value and is put into something. */
export function pendingStore(question: PendingQuestion): TSESTree.Expression | undefined {
  const promise = promiseAround(question);
  return promise && wrapped(promise).parent?.type === "AssignmentExpression" ? promise : undefined;
}

/** What an expression is a part of, branches of `?:`, `??` and the like left out. */
function beyondBranches(expression: TSESTree.Node): TSESTree.Node | undefined {
  let at = wrapped(expression);
  for (;;) {
    const { parent }: { parent?: TSESTree.Node } = at;
    const passes =
      (parent?.type === "ConditionalExpression" && parent.test !== at) ||
      (parent?.type === "LogicalExpression" && parent.right === at);
    if (!passes) return parent;
    at = wrapped(parent);
  }
}

/** What an expression has of a value. */
type State =
  /** The value itself, or a literal that it is a part of. */
  | "value"
  /** Something that was made of it, or read. */
  | "derived"
  /** A promise of something that works with it. */
  | "promise"
  /** An array of such promises. */
  | "promises";

/** The outermost call around that is a promise for certain, if nothing waits on the way to it. */
function promiseAround(question: PendingQuestion): TSESTree.CallExpression | undefined {
  const { node, func } = question;
  let child = node;
  let state: State = "value";
  const inner = enclosingFunction(node);
  if (inner && inner !== func) {
    if (enclosingFunction(inner) !== func) return undefined;
    if (!inner.async || inner.generator) return bodyOf(question, inner);
    // What an async function has begun goes on behind its promise.
    const closure = wrapped(inner);
    const call = closure.parent;
    if (call?.type !== "CallExpression") return undefined;
    if (call.callee === closure) state = "promise";
    else if (isImmediate(call)) state = "promises";
    else return undefined;
    child = call;
  }
  return climb(child, state, question);
}

/** `(item) => x.read(item)`, of which an array's method makes an array of promises. */
function bodyOf(
  question: PendingQuestion,
  inner: FunctionNode,
): TSESTree.CallExpression | undefined {
  const { node } = question;
  if (!isImmediate(inner.parent)) return undefined;
  const promise = climb(node, "value", { ...question, func: inner });
  if (!promise || wrapped(promise) !== inner.body) return undefined;
  return climb(inner.parent, "promises", question);
}

function climb(
  start: TSESTree.Node,
  from: State,
  question: PendingQuestion,
): TSESTree.CallExpression | undefined {
  let state = from;
  let promise = from === "promise" ? (start as TSESTree.CallExpression) : undefined;
  let child = start;
  for (let at = start.parent; at && at !== question.func; child = at, at = at.parent) {
    switch (at.type) {
      case "CallExpression": {
        if (isReleasing(at)) return undefined;
        if (at.callee !== child && state === "derived") return undefined;
        if (isPending(at, question, state)) {
          state = "promise";
          promise = at;
        } else if (at.callee !== child) return undefined;
        else state = "derived";
        continue;
      }
      case "MemberExpression":
        if (at.object !== child || state === "promises") return undefined;
        // What is read of a value is another one, unless it is a method that is called.
        if (state === "value" && !isCalled(at)) state = "derived";
        continue;
      case "ArrayExpression":
        if (state === "promise") state = "promises";
        continue;
      case "ObjectExpression":
      case "Property":
        if (state !== "value") return undefined;
        continue;
      case "ChainExpression":
      case "ConditionalExpression":
      case "LogicalExpression":
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
        continue;
      default:
        return state === "promise" ? promise : undefined;
    }
  }
  return state === "promise" ? promise : undefined;
}

function isCalled(member: TSESTree.MemberExpression): boolean {
  const access = wrapped(member);
  return access.parent?.type === "CallExpression" && access.parent.callee === access;
}

function isReleasing({ callee, arguments: given }: TSESTree.CallExpression): boolean {
  const name = lastName(callee);
  // `x[Symbol.asyncDispose]()`
  if (name === undefined && callee.type === "MemberExpression") return true;
  if (name !== undefined && (releaseVerbs.includes(name) || comesWithRelease.test(name)))
    return true;
  return given.some(
    (argument) => argument.type === "Literal" && comesWithRelease.test(String(argument.value)),
  );
}

function isImmediate(call: TSESTree.Node): boolean {
  return (
    call.type === "CallExpression" &&
    call.callee.type === "MemberExpression" &&
    immediateCallers.has(memberName(call.callee) ?? "")
  );
}

/** Whether a call gives a promise, as types or the file itself tell. */
function isPending(
  call: TSESTree.CallExpression,
  { node, value, provenance, types }: PendingQuestion,
  state: State,
): boolean {
  const callee = unwrap(call.callee);
  const name = lastName(callee) ?? "";
  if (callee.type === "MemberExpression") {
    const ofPromise = unwrap(callee.object);
    if (ofPromise.type === "Identifier" && ofPromise.name === "Promise") {
      return /^promises?$/.test(state) && /^(all|allSettled|any|race)$/.test(name);
    }
    // `x.read().then(…)`
    if (state === "promise" && /^(catch|finally|then)$/.test(name)) return true;
  }
  if (state === "promises") return false;
  const typed = types.isPromise(call);
  if (typed !== undefined) return typed;
  const local = localFunction(callee, provenance) ?? ownMethod(callee, node, value, provenance);
  if (local) return local.async && !local.generator;
  // `handle.read(…)` of what `open` of `fs/promises` gave.
  if (callee.type !== "MemberExpression" || unwrap(callee.object) !== node) return false;
  const made = isFunction(value) ? undefined : provenance.originOf(calleeOf(value) ?? value);
  return (
    made !== undefined && (asyncMethods.get(`${made.module}.${made.name}`)?.has(name) ?? false)
  );
}

function calleeOf(value: TSESTree.Expression): TSESTree.Node | undefined {
  return value.type === "CallExpression" || value.type === "NewExpression"
    ? value.callee
    : undefined;
}

/** The method of a class of the file of which the value is an instance. */
function ownMethod(
  callee: TSESTree.Node,
  node: TSESTree.Node,
  value: TSESTree.Expression,
  provenance: Provenance,
): FunctionNode | undefined {
  if (callee.type !== "MemberExpression" || unwrap(callee.object) !== node) return undefined;
  if (value.type !== "NewExpression") return undefined;
  const body = localClass(value.callee, provenance);
  const name = memberName(callee);
  return body && name !== undefined ? methodIn([body], name) : undefined;
}
