import { unwrap } from "../analysis/code/syntax.js";
import type { Rewrite } from "./edit.js";
import type { Managed } from "./managed.js";
import { indentationAt, lineStart, styleOf } from "./source-style.js";

/**
 * For a variable that is assigned while it still holds a resource: releases the earlier one before
 * the assignment, in the way in which the code releases the last one.
 */
export function releaseBeforeOverwrite(managed: Managed): Rewrite | undefined {
  const { acquisition, ownership, text, ast } = managed;
  const assignment = acquisition.value.parent;
  if (
    assignment.type !== "AssignmentExpression" ||
    assignment.operator !== "=" ||
    assignment.left.type !== "Identifier" ||
    assignment.parent.type !== "ExpressionStatement" ||
    assignment.parent.parent.type !== "BlockStatement"
  ) {
    return undefined;
  }
  const { resource, func } = acquisition;
  const name = assignment.left.name;
  const used = ownership.uses.find(({ effect }) => effect === "release")?.at;
  const callee = used?.type === "CallExpression" ? unwrap(used.callee) : undefined;
  if (callee?.type !== "MemberExpression" || callee.property.type !== "Identifier")
    return undefined;
  const method = callee.property.name;
  const release = resource.release.find(
    (each) => each.kind === "method" && each.name === method && !each.commits,
  );
  if (!release || (release.async && !func.async)) return undefined;
  const start = assignment.parent.range[0];
  const indentation = indentationAt(text, start);
  if (text.slice(lineStart(text, start), start).trim() !== "") return undefined;
  const { semicolon, lineEnd } = styleOf(text, ast);
  const lines = [`${release.async ? "await " : ""}${name}?.${method}()`];
  if (!resource.idempotentRelease) {
    // Else the release at the end would meet the earlier resource again if this acquisition fails.
    if (!admitsUndefined(managed)) return undefined;
    lines.push(`${name} = undefined`);
  }
  const inserted = lines.map((line) => line + semicolon + lineEnd + indentation).join("");
  return {
    kind: "suggestion",
    title: `Release the earlier \`${name}\` before another is acquired`,
    edits: [{ range: [start, start], text: inserted }],
  };
}

/** `let x;`, `let x: T | undefined`: undefined may be assigned. */
function admitsUndefined({ ownership }: Managed): boolean {
  const name = ownership.variable?.defs[0]?.name;
  const annotation = name?.type === "Identifier" ? name.typeAnnotation?.typeAnnotation : undefined;
  if (!annotation) return true;
  return (
    annotation.type === "TSUnionType" &&
    annotation.types.some(({ type }) => type === "TSUndefinedKeyword")
  );
}
