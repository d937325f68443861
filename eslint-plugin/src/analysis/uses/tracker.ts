import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import { nodeModules, pathMakingName } from "../../resources/known-functions.js";
import { closureOf, type Closure } from "../code/closures.js";
import { type Destination, destinationOf } from "../held/destination.js";
import { containerEffect, effectOf } from "./effects.js";
import { type Holder, nameOf, referencesTo } from "../held/holders.js";
import type { Effect, Ownership, OwnershipContext, Use } from "./ownership.js";
import type { Provenance } from "../code/provenance.js";
import {
  childrenOf,
  enclosingFunction,
  type FunctionNode,
  lastName,
  memberName,
} from "../code/syntax.js";

/** How many calls deep parameters are followed into functions of the same file. */
const maximumDepth = 3;

/** What a variable has of the resource: itself, a path below it, or a literal that it is part of. */
type Role =
  | { readonly kind: "same" }
  | { readonly kind: "derived" }
  | { readonly kind: "container"; readonly key: string | undefined };

/** Follows one resource through the variables of a function, and into what those are passed to. */
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
    return uses.some(
      ({ effect, reference }) => effect !== "borrow" || isReadToEnd(this.resource, reference),
    );
  }

  /** Whether an expression is the resource, and not the object that gave it. */
  isHeldItself(object: TSESTree.Node): boolean {
    const variable = this.context.provenance.variableOf(object);
    return variable !== undefined && this.#followed.has(variable);
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
        if (isFirst && !init && !closure && node.parent && !keepsItself(node)) {
          this.#add("overwrite", node.parent, node);
        }
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
        closure && readsToEnd(this.resource, destination)
          ? { effect: "handOver" as const, at: destination.at }
          : role.kind === "container" && !reference
            ? containerEffect(
                this,
                { ...destination, part: true, key: destination.part ? destination.key : role.key },
                node,
                role.key,
              )
            : effectOf(
                this,
                role.kind === "derived" ? { ...destination, derived: true } : destination,
                node,
              );
      if (effect === "borrow") this.#followPath(destination, holder, closure, node);
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

  /** `const output = outputPathIn({ folder })`: whoever gets the path may keep the directory. */
  #followPath(
    destination: Destination,
    holder: Holder,
    closure: FunctionNode | undefined,
    reference: TSESTree.Node,
  ): void {
    const made = closure ? undefined : this.#pathMadeBy(destination);
    if (!made) return;
    const next = destinationOf(made, this.resource, this.context.provenance);
    if (next.kind === "variable" && this.#isFollowed(next, holder, closure)) {
      if (!this.#followed.has(next.variable))
        this.#followed.set(next.variable, { kind: "derived" });
    } else {
      const { effect, at } = effectOf(this, { ...next, derived: true }, reference);
      if (effect === "handOver") this.#add(effect, at, reference);
    }
  }

  /** The call that makes a path of the directory that it is given. */
  #pathMadeBy(destination: Destination): TSESTree.Node | undefined {
    if (!this.resource.madeInside || destination.kind !== "argument") return undefined;
    const { call } = destination;
    const name = lastName(call.callee) ?? "";
    const module = this.context.provenance.originOf(call.callee)?.module;
    if (call.type === "NewExpression" || !pathMakingName.test(name)) return undefined;
    return module !== undefined && nodeModules.has(module) ? undefined : call;
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
      else if (kind === "listening" && !frees && isListenerOn(this.resource, at)) {
        this.#add("borrow", at, closure.node);
      } else this.#add("handOver", at, closure.node);
    }
  }
}

/** `url = { url, name }`: what was there before is a part of what is there now. */
function keepsItself(name: TSESTree.Node): boolean {
  const assignment = name.parent;
  if (assignment?.type !== "AssignmentExpression" || name.type !== "Identifier") return false;
  if (!/^(Array|Object)Expression$/.test(assignment.right.type)) return false;
  return [...childrenOf(assignment.right)].some((part) => {
    const value = part.type === "Property" ? part.value : part;
    return value.type === "Identifier" && value.name === name.name;
  });
}

/** `container.key`, where a reference to a container reads the part that is the resource. */
function memberNamed(key: string | undefined, node: TSESTree.Node): TSESTree.Node | undefined {
  const { parent } = node;
  if (key === undefined || parent?.type !== "MemberExpression" || parent.object !== node) return;
  return memberName(parent) === key ? parent : undefined;
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

/** `reader.read()` in an inner function, which goes on until there is nothing left. */
function readsToEnd({ exhaustedBy }: Resource, destination: Destination): boolean {
  return (
    destination.kind === "receiver" &&
    (exhaustedBy?.includes(memberName(destination.member) ?? "") ?? false)
  );
}

/** The same of a name: `reader` of `reader.read()`. */
function isReadToEnd({ exhaustedBy }: Resource, { parent }: TSESTree.Node): boolean {
  const name = parent?.type === "MemberExpression" ? (memberName(parent) ?? "") : "";
  return exhaustedBy?.includes(name) ?? false;
}

/** `socket.on("data", () => socket.write(…))`: a listener on the resource does not own it. */
function isListenerOn({ fluent }: Resource, call: TSESTree.Node): boolean {
  const callee = call.type === "CallExpression" ? call.callee : undefined;
  return (
    callee?.type === "MemberExpression" && (fluent?.includes(memberName(callee) ?? "") ?? false)
  );
}
