import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import { isHeldBy } from "../held/holders.js";
import type { Ownership } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import {
  contains,
  enclosingFunction,
  type FunctionNode,
  isFunction,
  memberName,
  throws,
  unwrap,
} from "../code/syntax.js";

const listening = new Set(["addListener", "on", "once", "prependListener", "prependOnceListener"]);
const unlistening = new Set(["off", "removeListener"]);

/**
 * Whether a node waits for the resource alone, and fails only where that has failed or ended, which
 * leaves nothing to release: `await once(socket, "connect")`, or a promise that only the listeners of
 * the resource's own `error` and `close` reject. Nor is anything left by what should connect it.
 */
export function failsWithResource(
  node: TSESTree.Node,
  ownership: Ownership,
  resource: Resource,
  provenance: Provenance,
): boolean {
  const { connectedBy, releasingEvents, dormantUntil } = resource;
  const isHolder = (each: TSESTree.Node): boolean => isHeldBy(each, ownership.holders, provenance);
  const awaited = unwrap(node.type === "AwaitExpression" ? node.argument : node);
  if (connectedBy && awaited.type === "CallExpression") {
    const { callee } = awaited;
    if (callee.type !== "MemberExpression" || !isHolder(callee.object)) return false;
    return connectedBy.includes(memberName(callee) ?? "");
  }
  if (node.type !== "AwaitExpression") return false;
  // What fails to begin, as a server that cannot listen, holds nothing either.
  if (!releasingEvents && !dormantUntil) return false;
  if (awaited.type === "CallExpression") {
    const origin = provenance.originOf(unwrap(awaited.callee));
    const [emitter] = awaited.arguments;
    // A third argument holds an abort signal.
    if (origin?.module !== "events" || origin.name !== "once") return false;
    return awaited.arguments.length === 2 && emitter !== undefined && isHolder(emitter);
  }
  if (awaited.type !== "NewExpression" || awaited.callee.type !== "Identifier") return false;
  const [given] = awaited.arguments;
  if (awaited.callee.name !== "Promise" || !given || !isFunction(given)) return false;
  const [, reject] = given.params;
  if (reject?.type !== "Identifier" || throws(given.body)) return false;

  const events = ["close", "error", ...(releasingEvents ?? [])];
  const isOwnListener = (listener: TSESTree.Node): boolean => {
    const { parent } = listener;
    if (parent?.type !== "CallExpression" || parent.callee.type !== "MemberExpression")
      return false;
    const { callee } = parent;
    const [event] = parent.arguments;
    const method = memberName(callee) ?? "";
    if (listener === callee || !isHolder(callee.object)) return false;
    if (unlistening.has(method)) return true;
    return (
      listening.has(method) &&
      event?.type === "Literal" &&
      typeof event.value === "string" &&
      events.includes(event.value)
    );
  };
  /** Whether a function is called by nothing but the resource's events. */
  const isOnlyListener = (func: FunctionNode): boolean => {
    if (func.type === "FunctionDeclaration") return areListeners(func);
    const { parent } = func;
    if (parent.type === "VariableDeclarator" && parent.init === func) return areListeners(parent);
    return isOwnListener(func);
  };
  const areListeners = (declaration: TSESTree.Node): boolean =>
    provenance
      .declaredBy(declaration)
      .every(({ defs, references }) =>
        references.every(
          ({ identifier, init }) =>
            (init ?? false) ||
            defs.some(({ name }) => name === identifier) ||
            isOwnListener(identifier),
        ),
      );

  const [variable] = provenance.declaredBy(given).filter(({ name }) => name === reject.name);
  if (!variable) return false;
  return variable.references.every(({ identifier }) => {
    if (isOwnListener(identifier)) return true;
    const around = enclosingFunction(identifier);
    return (
      around !== undefined && around !== given && contains(given, around) && isOnlyListener(around)
    );
  });
}
