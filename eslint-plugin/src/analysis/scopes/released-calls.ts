import type { TSESTree } from "@typescript-eslint/types";

import type { Release, Resource } from "../../resources/catalogue.js";
import { neutralMethods, reviving } from "../../resources/known-functions.js";
import { calleeName, isDisposeAccess, memberName, unwrap, wrapped } from "../code/syntax.js";
import type { Acquisition } from "../created/acquisitions.js";
import type { FileAnalysis } from "../file-analysis.js";

/** Whether two releases are the same method or function. */
export function isSameRelease(one: TSESTree.Node, other: TSESTree.Node): boolean {
  return (
    one.type === "CallExpression" &&
    other.type === "CallExpression" &&
    calleeName(one.callee) === calleeName(other.callee)
  );
}

/** `client.connect()`, `server.listen()`: it is open again. */
export function isRevival(
  { callee }: TSESTree.CallExpression,
  reference: TSESTree.Node,
  { resource }: Acquisition,
): boolean {
  if (callee.type !== "MemberExpression" || callee.object !== reference) return false;
  const name = memberName(callee) ?? "";
  return reviving.test(name) || (resource.dormantUntil?.includes(name) ?? false);
}

/** Whether a call fails, or does nothing, with what is released. */
export function needsIt(
  call: TSESTree.CallExpression,
  reference: TSESTree.Node,
  resource: Resource,
  { provenance }: FileAnalysis,
): boolean {
  const callee = unwrap(call.callee);
  const node = wrapped(reference);
  if (resource.value === "plain") {
    // A descriptor that Node's own functions are given.
    const origin = provenance.originOf(callee);
    return (
      resource.release.some(isOfDescriptor) && origin?.module === "fs" && call.arguments[0] === node
    );
  }
  if (callee.type !== "MemberExpression" || callee.object !== node) return false;
  const name = memberName(callee);
  if (name === undefined || isDisposeAccess(callee)) return false;
  if (resource.failsAfterRelease) return resource.failsAfterRelease.includes(name);
  return !neutralMethods.test(name) && !resource.release.some((release) => isMethod(release, name));
}

function isOfDescriptor(release: Release): boolean {
  return release.kind === "function" && /^close(Sync)?$/.test(release.origin.name);
}

function isMethod(release: Release, name: string): boolean {
  return release.kind === "method" && release.name === name;
}
