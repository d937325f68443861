import type { TSESTree } from "@typescript-eslint/types";

import { releaseVerbs } from "../../resources/known-functions.js";
import type { Acquisition } from "../created/acquisitions.js";
import type { Provenance } from "../code/provenance.js";
import { enclosingFunction, isDisposeAccess, memberName, unwrap, wrapped } from "../code/syntax.js";
import type { Use } from "../uses/ownership.js";

/**
 * Where a function releases what a resource was made of, by which nothing is left of that either:
 * `new LockedFile(file, lock)` with `lock.release()`, `client.connect(transport)` with
 * `transport.close()`. Of what the catalogue knows, only what wakes it is such a part.
 */
export function releasesOfParts(
  { call, resource, func }: Acquisition,
  wakes: readonly TSESTree.Node[],
  provenance: Provenance,
): Use[] {
  const isKnown = resource.acquire.length > 0;
  const makers = isKnown || call.type !== "NewExpression" ? [] : [call];
  return [...makers, ...wakes.map(calledIn)].flatMap((maker) => {
    if (maker.type !== "CallExpression" && maker.type !== "NewExpression") return [];
    return maker.arguments.flatMap((argument) => {
      const { references = [] } = provenance.variableOf(unwrap(argument)) ?? {};
      return references.flatMap(({ identifier }): Use[] => {
        const at = enclosingFunction(identifier) === func ? releaseBy(identifier) : undefined;
        // The whole call counts: `part?.close()` without a part leaves nothing to release either.
        return at ? [{ effect: "handOver", at, reference: at, inClosure: false }] : [];
      });
    });
  });
}

/**
 * Where a function ends the object that gave the resource, and the resource with it:
 * `dataSource.destroy()` the query runners that are still out.
 */
export function endsOfGiver(
  { call, resource: { endedByGiver }, func }: Acquisition,
  provenance: Provenance,
): Use[] {
  if (!endedByGiver || call.callee.type !== "MemberExpression") return [];
  const { references = [] } = provenance.variableOf(unwrap(call.callee.object)) ?? {};
  return references.flatMap(({ identifier }): Use[] => {
    if (enclosingFunction(identifier) !== func) return [];
    const { parent: member } = wrapped(identifier);
    if (member?.type !== "MemberExpression" || member.object !== identifier) return [];
    const { parent: at } = wrapped(member);
    if (at?.type !== "CallExpression" || unwrap(at.callee) !== member) return [];
    if (!endedByGiver.includes(memberName(member) ?? "")) return [];
    return [{ effect: "handOver", at, reference: at, inClosure: false }];
  });
}

/** `part.close()`, `part?.[Symbol.asyncDispose]()`. */
function releaseBy(part: TSESTree.Node): TSESTree.CallExpression | undefined {
  const { parent: member } = wrapped(part);
  if (member?.type !== "MemberExpression" || unwrap(member.object) !== unwrap(part)) return;
  const { parent: call } = wrapped(member);
  if (call?.type !== "CallExpression" || unwrap(call.callee) !== member) return undefined;
  const releases = isDisposeAccess(member) || releaseVerbs.includes(memberName(member) ?? "");
  return releases ? call : undefined;
}

function calledIn(node: TSESTree.Node): TSESTree.Node {
  return unwrap(node.type === "AwaitExpression" ? node.argument : node);
}
