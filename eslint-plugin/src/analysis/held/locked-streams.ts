import type { TSESTree } from "@typescript-eslint/types";

import { streamsOfOthers } from "../../resources/known-functions.js";
import type { Acquisition } from "../created/acquisitions.js";
import type { Provenance } from "../code/provenance.js";
import { lastName, memberName, unwrap } from "../code/syntax.js";

/**
 * Whether a reader or writer locks a stream of which nothing says that it holds something: one that
 * the code has made, or that a call has given, which may well come to its end by itself. A lock on
 * it is collected as garbage; a response's body, or a stream that the caller passed, may wait.
 */
export function locksNothing({ call, resource }: Acquisition, provenance: Provenance): boolean {
  if (!resource.locksGiver) return false;
  const stream = call.type === "NewExpression" ? call.arguments[0] : giverOf(call);
  return stream !== undefined && !isOfAnother(stream, provenance, 0);
}

function giverOf({ callee }: TSESTree.CallExpression): TSESTree.Node | undefined {
  const member = unwrap(callee);
  return member.type === "MemberExpression" ? member.object : undefined;
}

/** How many names and calls are followed to the stream that stands behind one. */
const furthest = 8;

function isOfAnother(stream: TSESTree.Node, provenance: Provenance, depth: number): boolean {
  const node = unwrap(stream);
  if (depth > furthest) return false;
  switch (node.type) {
    case "MemberExpression":
      return streamsOfOthers.has(memberName(node) ?? "");
    case "LogicalExpression":
      return isOfAnother(node.left, provenance, depth + 1);
    case "CallExpression": {
      // `body.pipeThrough(new TextDecoderStream())`: what it reads from is what matters.
      const { callee } = node;
      if (callee.type !== "MemberExpression") return false;
      return (
        lastName(callee) === "pipeThrough" && isOfAnother(callee.object, provenance, depth + 1)
      );
    }
    case "Identifier": {
      const definition = provenance.variableOf(node)?.defs[0];
      if (!definition || definition.type === "Parameter") return true;
      if (definition.node.type !== "VariableDeclarator") return false;
      const { id, init } = definition.node;
      if (id.type === "ObjectPattern") return streamsOfOthers.has(node.name);
      // `declare const`: somebody has it.
      if (!init) return definition.node.parent.kind === "const";
      return isOfAnother(init, provenance, depth + 1);
    }
    default:
      return false;
  }
}
