import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import { askingOfFile, ensuringName } from "../../resources/known-functions.js";
import type { Acquisition } from "../created/acquisitions.js";
import type { Point } from "../flow/control-flow-graph.js";
import { mayExhaust } from "./exhaustion.js";
import { isHeldBy } from "../held/holders.js";
import type { LifetimeQuestion, Throws } from "./lifetime-question.js";
import { failsWithResource } from "./own-failure.js";
import type { Ownership } from "../uses/ownership.js";
import {
  contains,
  enclosingHandler,
  isFunction,
  lastName,
  memberName,
  pathName,
  unwrap,
  walk,
} from "../code/syntax.js";

/** Whether an exception of a point is one that a path may take, whatever it does to the resource. */
export function takes(question: LifetimeQuestion, { node }: Point, throws: Throws): boolean {
  const { throwPoints, construction } = question;
  if (throws === "none") return false;
  if (node.type === "ThrowStatement") return true;
  // That a constructor's helpers fail is hardly ever meant; that the resource itself does, is.
  if (construction && !throwPoints.isExpectedToThrow(node)) {
    return isOwnMethod(node, question) || usesInMethod(node, question);
  }
  if (throws === "expected" && !throwPoints.isExpectedToThrow(node)) return false;
  return throwPoints.mayThrow(node);
}

/** A call of the resource's own method: `this.db.exec("…")`. */
function isOwnMethod(
  node: TSESTree.Node,
  { ownership, provenance, throwPoints }: LifetimeQuestion,
): boolean {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  return throwPoints.mayThrow(node) && isHeldBy(node.callee.object, ownership.holders, provenance);
}

/** `this.prepare()` in a constructor, where that method calls the resource's own methods. */
function usesInMethod(node: TSESTree.Node, question: LifetimeQuestion): boolean {
  const { construction } = question;
  if (!construction || node.type !== "CallExpression") return false;
  const { callee } = node;
  if (callee.type !== "MemberExpression" || callee.object.type !== "ThisExpression") return false;
  const method = construction.methodNamed(memberName(callee) ?? "");
  let uses = false;
  if (method && !method.async) {
    walk(method.body, (each) => {
      uses ||= isOwnMethod(each, question);
      return isFunction(each) ? false : undefined;
    });
  }
  return uses;
}

/** Whether an exception leaves nothing to release, or is one too many to be expected. */
export function losesNothing({ node }: Point, question: LifetimeQuestion): boolean {
  const { acquisition, ownership, provenance } = question;
  const { resource } = acquisition;
  return (
    makesAnother(node, resource) ||
    asksOfSameFile(node, question) ||
    mayExhaust(node, ownership, resource, provenance) ||
    isRecovery(node, question) ||
    failsWithResource(node, ownership, resource, provenance)
  );
}

/** Whether a temporary directory is made beside another: where the first could be, the next can. */
function makesAnother(node: TSESTree.Node, { madeInside }: Resource): boolean {
  const made = unwrap(node.type === "AwaitExpression" ? node.argument : node);
  if (!madeInside || made.type !== "CallExpression") return false;
  return /^mkdtemp(Sync)?$/.test(lastName(made.callee) ?? "");
}

/**
 * `statSync(file)` of the file that was opened, `openSync(file)` once more, `ensureDir(folder)` of
 * the directory that was made or of one in it: where the first did not fail, the next does not.
 */
function asksOfSameFile(
  node: TSESTree.Node,
  { acquisition: { call, resource }, ownership, provenance }: LifetimeQuestion,
): boolean {
  const asked = unwrap(node.type === "AwaitExpression" ? node.argument : node);
  if (asked.type !== "CallExpression") return false;
  const name = lastName(asked.callee) ?? "";
  const [of] = asked.arguments;
  if (!of) return false;
  if (resource.madeInside) {
    if (!ensuringName.test(name)) return false;
    return (
      isHeldBy(of, ownership.holders, provenance) ||
      ownership.uses.some(({ reference }) => contains(of, reference))
    );
  }
  const [opened] = call.arguments;
  const path = opened && pathOf(opened);
  if (path === undefined || !askingOfFile.test(lastName(call.callee) ?? "")) return false;
  return askingOfFile.test(name) && pathOf(of) === path;
}

/** What tells two paths apart: the name of a value, or a text as it is written. */
function pathOf(node: TSESTree.Node): string | undefined {
  return node.type === "Literal" ? node.raw : pathName(node);
}

/**
 * Whether what would fail is the handling of a failure, as a message about it: that both go wrong is
 * not what a reader expects. A `throw` there is meant, and what failed because of the resource may
 * well fail for that again: the rollback on a connection that is lost.
 */
function isRecovery(node: TSESTree.Node, { acquisition, ownership }: LifetimeQuestion): boolean {
  const handler = node.type === "ThrowStatement" ? undefined : enclosingHandler(node);
  if (!handler || contains(handler, acquisition.value)) return false;
  return !nodesThatName(ownership, acquisition).has(node);
}

const naming = new WeakMap<Ownership, ReadonlySet<TSESTree.Node>>();

/** The nodes of a function in which the resource is named; a `catch` may hold many that are asked about. */
function nodesThatName(ownership: Ownership, { func }: Acquisition): ReadonlySet<TSESTree.Node> {
  const known = naming.get(ownership);
  if (known) return known;
  const nodes = new Set<TSESTree.Node>();
  for (const { reference } of ownership.uses) {
    let at: TSESTree.Node | undefined = reference;
    for (; at && at !== func && !nodes.has(at); at = at.parent) nodes.add(at);
  }
  naming.set(ownership, nodes);
  return nodes;
}
