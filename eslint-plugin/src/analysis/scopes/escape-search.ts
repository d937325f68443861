import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { releaseVerbs } from "../../resources/known-functions.js";
import { ownershipOfParameter } from "../created/annotations.js";
import { type Destination, destinationOf } from "../held/destination.js";
import { localFunction } from "../code/local-functions.js";
import { anything, isKeptByReturned, isStoredBy, spreads } from "./kept-arguments.js";
import type { ManagedValue } from "./managed-values.js";
import type { OwnershipContext } from "../uses/ownership.js";
import { keptIn } from "../uses/keeping.js";
import { pendingReturn, pendingStore } from "./pending.js";
import {
  calleeName,
  enclosingFunction,
  type FunctionNode,
  memberName,
  unwrap,
  wrapped,
} from "../code/syntax.js";

export type EscapeKind = "returned" | "stored" | "captured" | "passed" | "promise";

/** A value that outlives the block at whose end it is released. */
export interface ValueEscape {
  readonly kind: EscapeKind;
  readonly managed: ManagedValue & { readonly variable: Variable };
  /** The node that lets it out. */
  readonly at: TSESTree.Node;
  /** What keeps it, or takes it over, as the source names that. */
  readonly target: string;
  /** The function whose block releases it. */
  readonly func: FunctionNode;
}

/** Looks for the ways by which one value gets out of the block that releases it. */
export class EscapeSearch {
  readonly #managed: ValueEscape["managed"];
  readonly #func: FunctionNode;
  readonly #context: OwnershipContext;
  readonly #found: ValueEscape[] = [];

  constructor(managed: ValueEscape["managed"], func: FunctionNode, context: OwnershipContext) {
    this.#managed = managed;
    this.#func = func;
    this.#context = context;
  }

  escapes(): ValueEscape[] {
    for (const node of this.#nodes()) {
      const inner = enclosingFunction(node);
      if (inner === this.#func) this.#follow(node);
      else if (inner) this.#followClosure(node);
    }
    return this.#found.filter(
      ({ at }, index) => this.#found.findIndex((other) => other.at === at) === index,
    );
  }

