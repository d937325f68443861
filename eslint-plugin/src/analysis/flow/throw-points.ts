import type { TSESTree } from "@typescript-eslint/types";

import {
  continuationName,
  endingFunctions,
  failingConstructors,
  failingName,
  immediateCallers,
  pausingName,
  promiseCombiners,
  startingFunctions,
  totalFunctions,
  totalMethods,
  totalModuleFunctions,
  totalModules,
  totalObjects,
} from "../../resources/known-functions.js";
import { localFunction } from "../code/local-functions.js";
import { givesOnlyWithoutReject, givesPromise, isWithoutReject } from "../code/promises.js";
import type { Provenance } from "../code/provenance.js";
import { isRegularExpression } from "../code/regular-expressions.js";
import {
  calleeName,
  type FunctionNode,
  isFunction,
  lastName,
  memberName,
  objectOf,
  unwrap,
  walk,
} from "../code/syntax.js";
import { isSureOfResult, makesParser, setsUpConnection, tellsOfState } from "./sure-calls.js";

/**
 * Says which nodes really fail: what is awaited, I/O, queries, parsing and checking, callbacks that
 * were given; not logging, arithmetic, or a call of which nothing says that it does any of these.
 */
export class ThrowPoints {
  readonly #provenance: Provenance;
  readonly #functions = new Map<FunctionNode, boolean>();
  readonly #nodes = new Map<TSESTree.Node, boolean>();

  /** How many functions are being looked into. */
  #depth = 0;

  constructor(provenance: Provenance) {
    this.#provenance = provenance;
  }

