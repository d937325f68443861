import type { TSESTree } from "@typescript-eslint/types";

import { promiseCombiners, promiseMethods } from "../../resources/known-functions.js";
import type { Provenance } from "./provenance.js";
import {
  calleeName,
  type FunctionNode,
  isFunction,
  memberName,
  throws,
  unwrap,
  walk,
  wrapped,
} from "./syntax.js";

/**
 * Whether the code takes what a call gives for a promise: `send().catch(tell)`, `void send()`, or
 * `const sent = send()` with `await sent`. Such a call tells of its failure by the promise.
 */
export function givesPromise(call: TSESTree.CallExpression, provenance: Provenance): boolean {
  const whole = wrapped(call);
  if (isTakenForPromise(whole)) return true;
  const { parent } = whole;
  if (parent?.type !== "VariableDeclarator" || parent.id.type !== "Identifier") return false;
  return provenance
    .declaredBy(parent)
    .some(({ references }) =>
      references.some(({ identifier }) => isAwaited(identifier) || isTakenForPromise(identifier)),
    );
}

function isAwaited(node: TSESTree.Node): boolean {
  return wrapped(node).parent?.type === "AwaitExpression";
}

/** `x.then(…)`, `void x`, `Promise.race([x, …])`. */
function isTakenForPromise(node: TSESTree.Node): boolean {
  const { parent } = wrapped(node);
  switch (parent?.type) {
    case "MemberExpression": {
      const access = wrapped(parent);
      return (
        promiseMethods.has(memberName(parent) ?? "") &&
        access.parent?.type === "CallExpression" &&
        access.parent.callee === access
      );
    }
    case "UnaryExpression":
      return parent.operator === "void";
    case "ArrayExpression": {
      const { parent: taker } = parent;
      return taker.type === "CallExpression" && promiseCombiners.has(calleeName(taker.callee));
    }
    default:
      return false;
  }
}

/** `new Promise((resolve) => …)`: nothing can reject it, unless making it throws. */
export function isWithoutReject({
  callee,
  arguments: [executor],
}: TSESTree.NewExpression): boolean {
  if (callee.type !== "Identifier" || callee.name !== "Promise") return false;
  if (!executor || !isFunction(executor)) return false;
  return executor.params.length < 2 && !throws(executor.body);
}

/** Whether all that a function returns are promises that nothing can reject. */
export function givesOnlyWithoutReject({ body }: FunctionNode): boolean {
  const isWithout = (node: TSESTree.Node | null | undefined): boolean => {
    const given = node && unwrap(node);
    return given?.type === "NewExpression" && isWithoutReject(given);
  };
  if (body.type !== "BlockStatement") return isWithout(body);
  const returned: (TSESTree.Expression | null)[] = [];
  walk(body, (node) => {
    if (isFunction(node)) return false;
    if (node.type === "ReturnStatement") returned.push(node.argument);
    return undefined;
  });
  return returned.length > 0 && returned.every((each) => isWithout(each));
}
