import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../resources/catalogue.js";
import type { TypeSource } from "../types/type-source.js";
import { argumentEffect } from "./arguments.js";
import { closureOf, type Closure } from "./closures.js";
import { destinationOf, type Destination, listensForRelease } from "./destination.js";
import { type Holder, nameOf, referencesTo } from "./holders.js";
import type { Provenance } from "./provenance.js";
import { isStatement } from "./transactions.js";
import {
  enclosingFunction,
  type FunctionNode,
  isDisposeAccess,
  memberName,
  pathName,
  wrapped,
} from "./syntax.js";

/** What one use of a resource means for who must release it. */
export type Effect =
  /** It is released. */
  | "release"
  /** Another takes over the duty to release it, or may take it over. */
  | "handOver"
  /** The variable that holds it is assigned anew. */
  | "overwrite"
  /** It is used, and the duty stays. */
  | "borrow";

/** One use of a resource, where it happens. */
export interface Use {
  readonly effect: Effect;
  /** The node whose evaluation has the effect. */
  readonly at: TSESTree.Node;
  /** The identifier by which the resource is named. */
  readonly reference: TSESTree.Node;
  /** Whether the use stands in a function that is created inside the one that acquires. */
  readonly inClosure: boolean;
  /** What it does when that function runs. */
  readonly inside?: Effect;
}

/** What holds a resource, with all that happens to it. */
export interface Ownership {
  /** What a reader calls it: the variable's name, `this.field`. */
  readonly name: string;
  /** The variable that it was put into first, if one was. */
  readonly variable?: Variable;
  /** All that hold the same resource, the first one included. */
  readonly holders: readonly Holder[];
  readonly uses: readonly Use[];
}

export interface OwnershipContext {
  readonly provenance: Provenance;
  readonly types: TypeSource;
}

/** Follows a resource from what holds it first, within one function and what it creates. */
export function ownershipOf(
  holder: Holder,
  resource: Resource,
  func: FunctionNode | TSESTree.Program,
  context: OwnershipContext,
): Ownership {
  return new Tracker(resource, func, context).track(holder);
}

/** How many calls deep parameters are followed into functions of the same file. */
const maximumDepth = 3;

/** What a variable has of the resource: itself, a path below it, or a literal that it is part of. */
type Role =
  | { readonly kind: "same" }
  | { readonly kind: "derived" }
  | { readonly kind: "container"; readonly key: string | undefined };

export class Tracker {
  readonly resource: Resource;
  readonly context: OwnershipContext;
  readonly #func: FunctionNode | TSESTree.Program;
  /** The parameters through which the resource has come here. */
  readonly #passed: ReadonlySet<Variable>;
  readonly #uses: Use[] = [];
  /** The variables that are followed, with their role; it grows while it is read. */
  readonly #followed = new Map<Variable, Role>();

  constructor(
    resource: Resource,
    func: FunctionNode | TSESTree.Program,
    context: OwnershipContext,
    passed: ReadonlySet<Variable> = new Set(),
  ) {
    this.resource = resource;
    this.context = context;
    this.#func = func;
    this.#passed = passed;
  }

