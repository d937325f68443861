import type { TSESTree } from "@typescript-eslint/types";

import type { Origin, Release, Resource } from "../../resources/catalogue.js";
import { fillingMethods, symbolsSince } from "../../resources/entries.js";
import {
  creatingName,
  lockingName,
  nodeModules,
  releasePairs,
  releaseVerbs,
  typesOfBrowsers,
} from "../../resources/known-functions.js";
import type { ResultShape, TypeSource } from "../../types/type-source.js";
import type { Call } from "./acquisitions.js";
import { memberAround } from "../code/class-fields.js";
import { localClass } from "../code/classes.js";
import { keptIn } from "../code/kept.js";
import { keyOf, type Provenance } from "../code/provenance.js";
import { transactionByUse } from "./transactions.js";
import {
  enclosingFunction,
  type FunctionNode,
  lastName,
  memberName,
  pathName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";

/**
 * What a call acquires that no catalogue names, by evidence: a lock whose release function the
 * code calls, or something disposable that was made by `new` or by a name such as `createSession`.
 */
export function resourceByEvidence(
  call: Call,
  origin: Origin | undefined,
  provenance: Provenance,
  types: TypeSource,
  byType: ReadonlyMap<string, Resource>,
): Resource | undefined {
  const name = lastName(call.callee);
  if (name === undefined) return undefined;
  if (call.type === "CallExpression" && lockingName.test(name)) {
    return lockByUse(call, name, provenance);
  }
  if (call.type === "CallExpression") {
    const transaction = transactionByUse(call, name, provenance);
    if (transaction) return transaction;
    if (!creatingName.test(name)) return undefined;
  }
  // What Node and the language make is in the catalogue, or holds nothing worth releasing.
  if (origin && (origin.module === "" || nodeModules.has(origin.module))) return undefined;
  // Asking is dear: only of what the function keeps, and of nothing that says by itself what it is.
  if (!isKept(call) || isPlainClass(call, provenance)) return undefined;
  // What a module keeps lives as long as the process; what a field holds does not.
  if (!enclosingFunction(call) && !memberAround(call)) return undefined;
  const shape = types.resultOf(call, [...releaseVerbs, ...foreignMethods, "adopt"]);
  if (!shape || shape.likeReceiver) return undefined;
  const { module, typeName, promised } = shape;
  const isForeign = module === "" || (module !== undefined && nodeModules.has(module));
  // `inspector.open();`: of which nothing is said but that one may undo it, whoever does not want to.
  if (/^(Async)?Disposable$/.test(typeName) && isStatement(call)) return undefined;
  if (!isForeign) return disposable(shape);
  // What Node has not opened for the function that gives it, as a child process, ends by itself.
  const known = byType.get(keyOf({ module, name: typeName }));
  return known && { ...known, async: promised };
}

/**
 * Whether the function may keep the result: in a variable, in a field of its object, with others for
 * which `Promise.all` waits, or nowhere at all.
 */
export function isKept(call: Call): boolean {
  let { parent } = wrapped(call);
  if (parent?.type === "AwaitExpression") ({ parent } = wrapped(parent));
  // `given ?? open()`
  while (parent?.type === "LogicalExpression" || parent?.type === "ConditionalExpression") {
    ({ parent } = parent);
  }
  // `new Client().send()`: a statement that leaves nothing behind to release it by.
  if (parent?.type === "MemberExpression" && parent.parent.type === "CallExpression") {
    ({ parent } = parent.parent);
    if (parent.type === "AwaitExpression") ({ parent } = parent);
    return parent.type === "ExpressionStatement";
  }
  switch (parent?.type) {
    case "VariableDeclarator":
      return parent.id.type === "Identifier";
    case "AssignmentExpression": {
      const target = unwrap(parent.left);
      if (target.type === "MemberExpression") return target.object.type === "ThisExpression";
      return target.type === "Identifier";
    }
    case "ExpressionStatement":
      return true;
    case "PropertyDefinition":
      return !parent.static;
    case "ArrayExpression":
      return parent.parent.type === "CallExpression" || parent.parent.type === "MemberExpression";
    // `pools.map((pool) => { return pool.connect(); })`
    case "ReturnStatement":
      return enclosingFunction(parent)?.parent.type === "CallExpression";
    case "ArrowFunctionExpression":
      return parent.parent.type === "CallExpression";
    default:
      return false;
  }
}

function isStatement(call: Call): boolean {
  let { parent } = wrapped(call);
  if (parent?.type === "AwaitExpression") ({ parent } = wrapped(parent));
  return parent?.type === "ExpressionStatement";
}

/** Whether a call makes an object of a class of this file that has no dispose method. */
function isPlainClass(call: Call, provenance: Provenance): boolean {
  const body = call.type === "NewExpression" ? localClass(call.callee, provenance) : undefined;
  if (!body || body.parent.superClass) return false;
  return body.body.every((element) => !("computed" in element) || !element.computed);
}

/** Streams and iterators are disposable by inheritance, which says nothing of what they hold. */
const foreignMethods = ["pipe", "next"] as const;

function disposable({ typeName, dispose, methods, promised }: ResultShape): Resource | undefined {
  const { sync, async } = dispose;
  if (!(sync || async)) return undefined;
  if (foreignMethods.some((method) => methods.includes(method))) return undefined;
  const isStack = methods.includes("adopt");
  const releasing = methods.filter((name) => releaseVerbs.includes(name));
  const [first, ...others] = releasing.map((name): Release => ({ kind: "method", name, async }));
  const resource: Resource = {
    noun: typeName === "" || typeName.startsWith("__") ? "resource" : typeName,
    acquire: [],
    async: promised,
    release: [first ?? { kind: "symbol", async }, ...others],
    idempotentRelease: false,
    value: "object",
    dispose: { symbol: async ? "async" : "sync", since: symbolsSince },
    ...(typesOfBrowsers.has(typeName) ? { releasedWithGiver: true } : {}),
    ...(isStack ? { dormantUntil: fillingMethods, handingOver: ["move"] } : {}),
  };
  return resource;
}

/** `const release = await lock.acquire()` with `release()`, or `lock.acquire()` with `lock.release()`. */
function lockByUse(
  call: TSESTree.CallExpression,
  name: string,
  provenance: Provenance,
): Resource | undefined {
  let node = wrapped(call);
  const awaited = node.parent?.type === "AwaitExpression";
  if (awaited && node.parent) node = wrapped(node.parent);
  const { parent } = node;
  if (parent?.type === "VariableDeclarator") {
    const [variable] = provenance.declaredBy(parent);
    const called = variable?.references.some(({ identifier }) => isCalledBare(identifier));
    return called ? releasedByCall(awaited) : undefined;
  }
  if (parent?.type !== "ExpressionStatement") return undefined;
  const giver = call.callee.type === "MemberExpression" ? call.callee.object : undefined;
  const path = giver && pathName(giver);
  const release = path === undefined ? undefined : releaseOn(path, name, call);
  return release === undefined ? undefined : releasedByGiver(awaited, release);
}

function isCalledBare(identifier: TSESTree.Node): boolean {
  const { parent } = identifier;
  return (
    parent?.type === "CallExpression" &&
    parent.callee === identifier &&
    parent.arguments.length === 0
  );
}

/** The method with which the function around releases what `path` has given. */
function releaseOn(path: string, acquire: string, call: TSESTree.Node): string | undefined {
  const func = enclosingFunction(call);
  const calls = func && methodsCalledIn(func).get(path);
  let last: { name: string; at: number } | undefined;
  for (const name of releasePairs.get(acquire) ?? []) {
    const at = calls?.get(name);
    if (at !== undefined && at > (last?.at ?? -1)) last = { name, at };
  }
  return last?.name;
}

const methodCalls = new WeakMap<FunctionNode, ReadonlyMap<string, ReadonlyMap<string, number>>>();

/** The methods that a function calls, by the path of their object, with the place of the last call. */
function methodsCalledIn(func: FunctionNode): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const known = methodCalls.get(func);
  if (known) return known;
  const found = new Map<string, Map<string, number>>();
  walk(func.body, (node) => {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
    const path = pathName(node.callee.object);
    if (path === undefined) return undefined;
    const methods = found.get(path) ?? new Map<string, number>();
    found.set(path, methods.set(memberName(node.callee) ?? "", node.range[0]));
    return undefined;
  });
  methodCalls.set(func, found);
  return found;
}

function releasedByCall(async: boolean): Resource {
  return { ...lock, async, release: [{ kind: "call", async: false }] };
}

const givenBack = new Map<string, Resource>();

/** The same one for the same method: what is found out about a giver then serves all that it gives. */
function releasedByGiver(async: boolean, name: string): Resource {
  return keptIn(givenBack, `${String(async)} ${name}`, () => ({
    ...lock,
    async,
    release: [{ kind: "giver", name, async: false }],
  }));
}

const lock = {
  noun: "lock",
  acquire: [],
  // A second release may free what another holds by now.
  idempotentRelease: false,
  value: "object",
} as const;
