import type { TSESTree } from "@typescript-eslint/types";

import type { Provenance } from "./provenance.js";
import { calleeName, lastName, unwrap } from "./syntax.js";

/** Names by which a regular expression of another module goes: `SEMVER_REGEX`, `lineRe`. */
const regularExpressionName = /[Rr]eg_?[Ee]xp?$|[Rr]egex$|(^|_)REGEXP?(_|$)|_RE$|[a-z]Re$/;

/** How many names are followed to what stands behind one. */
const furthest = 3;

/** Whether a value is a regular expression, as the file says it or its name does. */
export function isRegularExpression(
  value: TSESTree.Node,
  provenance: Provenance,
  depth = 0,
): boolean {
  const node = unwrap(value);
  if (node.type === "Literal") return "regex" in node;
  if (node.type === "NewExpression" || node.type === "CallExpression") {
    return calleeName(node.callee) === "RegExp";
  }
  if (regularExpressionName.test(lastName(node) ?? "")) return true;
  if (node.type !== "Identifier" || depth > furthest) return false;
  const definition = provenance.variableOf(node)?.defs[0];
  const made =
    definition?.type === "Parameter"
      ? defaultOf(definition.name)
      : definition?.node.type === "VariableDeclarator" && definition.node.id === definition.name
        ? definition.node.init
        : undefined;
  return made ? isRegularExpression(made, provenance, depth + 1) : false;
}

/** `= /x/` of a parameter. */
function defaultOf({ parent }: TSESTree.Node): TSESTree.Node | undefined {
  return parent?.type === "AssignmentPattern" ? parent.right : undefined;
}
