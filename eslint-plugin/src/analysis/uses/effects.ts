import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import { argumentEffect } from "./arguments.js";
import { type Destination, listensForRelease } from "../held/destination.js";
import type { Effect } from "./ownership.js";
import { isStatement } from "../created/transactions.js";
import { isDisposeAccess, memberName, pathName, wrapped } from "../code/syntax.js";
import type { Tracker } from "./tracker.js";

/** An effect, and where it happens. */
interface EffectAt {
  readonly effect: Effect;
  readonly at: TSESTree.Node;
}

/** What reaching a destination means, and where it happens. */
export function effectOf(
  tracker: Tracker,
  destination: Destination,
  reference: TSESTree.Node,
): EffectAt {
  const { resource } = tracker;
  const { at, derived } = destination;
  switch (destination.kind) {
    case "argument":
      return { effect: argumentEffect(tracker, destination), at };
    case "receiver":
      return derived ? { effect: "borrow", at } : receiverEffect(tracker, destination.member);
    case "called":
      return { effect: releasesByCall(resource) ? "release" : "borrow", at: destination.call };
    case "iterated":
      return { effect: resource.releasedByIteration ? "release" : "borrow", at };
    case "read":
    case "destructured":
    case "discarded":
      return { effect: "borrow", at };
    case "variable":
      // A literal that holds a path below the directory keeps nothing alive.
      return { effect: derived && destination.part ? "borrow" : "handOver", at };
    case "unknown":
      return { effect: "handOver", at: reference };
    case "stored":
      return { effect: isEnvironment(destination.target) ? "borrow" : "handOver", at };
    default:
      return { effect: "handOver", at };
  }
}

/** What is done with an array or object that the resource is a part of. */
export function containerEffect(
  tracker: Tracker,
  destination: Destination,
  reference: TSESTree.Node,
  key: string | undefined,
): EffectAt {
  const { at } = destination;
  switch (destination.kind) {
    case "argument":
      return { effect: argumentEffect(tracker, destination), at };
    case "receiver": {
      // What is read of it may be the resource; a method may release it.
      return { effect: readsAnother(destination.member, key) ? "borrow" : "handOver", at };
    }
    case "read":
    case "discarded":
      return { effect: "borrow", at };
    default:
      return { effect: "handOver", at: destination.kind === "unknown" ? reference : at };
  }
}

function receiverEffect(tracker: Tracker, member: TSESTree.MemberExpression): EffectAt {
  const { resource } = tracker;
  const access = wrapped(member);
  const call = access.parent;
  const called = call?.type === "CallExpression" && call.callee === access;
  const name = memberName(member) ?? "";
  const releases =
    isDisposeAccess(member) ||
    resource.release.some(
      (release) =>
        (release.kind === "method" && release.name === name) ||
        (release.kind === "giver" &&
          release.name === name &&
          (!release.statement ||
            (call?.type === "CallExpression" && isStatement(call, release.statement))) &&
          !tracker.isHeldItself(member.object)),
    );
  if (called) {
    if (releases) return { effect: "release", at: call };
    const hands =
      (resource.handingOver?.includes(name) ?? false) ||
      isThenable(resource, name) ||
      listensForRelease(call, resource);
    return { effect: hands ? "handOver" : "borrow", at: call };
  }
  // `{ close: handle.close }`, `handle.close.bind(handle)`: whoever gets it can release.
  return { effect: releases ? "handOver" : "borrow", at: member };
}

function releasesByCall({ release }: Resource): boolean {
  return release.some(({ kind }) => kind === "call");
}

/** `promise.then(…)` on an acquisition that is not awaited: the callback decides. */
function isThenable({ async }: Resource, name: string): boolean {
  return async && ["then", "catch", "finally"].includes(name);
}

/** `process.env.HOME = directory`: the environment owns nothing. */
function isEnvironment(target: TSESTree.MemberExpression | undefined): boolean {
  return target !== undefined && pathName(target.object) === "process.env";
}

/** `made.name`, where the resource is `made.folder`: a part that is no method has nothing of it. */
function readsAnother(member: TSESTree.MemberExpression, key: string | undefined): boolean {
  const name = memberName(member);
  if (name === "length") return true;
  const access = wrapped(member);
  const called = access.parent?.type === "CallExpression" && access.parent.callee === access;
  return key !== undefined && name !== undefined && name !== key && !called;
}
