import type { TSESTree } from "@typescript-eslint/types";

import { isFunction, walk } from "../analysis/code/syntax.js";

/** Whether evaluating a node runs nothing that could fail, or could tell what is open. */
export function isQuiet(expression: TSESTree.Node): boolean {
  let quiet = true;
  walk(expression, (node) => {
    if (isFunction(node)) return false;
    if (isNoisy(node)) quiet = false;
    return quiet;
  });
  return quiet;
}

function isNoisy(node: TSESTree.Node): boolean {
  const isError =
    node.type === "NewExpression" &&
    node.callee.type === "Identifier" &&
    node.callee.name.endsWith("Error");
  return /(Call|New|Await|Yield|Import|TaggedTemplate)Expression$/.test(node.type) && !isError;
}