  track(first: Holder): Ownership {
    if (first.kind === "variable") this.#followed.set(first.variable, { kind: "same" });
    else this.#trackAll(first, first, { kind: "same" });
    for (const [variable, role] of this.#followed) {
      this.#trackAll(first, { kind: "variable", variable }, role);
    }
    const same = [...this.#followed].filter(([, { kind }]) => kind === "same");
    const holders = same.map(([variable]): Holder => ({ kind: "variable", variable }));
    return {
      name: nameOf(first),
      ...(first.kind === "variable" ? { variable: first.variable } : {}),
      holders: first.kind === "variable" ? holders : [first, ...holders],
      uses: this.#uses,
    };
  }

  /** Whether a function of the same file keeps or releases what it receives as a parameter. */
  keepsParameter(func: FunctionNode, index: number): boolean | undefined {
    const parameter = func.params[index];
    if (parameter?.type !== "Identifier") return undefined;
    const variable = this.context.provenance
      .declaredBy(func)
      .find(({ identifiers }) => identifiers.includes(parameter));
    if (!variable) return undefined;
    // A function that calls itself does no more with it than what is being looked at already.
    if (this.#passed.has(variable)) return false;
    if (this.#passed.size >= maximumDepth) return undefined;
    const passed = new Set(this.#passed).add(variable);
    const inner = new Tracker(this.resource, func, this.context, passed);
    const { uses } = inner.track({ kind: "variable", variable });
    return uses.some(({ effect }) => effect !== "borrow");
  }

  #trackAll(first: Holder, holder: Holder, held: Role): void {
    const closures = new Map<FunctionNode, Effect>();
    const isFirst =
      first === holder ||
      (first.kind === "variable" &&
        holder.kind === "variable" &&
        first.variable === holder.variable);
    for (const { node: name, isWrite, init } of referencesTo(holder, this.#func)) {
      // `dirname(file)` of a file in the directory is the directory again.
      const folder = held.kind === "derived" ? folderOf(name, this.context.provenance) : undefined;
      const node = folder ?? name;
      const role: Role = folder ? { kind: "same" } : held;
      const closure = closureAround(node, this.#func);
      if (isWrite) {
        if (isFirst && !init && !closure && node.parent) this.#add("overwrite", node.parent, node);
        continue;
      }
      const reference = role.kind === "container" ? memberNamed(role.key, node) : node;
      const destination = destinationOf(reference ?? node, this.resource, this.context.provenance);
      if (destination.kind === "variable" && this.#isFollowed(destination, holder, closure)) {
        const kept = role.kind === "container" && !reference;
        const again = kept ? role : roleIn(destination, role);
        if (!this.#followed.has(destination.variable)) {
          this.#followed.set(destination.variable, again);
        }
        if (!closure) this.#add("borrow", destination.at, node);
        continue;
      }
      const { effect, at } =
        closure && this.#readsToEnd(destination)
          ? { effect: "handOver" as const, at: destination.at }
          : role.kind === "container" && !reference
            ? this.#containerEffect(
                { ...destination, part: true, key: destination.part ? destination.key : role.key },
                node,
                role.key,
              )
            : this.effectOf(
                role.kind === "derived" ? { ...destination, derived: true } : destination,
                node,
              );
      if (!closure) this.#add(effect, at, node);
      else if (effect !== "borrow" || !closures.has(closure)) closures.set(closure, effect);
      if (closure) {
        const inner = { effect: "borrow", at, reference: node, inClosure: true } as const;
        this.#uses.push({ ...inner, inside: effect });
      }
    }
    for (const [func, effect] of closures) {
      if (held.kind === "derived" && effect === "borrow") continue;
      this.#trackClosure(closureOf(func, this.context.provenance), effect);
    }
  }

  /** Whether a variable lives no longer than the one that passes the resource on to it. */
  #isFollowed(
    { variable }: Extract<Destination, { kind: "variable" }>,
    holder: Holder,
    closure: FunctionNode | undefined,
  ): boolean {
    if (closure) return true;
    if (holder.kind === "variable") {
      return variable.scope.variableScope === holder.variable.scope.variableScope;
    }
    return variable.scope.variableScope.block === this.#func;
  }

  #add(effect: Effect, at: TSESTree.Node, reference: TSESTree.Node): void {
    this.#uses.push({ effect, at, reference, inClosure: false });
  }

  /** What becomes of a resource that an inner function captures. */
  #trackClosure(closure: Closure, effect: Effect): void {
    const frees = effect === "release" || effect === "handOver";
    for (const { kind, at } of closure.uses) {
      if (kind === "called") this.#add(frees ? effect : "borrow", at, closure.node);
      else if (kind === "runAtOnce") this.#add(frees ? "handOver" : "borrow", at, closure.node);
      else if (kind === "listening" && !frees && this.#isOwnListener(at)) {
        this.#add("borrow", at, closure.node);
      } else this.#add("handOver", at, closure.node);
    }
  }

  /** `socket.on("data", () => socket.write(…))`: a listener on the resource does not own it. */
  #isOwnListener(call: TSESTree.Node): boolean {
    const callee = call.type === "CallExpression" ? call.callee : undefined;
    return (
      callee?.type === "MemberExpression" &&
      (this.resource.fluent?.includes(memberName(callee) ?? "") ?? false)
    );
  }

