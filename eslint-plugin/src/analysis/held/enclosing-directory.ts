import type { TSESTree } from "@typescript-eslint/types";

import { pathDerivations, pathIdentities } from "../../resources/known-functions.js";
import type { Acquisition, Call } from "../created/acquisitions.js";
import type { Provenance } from "../code/provenance.js";
import { lastName, unwrap } from "../code/syntax.js";

/**
 * Whether a resource is made inside a directory that somebody else owns: one that the
 * function was given, one of its object, or another temporary directory. It goes when that goes.
 */
export function liesInOwnedDirectory(
  { call, resource }: Acquisition,
  provenance: Provenance,
): boolean {
  const [prefix] = call.arguments;
  if (!resource.madeInside || !prefix) return false;
  // A whole prefix that the caller chose says nothing of whose the directory is.
  return !isParameter(prefix, provenance) && isOwned(prefix, provenance, new Set());
}

function isOwned(path: TSESTree.Node, provenance: Provenance, seen: Set<TSESTree.Node>): boolean {
  const node = unwrap(path);
  if (seen.has(node)) return false;
  seen.add(node);
  switch (node.type) {
    case "AwaitExpression":
      return isOwned(node.argument, provenance, seen);
    case "CallExpression":
      return isOwnedResult(node, provenance, seen);
    case "TemplateLiteral":
      // `${directory}/prefix-`: the directory is what it begins with.
      return node.quasis[0]?.value.raw === "" && node.expressions[0] !== undefined
        ? isOwned(node.expressions[0], provenance, seen)
        : false;
    case "BinaryExpression":
      return node.operator === "+" && isOwned(node.left, provenance, seen);
    case "MemberExpression":
      return node.object.type === "ThisExpression";
    case "Identifier": {
      if (isParameter(node, provenance)) return true;
      const declarator = provenance.variableOf(node)?.defs[0]?.node;
      return declarator?.type === "VariableDeclarator" && declarator.init
        ? isOwned(declarator.init, provenance, seen)
        : false;
    }
    default:
      return false;
  }
}

function isParameter(node: TSESTree.Node, provenance: Provenance): boolean {
  return provenance.variableOf(unwrap(node))?.defs[0]?.type === "Parameter";
}

function isOwnedResult(call: Call, provenance: Provenance, seen: Set<TSESTree.Node>): boolean {
  const name = lastName(call.callee);
  if (name === undefined) return false;
  if (/^mkdtemp(Sync)?$/.test(name)) return true;
  const [base] = call.arguments;
  const keepsBase = pathDerivations.has(name) || pathIdentities.has(name);
  return keepsBase && base !== undefined && isOwned(base, provenance, seen);
}