  /** Where the value is named: the variable, what was entered, and constants that stand for it. */
  #nodes(): TSESTree.Node[] {
    const nodes: TSESTree.Node[] = [];
    const variables = new Set([this.#managed.variable]);
    const entered = isEntered(this.#managed, this.#context);
    for (const variable of variables) {
      for (const { identifier, init } of variable.references) {
        if (init || identifier.type !== "Identifier") continue;
        const { parent } = wrapped(identifier);
        const isValue =
          entered &&
          variable === this.#managed.variable &&
          parent?.type === "MemberExpression" &&
          memberName(parent) === "value";
        const node = isValue ? parent : identifier;
        nodes.push(node);
        const alias = this.#aliasOf(node);
        if (alias) variables.add(alias);
      }
    }
    return nodes;
  }

  /** `const other = x`, in the block of the value. */
  #aliasOf(node: TSESTree.Node): Variable | undefined {
    const { parent } = wrapped(node);
    if (parent?.type !== "VariableDeclarator" || parent.id.type !== "Identifier") return undefined;
    if (parent.parent.kind !== "const" || enclosingFunction(parent) !== this.#func)
      return undefined;
    return this.#context.provenance.declaredBy(parent)[0];
  }

  #add(kind: EscapeKind, at: TSESTree.Node, target = ""): void {
    this.#found.push({ kind, managed: this.#managed, at, target, func: this.#func });
  }

  #follow(node: TSESTree.Node): void {
    const { provenance } = this.#context;
    const destination = destinationOf(node, anything, provenance);
    const { at, derived } = destination;
    // What is spread has gone into something else, element by element.
    if (derived || spreads(node, at)) return;
    switch (destination.kind) {
      case "returned":
        if (at.type === "ReturnStatement" && !this.#func.generator) this.#add("returned", at);
        return;
      case "stored":
      case "variable": {
        const target = keptIn(destination, this.#block(), this.#func, provenance);
        if (target !== undefined) this.#add("stored", at, target);
        return;
      }
      case "argument":
        this.#followArgument(node, destination);
        return;
      case "receiver":
        this.#followPromise(node);
        return;
      default:
        return;
    }
  }

  #followArgument(
    node: TSESTree.Node,
    destination: Extract<Destination, { kind: "argument" }>,
  ): void {
    const { call, index, part } = destination;
    const { provenance } = this.#context;
    if (call === this.#managed.closing) return;
    const collection = keptIn(destination, this.#block(), this.#func, provenance);
    if (collection !== undefined) {
      this.#add("stored", call, collection);
      return;
    }
    const name = calleeName(call.callee);
    if (ownershipOfParameter(destination, this.#context) === "owns") {
      this.#add("passed", call, name);
      return;
    }
    if (!part && call.type === "NewExpression" && isKeptByReturned(call, index, provenance)) {
      this.#add("passed", call, `new ${name}`);
      return;
    }
    const local = call.type === "CallExpression" && localFunction(unwrap(call.callee), provenance);
    if (local && !part && isStoredBy(local, index, provenance)) {
      this.#add("passed", call, name);
      return;
    }
    this.#followPromise(node);
  }

  #followPromise(node: TSESTree.Node): void {
    if (this.#func.generator) return;
    const { provenance, types } = this.#context;
    const { value } = this.#managed;
    const pending = { node, func: this.#func, value, provenance, types };
    const returned = pendingReturn(pending);
    if (returned) {
      this.#add("promise", returned);
      return;
    }
    const stored = pendingStore(pending);
    const target =
      stored &&
      keptIn(destinationOf(stored, anything, provenance), this.#block(), this.#func, provenance);
    if (stored && target !== undefined) this.#add("promise", stored, target);
  }

  /** A function that the value's own function makes, and that names the value. */
  #followClosure(node: TSESTree.Node): void {
    const { provenance } = this.#context;
    this.#followPromise(node);
    if (isRelease(node)) return;
    let closure: FunctionNode | undefined;
    for (let at = enclosingFunction(node); at && at !== this.#func; at = enclosingFunction(at)) {
      closure = at;
    }
    if (!closure || this.#func.generator) return;
    for (const value of this.#valuesOf(closure)) {
      const destination = destinationOf(value, anything, provenance);
      if (destination.derived || spreads(value, destination.at)) continue;
      const { kind, at } = destination;
      if (kind === "returned" && at.type === "ReturnStatement") this.#add("captured", at);
      else if (kind === "stored" || kind === "variable") {
        const target = keptIn(destination, this.#block(), this.#func, provenance);
        if (target !== undefined && kind === "stored") this.#add("captured", at, target);
      } else if (kind === "called" && isReturned(destination.call) && closure.generator) {
        this.#add("captured", destination.call);
      } else if (kind === "argument" && isLeftToTimer(destination)) {
        this.#add("captured", destination.call, calleeName(destination.call.callee));
      }
    }
  }

  /** The function itself, or where its name stands. */
  #valuesOf(closure: FunctionNode): TSESTree.Node[] {
    const { provenance } = this.#context;
    const { parent } = closure;
    const declared =
      closure.type === "FunctionDeclaration"
        ? provenance.declaredBy(closure)[0]
        : parent.type === "VariableDeclarator" && parent.id.type === "Identifier"
          ? provenance.declaredBy(parent)[0]
          : undefined;
    if (!declared) return [closure];
    return declared.references.flatMap(({ identifier, init }) =>
      !init && enclosingFunction(identifier) === this.#func ? [identifier] : [],
    );
  }

  /** The block at whose end the value is released. */
  #block(): TSESTree.Node {
    const { by, variable } = this.#managed;
    const [declared] = variable.defs;
    let at: TSESTree.Node | undefined = by.kind === "using" ? by.declarator : declared?.node;
    if (by.kind === "stack") {
      at = this.#context.provenance.variableOf(unwrap(by.stack))?.defs[0]?.node ?? at;
    }
    while (at && !/^(BlockStatement|Program|StaticBlock|SwitchCase)$/.test(at.type)) at = at.parent;
    return at ?? this.#func.body;
  }
}

/** `using x = enter(manager)`: what was entered is `x.value`. */
function isEntered({ value, by }: ManagedValue, { provenance }: OwnershipContext): boolean {
  if (by.kind !== "using" || value.type !== "CallExpression") return false;
  const origin = provenance.originOf(value.callee);
  return origin?.module === "unwind" && /^enter(Async)?$/.test(origin.name);
}

function isReturned(call: TSESTree.Node): boolean {
  return wrapped(call).parent?.type === "ReturnStatement";
}

/** `x.close()` in a function that runs later: whoever is released by then is released already. */
function isRelease(node: TSESTree.Node): boolean {
  const { parent } = wrapped(node);
  if (parent?.type !== "MemberExpression") return false;
  const name = memberName(parent);
  return (
    name === undefined || releaseVerbs.includes(name) || /^(abort|cancel|dispose|unref)/.test(name)
  );
}

/** `setInterval(() => x.ping(), 1000)`, of which nobody keeps what would stop it. */
function isLeftToTimer({ call, index }: Extract<Destination, { kind: "argument" }>): boolean {
  return (
    index === 0 &&
    /^(globalThis\.|window\.)?(setInterval|setTimeout)$/.test(calleeName(call.callee)) &&
    wrapped(call).parent?.type === "ExpressionStatement"
  );
}
