import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Provenance } from "../code/provenance.js";
import { isDisposeAccess, isFunction, memberName, wrapped } from "../code/syntax.js";

/** What is under way in an object when it is disposed of, unless the code has waited for its end. */
type Activity = "writing" | "serving" | "running";

/** What a use says of the end of what is under way: nothing, or that it may have been waited for. */
type Say = "begins" | "neutral" | "settles";

const listeningMethods = new Set(["addListener", "off", "on", "once", "removeListener"]);

/** Events that say nothing of the end. */
const events: Readonly<Record<Activity, ReadonlySet<string>>> = {
  writing: new Set(["connect", "drain", "error", "open", "ready"]),
  serving: new Set(["close", "error", "listening", "request", "upgrade"]),
  running: new Set(["error", "message", "spawn"]),
};

/** Methods that leave it as it is. */
const neutral: Readonly<Record<Activity, ReadonlySet<string>>> = {
  writing: new Set(["cork", "setDefaultEncoding", "setMaxListeners", "uncork"]),
  serving: new Set(["address", "listen", "ref", "setMaxListeners", "setTimeout"]),
  running: new Set(["ref", "send", "setMaxListeners"]),
};

/**
 * Whether what a variable holds is at work when it is disposed of: the code uses it by what leaves it
 * at work, and nothing that might wait for its end ever gets it.
 *
 * @param managing The expression by which a block comes to manage it, which is no use.
 */
export function isUnsettled(
  variable: Variable,
  activity: Activity,
  managing: TSESTree.Node,
  provenance: Provenance,
): boolean {
  // A server and a child are at work as soon as they are there.
  let begun = activity !== "writing";
  for (const { identifier, init } of variable.references) {
    if (init || identifier === managing) continue;
    const said = sayOf(identifier, activity, provenance);
    if (said === "settles") return false;
    begun ||= said === "begins";
  }
  return begun;
}

function sayOf(identifier: TSESTree.Node, activity: Activity, provenance: Provenance): Say {
  const node = wrapped(identifier);
  const { parent } = node;
  if (parent?.type === "MemberExpression" && parent.object === node) {
    const access = wrapped(parent);
    const call = access.parent;
    const called = call?.type === "CallExpression" && call.callee === access;
    return called ? byCall(parent, call, activity) : byRead(parent, activity);
  }
  if (parent?.type === "CallExpression" && parent.callee !== node) {
    if (activity === "writing" && isPipe(parent)) return "begins";
    const origin = provenance.originOf(parent.callee);
    if (origin?.module === "events" && origin.name === "once") {
      return byEvent(parent.arguments[1], activity);
    }
    return activity === "serving" && !origin?.module.startsWith("unwind") ? "neutral" : "settles";
  }
  // An application that is given a server does not end it.
  if (parent?.type === "Property") return activity === "serving" ? "neutral" : "settles";
  return "settles";
}

function byCall(
  member: TSESTree.MemberExpression,
  call: TSESTree.CallExpression,
  activity: Activity,
): Say {
  const name = memberName(member) ?? "";
  if (listeningMethods.has(name)) return byEvent(call.arguments[0], activity);
  if (activity === "writing") {
    const [first, ...further] = call.arguments;
    // A callback is told of the end.
    if (name === "write") return further.every(isText) ? "begins" : "settles";
    if (name === "end")
      return !first || (isText(first) && further.every(isText)) ? "begins" : "settles";
  }
  return neutral[activity].has(name) ? "neutral" : "settles";
}

function byEvent(event: TSESTree.Node | undefined, activity: Activity): Say {
  const known = event?.type === "Literal" && events[activity].has(String(event.value));
  return known ? "neutral" : "settles";
}

/** What tells of the end, or lends a part that may: `child.stdout`, `stream.closed`. */
function byRead(member: TSESTree.MemberExpression, activity: Activity): Say {
  const name = memberName(member);
  if (name === undefined || isDisposeAccess(member)) return "settles";
  if (/^(closed|destroyed|exitCode|signalCode|writableFinished)$/.test(name)) return "settles";
  if (activity !== "running" || !name.startsWith("std")) return "neutral";
  // Its output ends with it.
  const method = wrapped(member).parent;
  const call = method && wrapped(method).parent;
  if (method?.type !== "MemberExpression" || call?.type !== "CallExpression") return "settles";
  if (/^(end|pipe|setEncoding|write)$/.test(memberName(method) ?? "")) return "neutral";
  const [event] = call.arguments;
  return event?.type === "Literal" && event.value === "data" ? "neutral" : "settles";
}

/** What is no callback for certain. */
function isText(argument: TSESTree.Node): boolean {
  return (
    argument.type === "Literal" ||
    argument.type === "TemplateLiteral" ||
    argument.type === "BinaryExpression" ||
    (argument.type === "CallExpression" && !isFunction(argument.callee))
  );
}

/** `source.pipe(stream)` */
function isPipe({ callee }: TSESTree.CallExpression): boolean {
  return callee.type === "MemberExpression" && memberName(callee) === "pipe";
}
