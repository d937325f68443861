import type { TSESTree } from "@typescript-eslint/types";

import { longTexts, matchingMethods, shortByteWork } from "../../resources/text-functions.js";
import { variableHolding } from "../code/closures.js";
import { enclosingFunction, lastName, memberName, pathName, unwrap, walk } from "../code/syntax.js";
import { lastWord } from "../code/words.js";
import type { FileAnalysis } from "../file-analysis.js";
import { nameOfMethod } from "./recursions.js";
import { constantOf } from "./short-repetitions.js";

/**
 * Whether an expression is called as a long text, the characters or bytes of which are read.
 *
 * @param within What reads them; undefined where it is known that something does.
 */
export function isLongText(
  node: TSESTree.Node,
  within: TSESTree.Node | undefined,
  analysis: FileAnalysis,
): boolean {
  const name = pathName(node);
  if (name === undefined || !longTexts.has(lastWord(name))) return false;
  if (isShortBytes(node, analysis)) return false;
  if (!within) return true;
  let isRead = false;
  walk(within, (each) => {
    if (each.type === "BinaryExpression" && /^[!=]==?$/.test(each.operator)) {
      // Compared with a single character, or its number.
      isRead ||= [each.left, each.right].some(
        ({ type, ...side }) =>
          type === "Literal" &&
          "value" in side &&
          (typeof side.value === "number" ||
            (typeof side.value === "string" && side.value.length === 1)),
      );
    }
    if (each.type !== "CallExpression") return undefined;
    isRead ||= /^(charAt|charCodeAt|codePointAt|fromCharCode|fromCodePoint)$/.test(
      lastName(each.callee) ?? "",
    );
    return undefined;
  });
  return isRead;
}

/** Bytes of a digest, of random numbers, of a key: whatever is known to be short. */
export function isShortBytes(expression: TSESTree.Node, { provenance }: FileAnalysis): boolean {
  const func = enclosingFunction(expression);
  const named = func && (variableHolding(func, provenance)?.name ?? nameOfMethod(func));
  if (named !== undefined && shortByteWork.test(named)) return true;
  const node = unwrap(expression);
  if (node.type !== "Identifier") return false;
  if (shortByteWork.test(node.name)) return true;
  const value = constantOf(node, provenance);
  if (!value) return false;
  let short = false;
  walk(value, (each) => {
    const name =
      each.type === "CallExpression" || each.type === "NewExpression" ? lastName(each.callee) : "";
    // `encoder.encode(value)`: as long as what is encoded.
    if (name === "encode" || /digest|random|hash|sign|slice|subarray/i.test(name ?? "")) {
      short = true;
    }
    if (each.type === "NewExpression" && each.arguments[0]?.type === "Literal") short = true;
    if (each.type === "Identifier" && shortByteWork.test(each.name)) short = true;
    return undefined;
  });
  return short;
}

/** `pattern.exec(content)`, once more in each round. */
export function isLongMatch(expression: TSESTree.Node): boolean {
  const call = unwrap(expression);
  const callee = call.type === "CallExpression" ? unwrap(call.callee) : undefined;
  if (call.type !== "CallExpression" || callee?.type !== "MemberExpression") return false;
  const [text] = call.arguments;
  return (
    matchingMethods.has(memberName(callee) ?? "") &&
    text !== undefined &&
    longTexts.has(lastWord(lastName(text)))
  );
}
