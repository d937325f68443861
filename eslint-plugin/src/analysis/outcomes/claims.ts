import type { TSESTree } from "@typescript-eslint/types";

import { claimingText, claimingTools } from "../../resources/claims.js";
import { savingName, storingMethod } from "../../resources/known-errors.js";
import { isTelling } from "../code/handlers.js";
import { nameAround } from "../code/reasons.js";
import { calleeName, isFunction, unwrap } from "../code/syntax.js";

/**
 * What says that code succeeded whatever became of it: behind a statement, and on every path from
 * there that does not fail. `return { success: true }`, `logger.info("saved")`.
 */
export function claimBehind(statement: TSESTree.Node): TSESTree.Node | undefined {
  for (let at = statement; at.parent && !isFunction(at); at = at.parent) {
    const { parent } = at;
    const list = listWith(at, parent);
    // Of the turns of a loop, and of the arms of a condition, the code around it may know more.
    if (!list && parent.type !== "TryStatement" && parent.type !== "BlockStatement")
      return undefined;
    for (const next of list?.slice(list.indexOf(at as TSESTree.Statement) + 1) ?? []) {
      if (next.type === "ReturnStatement") return claimsByResult(next) ? next : undefined;
      if (isClaimingCall(next)) return next;
      if (!isPlain(next)) return undefined;
    }
  }
  return undefined;
}

function listWith(
  at: TSESTree.Node,
  parent: TSESTree.Node,
): readonly TSESTree.Statement[] | undefined {
  if (parent.type !== "BlockStatement" && parent.type !== "Program") return undefined;
  return parent.body.includes(at as TSESTree.Statement) ? parent.body : undefined;
}

/** Whether nothing in a statement leads elsewhere: then what follows comes in any case. */
function isPlain({ type }: TSESTree.Statement): boolean {
  return (
    type === "ExpressionStatement" || type === "VariableDeclaration" || type === "EmptyStatement"
  );
}

/** `return { ok: true }`; `return true` of a function whose name says what it does. */
function claimsByResult({ argument }: TSESTree.ReturnStatement): boolean {
  const value = argument && unwrap(argument);
  if (!value) return false;
  if (isTrue(value)) {
    const name = nameAround(value).replace(/^[#_]+/, "");
    return savingName.test(name) || storingMethod.test(name);
  }
  return (
    value.type === "ObjectExpression" &&
    value.properties.some(
      (property) =>
        property.type === "Property" &&
        property.key.type === "Identifier" &&
        /^(ok|saved|stored|succeeded|success|successful|uploaded|written)$/.test(
          property.key.name,
        ) &&
        isTrue(property.value),
    )
  );
}

function isTrue(node: TSESTree.Node): boolean {
  return node.type === "Literal" && node.value === true;
}

/** `console.log("Saved.")`, `toast.success(…)`, `spinner.succeed()`. */
function isClaimingCall(statement: TSESTree.Statement): boolean {
  if (statement.type !== "ExpressionStatement") return false;
  const call = unwrap(statement.expression);
  if (call.type !== "CallExpression") return false;
  if (claimingTools.test(calleeName(call.callee))) return true;
  if (!isTelling(call)) return false;
  const [first] = call.arguments;
  const said =
    first?.type === "Literal"
      ? String(first.value)
      : first?.type === "TemplateLiteral"
        ? first.quasis.map(({ value }) => value.raw).join(" ")
        : "";
  return claimingText.test(said);
}
