import type { TSESTree } from "@typescript-eslint/types";

import { calleeName, isFunction, memberName, unwrap } from "../analysis/code/syntax.js";
import type { CheckedFile } from "./check.js";

/** What does something with a value, in few words: `endsWith`, `JSON.parse`, `for (… of text)`. */
export function spelling(node: TSESTree.Node, value: TSESTree.Node, file: CheckedFile): string {
  const at = unwrap(node);
  switch (at.type) {
    case "CallExpression": {
      const callee = unwrap(at.callee);
      const isMethod = callee.type === "MemberExpression" && unwrap(callee.object) === value;
      if (isMethod) return memberName(callee) ?? "[…]";
      if (callee.type === "MemberExpression" && unwrap(callee.object).type === "Literal") {
        return memberName(callee) ?? "";
      }
      return calleeName(callee);
    }
    case "MemberExpression":
      return `[${file.text.slice(...at.property.range).slice(0, 30)}]`;
    case "ForOfStatement":
      return `for (… of …)`;
    default:
      return isFunction(at) ? "a function" : file.text.slice(...at.range).slice(0, 30);
  }
}