  mayThrow(node: TSESTree.Node): boolean {
    let fails = this.#nodes.get(node);
    if (fails === undefined) {
      fails = this.#throws(node);
      // While a function is looked into, what calls it back is not decided yet.
      if (this.#depth === 0) this.#nodes.set(node, fails);
    }
    return fails;
  }

  #throws(node: TSESTree.Node): boolean {
    switch (node.type) {
      case "CallExpression":
        return this.#callMayThrow(node);
      case "NewExpression":
        return this.#constructorMayThrow(node);
      case "AwaitExpression":
        return this.#awaitMayThrow(node);
      case "ImportExpression":
        // A module that is named is as good as installed.
        return node.source.type !== "Literal";
      case "TaggedTemplateExpression":
        return false;
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
    if (totalFunctions.has(name) || isSureOfResult(call, name)) return false;
    if (callee.type === "MemberExpression") {
      const method = memberName(callee) ?? "";
      if (immediateCallers.has(method)) return this.#callbackMayThrow(call);
      if (totalMethods.has(method)) return false;
      if (totalObjects.has(objectOf(name))) return false;
      if (method === "exec" && isRegularExpression(callee.object, this.#provenance)) return false;
    }
    const origin = this.#provenance.originOf(callee);
    if (origin && totalModules.has(origin.module)) return false;
    if (origin && totalModuleFunctions.has(`${origin.module}.${origin.name}`)) return false;
    if (origin && startingFunctions.has(`${origin.module}.${origin.name}`)) return false;
    const local = localFunction(callee, this.#provenance);
    // An async function does not throw when it is called, but when it is awaited.
    if (local) return !local.async && this.#bodyMayThrow(local);
    if (givesPromise(call, this.#provenance) || makesParser(call)) return false;
    if (setsUpConnection(call)) return false;
    return failingName.test(lastName(callee) ?? "") || this.#isGivenCallback(call, callee);
  }

  /** A function that the caller passed in: `onChunk(…)`. One that may be absent only watches. */
  #isGivenCallback(call: TSESTree.CallExpression, callee: TSESTree.Node): boolean {
    if (call.optional) return false;
    if (callee.type === "Identifier") {
      // What only says that it is over, as `resolve` of a new promise, does not fail.
      if (continuationName.test(callee.name) || tellsOfState(call, callee.name)) return false;
      return this.#provenance.variableOf(callee)?.defs[0]?.type === "Parameter";
    }
    return callee.type === "MemberExpression" && /^on[A-Z]/.test(memberName(callee) ?? "");
  }

  /** `items.map((item) => …)`: it fails as its callback does. */
  #callbackMayThrow(call: TSESTree.CallExpression): boolean {
    return call.arguments.some((argument) => {
      const callback = localFunction(unwrap(argument), this.#provenance);
      return callback !== undefined && !callback.async && this.#bodyMayThrow(callback);
    });
  }

  #constructorMayThrow({ callee, arguments: given }: TSESTree.NewExpression): boolean {
    const name = calleeName(callee);
    if (!failingConstructors.test(name)) return false;
    const [first] = given;
    // It is compiled anew with other flags.
    if (name === "RegExp" && first && isRegularExpression(first, this.#provenance)) return false;
    return !given.every((argument) => argument.type === "Literal");
  }

  /** What is awaited fails, unless it is a function of this file in which nothing does. */
  #awaitMayThrow({ argument }: TSESTree.AwaitExpression): boolean {
    const awaited = this.#constantOf(unwrap(argument));
    if (awaited.type === "NewExpression") return !isWithoutReject(awaited);
    if (awaited.type === "ImportExpression") return this.mayThrow(awaited);
    if (awaited.type !== "CallExpression") return true;
    const name = calleeName(awaited.callee);
    if (totalFunctions.has(name) || pausingName.test(name)) return false;
    const origin = this.#provenance.originOf(unwrap(awaited.callee));
    if (origin && totalModuleFunctions.has(`${origin.module}.${origin.name}`)) return false;
    if (isSureOfResult(awaited, name) || this.#isCaught(awaited)) return false;
    if (promiseCombiners.has(name)) return this.#combinedMayThrow(awaited);
    const local = localFunction(unwrap(awaited.callee), this.#provenance);
    if (local && !local.async && givesOnlyWithoutReject(local)) return this.#bodyMayThrow(local);
    return local?.async ? this.#bodyMayThrow(local) : true;
  }

  /**
   * `Promise.all(Array.from({ length }, () => work()))`, `Promise.all(items.map(async (item) => …))`:
   * it fails as the functions of this file do that are run.
   */
  #combinedMayThrow({ arguments: [list] }: TSESTree.CallExpression): boolean {
    const made = list && unwrap(list);
    if (made?.type !== "CallExpression") return true;
    const callback = made.arguments.at(-1);
    const isMapped = lastName(made.callee) === "map" || calleeName(made.callee) === "Array.from";
    let run = isMapped && callback ? localFunction(unwrap(callback), this.#provenance) : undefined;
    if (run && !run.async && run.body.type === "CallExpression") {
      run = localFunction(unwrap(run.body.callee), this.#provenance);
    }
    return run?.async !== true || this.#bodyMayThrow(run);
  }

  /** `await sent.catch(() => undefined)`: what answers the failure does not fail itself. */
  #isCaught({ callee, arguments: given }: TSESTree.CallExpression): boolean {
    if (callee.type !== "MemberExpression") return false;
    const method = memberName(callee);
    const [first, second] = given;
    if (method !== "catch" && !(method === "then" && second)) return false;
    return [first, second].every((argument) => {
      if (!argument) return true;
      if (totalObjects.has(objectOf(calleeName(argument)))) return true;
      const answer = localFunction(unwrap(argument), this.#provenance);
      return answer !== undefined && !this.#bodyMayThrow(answer);
    });
  }

  /** What a constant was made by: `const done = new Promise(…); await done`. */
  #constantOf(node: TSESTree.Node): TSESTree.Node {
    if (node.type !== "Identifier") return node;
    const definition = this.#provenance.variableOf(node)?.defs[0]?.node;
    if (definition?.type !== "VariableDeclarator" || definition.parent.kind !== "const")
      return node;
    const isNamed = definition.id.type === "Identifier";
    const init = isNamed && definition.init ? unwrap(definition.init) : node;
    return init.type === "NewExpression" ? init : node;
  }

  #bodyMayThrow(func: FunctionNode): boolean {
    const known = this.#functions.get(func);
    if (known !== undefined) return known;
    this.#functions.set(func, false); // for a function that calls itself
    this.#depth += 1;
    let fails = false;
    walk(func.body, (node) => {
      if (fails || isFunction(node)) return false;
      // What a `catch` answers does not leave the function.
      if (node.type === "BlockStatement" && isAnswered(node)) return false;
      fails = node.type === "ThrowStatement" || (isCall(node) && this.mayThrow(node));
      return undefined;
    });
    this.#depth -= 1;
    this.#functions.set(func, fails);
    return fails;
  }
}

/** Whether a block is that of a `try` with a `catch`. */
function isAnswered({ parent, range }: TSESTree.BlockStatement): boolean {
  return (
    parent.type === "TryStatement" && parent.handler !== null && parent.block.range[0] === range[0]
  );
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
