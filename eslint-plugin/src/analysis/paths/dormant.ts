import type { TSESTree } from "@typescript-eslint/types";

import { startingName } from "../../resources/known-functions.js";
import type { Acquisition } from "../created/acquisitions.js";
import { closureOf } from "../code/closures.js";
import type { Ownership, Use } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import {
  contains,
  enclosingFunction,
  type FunctionNode,
  isFunction,
  memberName,
  unwrap,
  wrapped,
} from "../code/syntax.js";

/**
 * The nodes from whose evaluation on a resource is held: the acquiring call itself, or, where what
 * it gives is dormant at first, the calls that wake it: `server.listen()`, `client.connect()`.
 */
export function startsOf(
  { value, resource, func, call }: Acquisition,
  { uses }: Ownership,
  provenance: Provenance,
): readonly TSESTree.Node[] {
  const { dormantUntil } = resource;
  if (!dormantUntil) {
    // Of `await (given ? given(path) : open(path))`, what is awaited brings it.
    return [startedBy(call, resource, uses) ?? (resource.async ? awaited(value) : value)];
  }
  const wakes = (node: TSESTree.Node): TSESTree.CallExpression | undefined => {
    const { parent } = node;
    if (parent?.type !== "MemberExpression" || parent.object !== node) return undefined;
    const whole = wrapped(parent).parent;
    const called = whole?.type === "CallExpression" && whole.callee === wrapped(parent);
    return called && dormantUntil.includes(memberName(parent) ?? "") ? whole : undefined;
  };
  const starts: TSESTree.Node[] = [];
  // `createServer().listen(0)`: woken before anything holds it.
  const chained = wakes(wrapped(call));
  if (chained) starts.push(value);
  for (const { reference, inClosure } of uses) {
    const woken = wakes(reference);
    if (!woken) continue;
    if (!inClosure) {
      if (!givesTo(woken, uses)) starts.push(awaited(woken));
    } else starts.push(...ranAtOnce(woken, func, uses, provenance));
  }
  return starts;
}

/** `client.connect((error) => … client.end() …)`: what is called when it is awake sees to its end. */
function givesTo(woken: TSESTree.CallExpression, uses: readonly Use[]): boolean {
  return uses.some(
    ({ inside, reference }) =>
      (inside === "release" || inside === "handOver") &&
      woken.arguments.some((argument) => isFunction(argument) && contains(argument, reference)),
  );
}

/**
 * `const server = new Server(); await server.start()`: what a class of a library or of the project
 * itself does when it is made is not known, but what fails to start holds nothing more.
 */
function startedBy(
  call: Acquisition["call"],
  { acquire }: Acquisition["resource"],
  uses: readonly Use[],
): TSESTree.Node | undefined {
  if (acquire.length > 0 || call.type !== "NewExpression") return undefined;
  const [first] = uses
    .filter(({ inClosure, reference }) => !inClosure && reference.range[0] > call.range[1])
    .sort((a, b) => a.reference.range[0] - b.reference.range[0]);
  const member = first && wrapped(first.reference).parent;
  if (member?.type !== "MemberExpression" || first?.effect !== "borrow") return undefined;
  const method = wrapped(member).parent;
  if (method?.type !== "CallExpression" || unwrap(method.callee) !== member) return undefined;
  const { parent } = wrapped(method);
  if (parent?.type !== "AwaitExpression") return undefined;
  return startingName.test(memberName(member) ?? "") ? parent : undefined;
}

/** The `await` around a call, also that of `await (local ? client.open() : client.connect(url))`. */
function awaited(node: TSESTree.Node): TSESTree.Node {
  let at = wrapped(node);
  while (at.parent?.type === "ConditionalExpression" || at.parent?.type === "LogicalExpression") {
    at = wrapped(at.parent);
  }
  const { parent } = at;
  return parent?.type === "AwaitExpression" ? parent : node;
}

/** `await new Promise((resolve) => server.listen(0, resolve))`: where that is over. */
function ranAtOnce(
  node: TSESTree.Node,
  func: FunctionNode,
  uses: readonly Use[],
  provenance: Provenance,
): TSESTree.Node[] {
  const inner = enclosingFunction(node);
  if (!inner || enclosingFunction(inner) !== func) return [];
  // What hands it on in the same promise has seen to it: `client.on("ready", () => resolve(client))`.
  const isHandedOn = uses.some(
    ({ inside, reference }) =>
      (inside === "release" || inside === "handOver") &&
      contains(inner, reference) &&
      !contains(node, reference) &&
      !isForFailure(reference, inner),
  );
  if (isHandedOn) return [];
  return closureOf(inner, provenance).uses.flatMap(({ kind, at }) =>
    kind === "runAtOnce" || kind === "called" ? [awaited(at)] : [],
  );
}

/** Whether code is in a listener of failures, as `server.once("error", () => server.close())`. */
function isForFailure(code: TSESTree.Node, func: FunctionNode): boolean {
  for (let at: TSESTree.Node | undefined = code; at && at !== func; at = at.parent) {
    const [event] = at.type === "CallExpression" ? at.arguments : [];
    if (event?.type === "Literal" && event.value === "error") return true;
  }
  return false;
}
