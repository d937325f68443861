import type { TSESTree } from "@typescript-eslint/types";

import { promiseCombiners, promiseMethods } from "../../resources/known-functions.js";
import type { Provenance } from "./provenance.js";
import { calleeName, memberName, wrapped } from "./syntax.js";

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
