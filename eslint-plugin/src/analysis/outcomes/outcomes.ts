import type { TSESTree } from "@typescript-eslint/types";

import { savingName } from "../../resources/known-errors.js";
import { totalFunctions } from "../../resources/known-functions.js";
import { isRelease } from "../code/guarded.js";
import { isTelling } from "../code/handlers.js";
import { calleeName, isFunction, lastName, unwrap, walk } from "../code/syntax.js";

const leaving = /^(Break|Continue|Return|Throw)Statement$/;

/**
 * Whether code tells by itself that a part of it succeeded: it gives its result away, leaves, or goes
 * on with something else once that is done.
 */
export function leavesTrace(code: TSESTree.Node, part: TSESTree.Node): boolean {
  let trace = false;
  walk(code, (node) => {
    if (trace || isFunction(node)) return false;
    const around = node.range[0] <= part.range[0] && node.range[1] >= part.range[1];
    const behind = node.range[0] >= part.range[1];
    if (around && node.type === "ReturnStatement") trace = true;
    if (!around && !behind) return undefined;
    if (node.type === "AssignmentExpression" || node.type === "UpdateExpression") trace = true;
    if (behind) {
      trace ||= leaving.test(node.type) || node.type === "YieldExpression";
      trace ||= node.type === "CallExpression" && isWork(node);
    }
    return undefined;
  });
  return trace;
}

function isWork(call: TSESTree.CallExpression): boolean {
  return !isTelling(call) && !isRelease(call) && !totalFunctions.has(calleeName(call.callee));
}

/** Whether nothing of the function, or of the turn of its loop, comes after a statement. */
export function nothingFollows(statement: TSESTree.Node): boolean {
  for (let at = statement; at.parent; at = at.parent) {
    const { parent } = at;
    if (isFunction(parent) || /^(For|While|DoWhile)/.test(parent.type)) return true;
    if (parent.type === "BlockStatement" && parent.body.at(-1) !== at) return false;
    if (parent.type === "SwitchCase" || parent.type === "Program") return false;
    if (parent.type === "TryStatement" && parent.finalizer && at !== parent.finalizer) return false;
  }
  return true;
}

/** Whether what follows a `try` looks after its failure: it does the same in another way, or looks. */
export function recovers(attempt: TSESTree.TryStatement): boolean {
  const { parent } = attempt;
  const list = parent.type === "BlockStatement" ? parent.body : [];
  const rest = list.slice(list.indexOf(attempt) + 1);
  return rest.some((statement) => {
    let recovering = false;
    walk(statement, (node) => {
      if (node.type !== "CallExpression") return undefined;
      const name = lastName(unwrap(node.callee)) ?? "";
      recovering ||= savingName.test(name) || /^(access|exists|stat)/.test(name);
      return undefined;
    });
    return recovering;
  });
}
