import type { TSESTree } from "@typescript-eslint/types";

import {
  connectionPragma,
  gettingName,
  loggingName,
  totalObjects,
} from "../../resources/known-functions.js";
import { calleeName, lastName, objectOf, unwrap, wrapped, writtenText } from "../code/syntax.js";

/**
 * `parse({ columns: true, delimiter: "," })`: what is given options alone makes a parser, and with
 * options that stand in the code it does so always or never.
 */
export function makesParser({ callee, arguments: given }: TSESTree.CallExpression): boolean {
  const name = lastName(callee) ?? "";
  return /^parser?(?![a-z])/.test(name) && given.length > 0 && given.every(isObjectOfConstants);
}

function isObjectOfConstants(node: TSESTree.Node): boolean {
  if (node.type !== "ObjectExpression") return false;
  return node.properties.every(
    (each) => each.type === "Property" && !each.computed && isConstant(unwrap(each.value)),
  );
}

function isConstant(node: TSESTree.Node): boolean {
  if (node.type === "ArrayExpression")
    return node.elements.every((each) => each !== null && isConstant(unwrap(each)));
  if (node.type === "UnaryExpression") return isConstant(node.argument);
  return node.type === "Literal" || isObjectOfConstants(node);
}

/** `db.exec("PRAGMA foreign_keys = ON")`: it fails no more than an assignment does. */
export function setsUpConnection({ arguments: [given] }: TSESTree.CallExpression): boolean {
  const statements =
    writtenText(given)
      ?.split(";")
      .filter((each) => each.trim() !== "") ?? [];
  return statements.length > 0 && statements.every((each) => connectionPragma.test(each));
}

/** `require("sax")`, as good as installed, and `rm(folder, { force: true })`. */
export function isSureOfResult(
  { arguments: given }: TSESTree.CallExpression,
  name: string,
): boolean {
  if (name === "require") return given[0]?.type === "Literal";
  if (!/(^|\.)rm(Sync)?$/.test(name)) return false;
  const [, options] = given;
  return (
    options?.type === "ObjectExpression" &&
    options.properties.some(
      (option) =>
        option.type === "Property" &&
        option.key.type === "Identifier" &&
        option.key.name === "force" &&
        option.value.type === "Literal" &&
        option.value.value === true,
    )
  );
}

/**
 * `getState()`, `logConsole("started")`, and what only words a message for a logger: callbacks that
 * were given, but that nobody expects to fail.
 */
export function tellsOfState(call: TSESTree.CallExpression, name: string): boolean {
  if (loggingName.test(name)) return true;
  if (call.arguments.length === 0 && gettingName.test(name)) return true;
  const { parent } = wrapped(call);
  if (parent?.type !== "CallExpression" || parent.callee === wrapped(call)) return false;
  return totalObjects.has(objectOf(calleeName(parent.callee)));
}