  /** What is done with an array or object that the resource is a part of. */
  #containerEffect(
    destination: Destination,
    reference: TSESTree.Node,
    key: string | undefined,
  ): { effect: Effect; at: TSESTree.Node } {
    const { at } = destination;
    switch (destination.kind) {
      case "argument":
        return { effect: argumentEffect(this, destination), at };
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

  /** What reaching a destination means, and where it happens. */
  effectOf(
    destination: Destination,
    reference: TSESTree.Node,
  ): { effect: Effect; at: TSESTree.Node } {
    const { at, derived } = destination;
    switch (destination.kind) {
      case "argument":
        return { effect: argumentEffect(this, destination), at };
      case "receiver":
        return derived ? { effect: "borrow", at } : this.#receiverEffect(destination.member);
      case "called":
        return { effect: this.#releasesByCall() ? "release" : "borrow", at: destination.call };
      case "iterated":
        return { effect: this.resource.releasedByIteration ? "release" : "borrow", at };
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

  /** `reader.read()` in an inner function, which goes on until there is nothing left. */
  #readsToEnd(destination: Destination): boolean {
    return (
      destination.kind === "receiver" &&
      (this.resource.exhaustedBy?.includes(memberName(destination.member) ?? "") ?? false)
    );
  }

  #releasesByCall(): boolean {
    return this.resource.release.some(({ kind }) => kind === "call");
  }

  #receiverEffect(member: TSESTree.MemberExpression): { effect: Effect; at: TSESTree.Node } {
    const { resource } = this;
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
            !this.#isHeldItself(member.object)),
      );
    if (called) {
      if (releases) return { effect: "release", at: call };
      const hands =
        (resource.handingOver?.includes(name) ?? false) ||
        this.#isThenable(name) ||
        listensForRelease(call, resource);
      return { effect: hands ? "handOver" : "borrow", at: call };
    }
    // `{ close: handle.close }`, `handle.close.bind(handle)`: whoever gets it can release.
    return { effect: releases ? "handOver" : "borrow", at: member };
  }

  /** Whether an expression is the resource, and not the object that gave it. */
  #isHeldItself(object: TSESTree.Node): boolean {
    const variable = this.context.provenance.variableOf(object);
    return variable !== undefined && this.#followed.has(variable);
  }

  /** `promise.then(…)` on an acquisition that is not awaited: the callback decides. */
  #isThenable(name: string): boolean {
    return this.resource.async && ["then", "catch", "finally"].includes(name);
  }
}

/** `process.env.HOME = directory`: the environment owns nothing. */
function isEnvironment(target: TSESTree.MemberExpression | undefined): boolean {
  return target !== undefined && pathName(target.object) === "process.env";
}

/** `container.key`, where a reference to a container reads the part that is the resource. */
function memberNamed(key: string | undefined, node: TSESTree.Node): TSESTree.Node | undefined {
  const { parent } = node;
  if (key === undefined || parent?.type !== "MemberExpression" || parent.object !== node) return;
  return memberName(parent) === key ? parent : undefined;
}

/** `made.name`, where the resource is `made.folder`: a part that is no method has nothing of it. */
function readsAnother(member: TSESTree.MemberExpression, key: string | undefined): boolean {
  const name = memberName(member);
  if (name === "length") return true;
  const access = wrapped(member);
  const called = access.parent?.type === "CallExpression" && access.parent.callee === access;
  return key !== undefined && name !== undefined && name !== key && !called;
}

/** `dirname(path)`, where a path is named. */
function folderOf(name: TSESTree.Node, provenance: Provenance): TSESTree.Node | undefined {
  const call = name.parent;
  if (call?.type !== "CallExpression" || call.arguments[0] !== name) return undefined;
  const origin = provenance.originOf(call.callee);
  return origin?.module === "path" && /(^|\.)dirname$/.test(origin.name) ? call : undefined;
}

function roleIn(destination: Extract<Destination, { kind: "variable" }>, role: Role): Role {
  if (destination.derived || role.kind === "derived") return { kind: "derived" };
  return destination.part ? { kind: "container", key: destination.key } : { kind: "same" };
}

/** The outermost function inside `func` around a node, or undefined where the node is its own. */
function closureAround(node: TSESTree.Node, func: TSESTree.Node): FunctionNode | undefined {
  let closure: FunctionNode | undefined;
  for (let at = enclosingFunction(node); at && at !== func; at = enclosingFunction(at)) {
    closure = at;
  }
  return closure;
}
