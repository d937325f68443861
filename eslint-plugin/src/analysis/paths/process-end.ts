import type { TSESTree } from "@typescript-eslint/types";

import { promiseMethods } from "../../resources/known-functions.js";
import { endsProcess } from "../flow/throw-points.js";
import { variableHolding } from "../code/closures.js";
import { localFunction } from "../code/local-functions.js";
import type { Provenance } from "../code/provenance.js";
import {
  enclosingFunction,
  type FunctionNode,
  isFunction,
  memberName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";

/**
 * Whether an exception that leaves a function ends the process: a module runs it once, as `main()`
 * or at once where it stands, and nobody answers its failure, or the answer is `process.exit(1)`.
 */
export function failsWithProcess(func: FunctionNode, provenance: Provenance): boolean {
  const call = onlyCall(func, provenance);
  return call !== undefined && !enclosingFunction(call) && isUnanswered(call, provenance);
}

function onlyCall(func: FunctionNode, provenance: Provenance): TSESTree.CallExpression | undefined {
  const variable = variableHolding(func, provenance);
  const uses = variable
    ? variable.references.flatMap(({ init, identifier }) => (init ? [] : [identifier]))
    : [func];
  const [use, another] = uses;
  const called = use && !another ? wrapped(use) : undefined;
  const { parent } = called ?? {};
  return parent?.type === "CallExpression" && parent.callee === called ? parent : undefined;
}

/** Whether what fails by a call fails the module: through `await`, `then` and `finally`. */
function isUnanswered(call: TSESTree.CallExpression, provenance: Provenance): boolean {
  for (let at = wrapped(call); ;) {
    const { parent } = at;
    switch (parent?.type) {
      case "AwaitExpression":
      case "UnaryExpression":
        at = wrapped(parent);
        continue;
      case "MemberExpression": {
        const { parent: chained } = wrapped(parent);
        const method = memberName(parent) ?? "";
        if (chained?.type !== "CallExpression" || !promiseMethods.has(method)) return false;
        const answer = method === "then" ? chained.arguments[1] : chained.arguments[0];
        if (method !== "finally" && answer && !exits(answer, provenance)) return false;
        at = wrapped(chained);
        continue;
      }
      case "ExpressionStatement":
        return isUnguarded(parent);
      default:
        return false;
    }
  }
}

/** Whether a statement of the module stands in no `try` that would go on. */
function isUnguarded(statement: TSESTree.Node): boolean {
  for (let at = statement; at.parent; at = at.parent) {
    const { parent } = at;
    if (parent.type !== "TryStatement" || parent.block !== at || !parent.handler) continue;
    if (!exitsIn(parent.handler.body)) return false;
  }
  return true;
}

/** Whether the answer to a failure is the end of the process. */
function exits(answer: TSESTree.Node, provenance: Provenance): boolean {
  const func = localFunction(unwrap(answer), provenance);
  return func !== undefined && exitsIn(func.body);
}

function exitsIn(code: TSESTree.Node): boolean {
  let found = false;
  walk(code, (node) => {
    found ||= endsProcess(node);
    return isFunction(node) ? false : undefined;
  });
  return found;
}
