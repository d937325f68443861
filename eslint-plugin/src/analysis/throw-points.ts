import type { TSESTree } from "@typescript-eslint/types";

import {
  endingFunctions,
  totalConstructors,
  totalFunctions,
  totalMethods,
  totalModuleFunctions,
  totalModules,
  totalObjects,
} from "../resources/known-functions.js";
import { localFunction } from "./local-functions.js";
import type { Provenance } from "./provenance.js";
import { calleeName, type FunctionNode, isFunction, memberName, unwrap, walk } from "./syntax.js";

/** Says which nodes really fail: I/O, queries, parsing, callbacks, but not logging or arithmetic. */
export class ThrowPoints {
  readonly #provenance: Provenance;
  readonly #functions = new Map<FunctionNode, boolean>();

  constructor(provenance: Provenance) {
    this.#provenance = provenance;
  }

  mayThrow(node: TSESTree.Node): boolean {
    switch (node.type) {
      case "CallExpression":
        return this.#callMayThrow(node);
      case "NewExpression":
        return !isTotalConstructor(calleeName(node.callee));
      default:
        return true;
    }
  }

  /** Whether everybody expects a node to fail now and then, as I/O does. */
  isExpectedToThrow(node: TSESTree.Node): boolean {
    if (node.type !== "CallExpression") return node.type !== "NewExpression";
    return calleeName(node.callee).endsWith("Sync") || calleeName(node.callee) === "JSON.parse";
  }

  #callMayThrow(call: TSESTree.CallExpression): boolean {
    const callee = unwrap(call.callee);
    const name = calleeName(callee);
    if (totalFunctions.has(name)) return false;
    if (callee.type === "MemberExpression") {
      const method = memberName(callee) ?? "";
      // Their callbacks may fail, which is why the likes of `map` are not among them.
      if (totalMethods.has(method)) return false;
      if (totalObjects.has(/([^.]*)\.[^.]*$/.exec(name)?.[1] ?? "")) return false;
    }
    const origin = this.#provenance.originOf(callee);
    if (origin && totalModules.has(origin.module)) return false;
    if (origin && totalModuleFunctions.has(`${origin.module}.${origin.name}`)) return false;
    const local = localFunction(callee, this.#provenance);
    // An async function does not throw when it is called, but when it is awaited.
    if (local?.async) return false;
    return local ? this.#bodyMayThrow(local) : true;
  }

  #bodyMayThrow(func: FunctionNode): boolean {
    const known = this.#functions.get(func);
    if (known !== undefined) return known;
    this.#functions.set(func, false); // for a function that calls itself
    let throws = false;
    walk(func.body, (node) => {
      if (throws || isFunction(node)) return false;
      throws = node.type === "ThrowStatement" || (isCall(node) && this.mayThrow(node));
      return undefined;
    });
    this.#functions.set(func, throws);
    return throws;
  }
}

function isTotalConstructor(name: string): boolean {
  return totalConstructors.has(name) || name.endsWith("Error");
}

function isCall(node: TSESTree.Node): boolean {
  return (
    node.type === "CallExpression" ||
    node.type === "NewExpression" ||
    node.type === "AwaitExpression" ||
    node.type === "YieldExpression"
  );
}

/** Whether nothing of the function runs after the node: the process ends there. */
export function endsProcess(node: TSESTree.Node): boolean {
  return node.type === "CallExpression" && endingFunctions.has(calleeName(node.callee));
}
