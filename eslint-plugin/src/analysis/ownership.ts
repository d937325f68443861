import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../resources/catalogue.js";
import type { TypeSource } from "../types/type-source.js";
import { argumentEffect } from "./arguments.js";
import { closureOf, type Closure } from "./closures.js";
import { destinationOf, type Destination } from "./destination.js";
import type { Provenance } from "./provenance.js";
import {
  enclosingFunction,
  type FunctionNode,
  isDisposeAccess,
  memberName,
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
}

/** A variable that holds a resource, with all that happens to it. */
export interface Ownership {
  readonly variable: Variable;
  /** The variables that hold the same resource, the first one included. */
  readonly holders: ReadonlySet<Variable>;
  readonly uses: readonly Use[];
}

export interface OwnershipContext {
  readonly provenance: Provenance;
  readonly types: TypeSource;
}

/** Follows a resource from the variable that holds it, within one function and what it creates. */
export function ownershipOf(
  variable: Variable,
  resource: Resource,
  func: FunctionNode,
  context: OwnershipContext,
): Ownership {
  return new Tracker(resource, func, context).track(variable);
}

/** How many calls deep parameters are followed into functions of the same file. */
const maximumDepth = 3;

export class Tracker {
  readonly resource: Resource;
  readonly context: OwnershipContext;
  readonly #func: FunctionNode;
  /** The parameters through which the resource has come here. */
  readonly #passed: ReadonlySet<Variable>;
  readonly #uses: Use[] = [];

  constructor(
    resource: Resource,
    func: FunctionNode,
    context: OwnershipContext,
    passed: ReadonlySet<Variable> = new Set(),
  ) {
    this.resource = resource;
    this.context = context;
    this.#func = func;
    this.#passed = passed;
  }

  track(variable: Variable): Ownership {
    const holders = new Set([variable]);
    const derived = new Set<Variable>();
    // Sets grow while they are iterated, so that aliases of aliases are followed too.
    for (const holder of holders) this.#trackAll(variable, holder, false, holders, derived);
    for (const holder of derived) {
      if (!holders.has(holder)) this.#trackAll(variable, holder, true, derived, derived);
    }
    return { variable, holders, uses: this.#uses };
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
    return inner.track(variable).uses.some(({ effect }) => effect !== "borrow");
  }

  #trackAll(
    first: Variable,
    holder: Variable,
    onlyDerived: boolean,
    same: Set<Variable>,
    derived: Set<Variable>,
  ): void {
    const closures = new Map<FunctionNode, Effect>();
    for (const reference of holder.references) {
      const { identifier } = reference;
      if (identifier.type !== "Identifier" || reference.isTypeReference) continue;
      const closure = closureAround(identifier, this.#func);
      if (reference.isWrite()) {
        if (!reference.isRead() && holder === first && !reference.init && !closure) {
          this.#add("overwrite", identifier.parent, identifier);
        }
        continue;
      }
      const destination = destinationOf(identifier, this.resource, this.context.provenance);
      if (destination.kind === "variable" && !destination.part) {
        const { variable } = destination;
        if (variable.scope.variableScope === holder.scope.variableScope || closure) {
          (destination.derived ? derived : same).add(variable);
          if (!closure) this.#add("borrow", destination.at, identifier);
          continue;
        }
      }
      const made = onlyDerived ? { ...destination, derived: true } : destination;
      const { effect, at } = this.effectOf(made, identifier);
      if (!closure) this.#add(effect, at, identifier);
      else if (effect !== "borrow" || !closures.has(closure)) closures.set(closure, effect);
      if (closure)
        this.#uses.push({ effect: "borrow", at, reference: identifier, inClosure: true });
    }
    for (const [func, effect] of closures) {
      if (onlyDerived && effect === "borrow") continue;
      this.#trackClosure(closureOf(func, this.context.provenance), effect);
    }
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
      case "iterated":
        return { effect: this.resource.releasedByIteration ? "release" : "borrow", at };
      case "read":
      case "discarded":
        return { effect: "borrow", at };
      case "variable":
        // A literal that holds a path below the directory keeps nothing alive.
        return { effect: derived ? "borrow" : "handOver", at };
      case "unknown":
        return { effect: "handOver", at: reference };
      default:
        return { effect: "handOver", at };
    }
  }

  #receiverEffect(member: TSESTree.MemberExpression): { effect: Effect; at: TSESTree.Node } {
    const { resource } = this;
    const access = wrapped(member);
    const call = access.parent;
    const called = call?.type === "CallExpression" && call.callee === access;
    const name = memberName(member) ?? "";
    const releases =
      isDisposeAccess(member) ||
      resource.release.some((release) => release.kind === "method" && release.name === name);
    if (called) {
      if (releases) return { effect: "release", at: call };
      const hands = (resource.handingOver?.includes(name) ?? false) || this.#isThenable(name);
      return { effect: hands ? "handOver" : "borrow", at: call };
    }
    // `{ close: handle.close }`, `handle.close.bind(handle)`: whoever gets it can release.
    return { effect: releases ? "handOver" : "borrow", at: member };
  }

  /** `promise.then(…)` on an acquisition that is not awaited: the callback decides. */
  #isThenable(name: string): boolean {
    return this.resource.async && ["then", "catch", "finally"].includes(name);
  }
}

/** The outermost function inside `func` around a node, or undefined where the node is its own. */
function closureAround(node: TSESTree.Node, func: FunctionNode): FunctionNode | undefined {
  let closure: FunctionNode | undefined;
  for (let at = enclosingFunction(node); at && at !== func; at = enclosingFunction(at)) {
    closure = at;
  }
  return closure;
}
