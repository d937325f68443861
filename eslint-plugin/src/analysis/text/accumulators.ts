import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import {
  domTexts,
  flatteningFunctions,
  flatteningMethods,
  listChangingMethods,
  matchingMethods,
  trimmingMethods,
} from "../../resources/text-functions.js";
import type { TypeSource } from "../../types/type-source.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { type Growth, growthAt, isSamePlace, rootOf } from "./growths.js";
import { servesTests } from "./test-code.js";
import type { Provenance } from "../code/provenance.js";
import {
  calleeName,
  classBodyAround,
  contains,
  memberName,
  pathName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";
import { kindOfAnnotation, ValueKinds } from "../code/value-kinds.js";

/** What one mention of an accumulator does with it. */
export interface Access {
  readonly kind:
    | "grow"
    /** The former value in what it grows by. */
    | "self"
    /** It gets another value, or is emptied. */
    | "write"
    /** All of it is looked at, which costs what its length is. */
    | "flatten"
    /** Its length is taken, or it is compared: costs nothing. */
    | "look"
    | "use";
  readonly node: TSESTree.Node;
  /** The expression that does it. */
  readonly at: TSESTree.Node;
}

/** A variable or a field that is made larger, piece by piece. */
export interface Accumulator {
  /** As the source writes it: `text`, `this.text`. */
  readonly name: string;
  /** The variable that it is or is a part of; undefined for a part of `this`. */
  readonly variable: Variable | undefined;
  readonly isField: boolean;
  readonly kind: "text" | "list" | "copied";
  readonly growths: readonly Growth[];
  readonly accesses: readonly Access[];
}

/** Every accumulator of a file that is no test. */
export function accumulatorsOf(file: AnalysedFile): readonly Accumulator[] {
  const analysis = analysisOf(file);
  return analysis.once("accumulators", () =>
    servesTests(file.ast) ? [] : new Accumulators(analysis.provenance, file.types).in(file.ast),
  );
}

class Accumulators {
  readonly #provenance: Provenance;
  readonly #kinds: ValueKinds;
  readonly #fields = new Map<TSESTree.ClassBody, ReadonlyMap<string, readonly TSESTree.Node[]>>();

  constructor(provenance: Provenance, types: TypeSource) {
    this.#provenance = provenance;
    this.#kinds = new ValueKinds(provenance, types);
  }

  in(ast: TSESTree.Program): Accumulator[] {
    const groups = new Map<unknown, Map<string, Growth[]>>();
    walk(ast, (node) => {
      const growth = growthAt(node, this.#provenance);
      if (!growth) return undefined;
      const root = rootOf(growth.target);
      const owner =
        root.type === "ThisExpression" ? classBodyAround(root) : this.#provenance.variableOf(root);
      if (!owner) return undefined;
      const names = groups.get(owner) ?? new Map<string, Growth[]>();
      groups.set(owner, names);
      const name = pathName(growth.target) ?? "";
      const growths = names.get(name) ?? [];
      names.set(name, growths);
      growths.push(growth);
      return undefined;
    });
    return [...groups.values()].flatMap((names) =>
      [...names].flatMap(([name, growths]) => this.#accumulator(name, growths) ?? []),
    );
  }

  #accumulator(name: string, growths: readonly Growth[]): Accumulator | undefined {
    const target = growths[0]?.target;
    if (!target) return undefined;
    const root = rootOf(target);
    const isField = unwrap(target).type === "MemberExpression";
    const variable = this.#provenance.variableOf(root);
    const nodes = this.#mentionsOf(name, root, variable);
    const kind = this.#kindOf(target, growths, nodes);
    if (!kind) return undefined;
    const own = growths.filter(({ kind: how }) => isGrowthOf(kind, how));
    if (own.length === 0) return undefined;
    const accesses = nodes.map((node) => this.#accessBy(node, own, kind));
    return { name, variable, isField, kind, growths: own, accesses };
  }

  /** Every place where it is named, and every place where what it is a part of is written. */
  #mentionsOf(
    name: string,
    root: TSESTree.Node,
    variable: Variable | undefined,
  ): readonly TSESTree.Node[] {
    if (root.type === "ThisExpression") {
      const body = classBodyAround(root);
      return (body && this.#fieldsOf(body).get(name)) ?? [];
    }
    const path = name.split(".").slice(1);
    return (variable?.references ?? []).flatMap((reference) => {
      if (path.length === 0) return reference.init ? [] : [reference.identifier];
      if (reference.isWrite() && !reference.init) return [reference.identifier];
      return memberAt(reference.identifier, path) ?? [];
    });
  }

  #fieldsOf(body: TSESTree.ClassBody): ReadonlyMap<string, readonly TSESTree.Node[]> {
    const known = this.#fields.get(body);
    if (known) return known;
    const fields = new Map<string, TSESTree.Node[]>();
    walk(body, (node) => {
      const name = node.type === "MemberExpression" ? pathName(node) : undefined;
      if (name?.startsWith("this.") !== true) return undefined;
      const nodes = fields.get(name) ?? [];
      fields.set(name, nodes);
      nodes.push(node);
      return undefined;
    });
    this.#fields.set(body, fields);
    return fields;
  }

  #kindOf(
    target: TSESTree.Node,
    growths: readonly Growth[],
    nodes: readonly TSESTree.Node[],
  ): Accumulator["kind"] | undefined {
    const has = (...kinds: Growth["kind"][]): boolean =>
      growths.some(({ kind }) => kinds.includes(kind));
    if (has("spreadList", "spreadObject", "assignObject", "concatBytes")) {
      // Where something is pushed as well, the copy is made once, so that nobody sees it change.
      return has("push") ? undefined : "copied";
    }
    if (unwrap(target).type === "MemberExpression" && domTexts.has(lastOf(target)))
      return undefined;
    const declared = this.#declaredKindOf(target);
    if (has("append")) {
      if (declared !== undefined) return declared === "text" ? "text" : undefined;
      if (isAccessor(target)) return undefined;
      const appended = growths.filter(({ kind }) => kind === "append");
      const shown =
        appended.some(({ pieces }) =>
          pieces.some((piece) => this.#kinds.shownKindOf(piece) === "text" || isText(piece)),
        ) || nodes.some((node) => this.#isGivenText(node));
      return shown || this.#kinds.kindOf(target) === "text" ? "text" : undefined;
    }
    const kind = declared ?? this.#kinds.kindOf(target);
    if (has("push")) return kind === "list" && !has("concatList") ? "list" : undefined;
    if (kind === "text" && has("concatList")) return "text";
    return kind === "list" && has("concatList") ? "copied" : undefined;
  }

  /** What the declaration of a variable or a field says. */
  #declaredKindOf(target: TSESTree.Node) {
    const node = unwrap(target);
    if (node.type === "Identifier") {
      const variable = this.#provenance.variableOf(node);
      return variable && this.#kinds.kindOfVariable(variable);
    }
    if (node.type !== "MemberExpression" || unwrap(node.object).type !== "ThisExpression") {
      return undefined;
    }
    const name = memberName(node);
    for (const element of classBodyAround(node)?.body ?? []) {
      if (element.type !== "PropertyDefinition" || element.computed) continue;
      const { key } = element;
      const own = key.type === "PrivateIdentifier" ? `#${key.name}` : "name" in key && key.name;
      if (own !== name) continue;
      const annotation = element.typeAnnotation?.typeAnnotation;
      if (annotation) return kindOfAnnotation(annotation);
      return element.value ? this.#kinds.shownKindOf(element.value) : undefined;
    }
    return undefined;
  }

  /** `text = ""` somewhere. */
  #isGivenText(node: TSESTree.Node): boolean {
    const { parent } = node;
    return (
      parent?.type === "AssignmentExpression" &&
      parent.left === node &&
      parent.operator === "=" &&
      this.#kinds.shownKindOf(parent.right) === "text"
    );
  }

  #accessBy(node: TSESTree.Node, growths: readonly Growth[], kind: Accumulator["kind"]): Access {
    const growth = growths.find((each) => contains(each.node, node));
    if (growth) {
      if (contains(growth.target, node)) return { kind: "grow", node, at: growth.node };
      if (growth.self && contains(growth.self, node))
        return { kind: "self", node, at: growth.node };
    }
    const whole = wrapped(node);
    const { parent } = whole;
    const as = (access: Access["kind"], at: TSESTree.Node | undefined = parent): Access => ({
      kind: access,
      node,
      at: at ?? node,
    });
    switch (parent?.type) {
      case "AssignmentExpression":
        if (parent.left !== whole) return as("use");
        return isTrimmed(parent, this.#provenance) ? as("flatten", parent.right) : as("write");
      case "UpdateExpression":
      case "ArrayPattern":
      case "AssignmentPattern":
      case "RestElement":
        return as("write");
      case "Property":
        return as(parent.parent.type === "ObjectPattern" ? "write" : "use");
      case "UnaryExpression":
        return as(parent.operator === "delete" ? "write" : "look");
      case "ForOfStatement":
      case "ForInStatement":
        if (parent.left === whole) return as("write");
        return as(kind === "text" && parent.right === whole ? "flatten" : "use");
      case "BinaryExpression":
        return as(/^([<>]=?|[!=]==?)$/.test(parent.operator) ? "look" : "use");
      case "MemberExpression":
        return parent.object === whole ? memberAccess(parent, as, kind) : as("use");
      case "CallExpression":
        return parent.callee !== whole && looksAtAll(parent, kind) ? as("flatten") : as("use");
      default:
        return as("use");
    }
  }
}

function isGrowthOf(kind: Accumulator["kind"], growth: Growth["kind"]): boolean {
  if (kind === "list") return growth === "push";
  if (kind === "text") return growth === "append" || growth === "concatList";
  return growth !== "push" && growth !== "append";
}

/** The rest of a template, which stands among the pieces. */
function isText(piece: TSESTree.Node): boolean {
  return piece.type === "TemplateElement";
}

function lastOf(target: TSESTree.Node): string {
  const node = unwrap(target);
  return node.type === "MemberExpression" ? (memberName(node) ?? "") : "";
}

/** `this.name` that is a pair of methods: nobody knows what they keep. */
function isAccessor(target: TSESTree.Node): boolean {
  const name = lastOf(target);
  return (classBodyAround(target)?.body ?? []).some(
    (element) =>
      element.type === "MethodDefinition" &&
      (element.kind === "get" || element.kind === "set") &&
      "name" in element.key &&
      element.key.name === name,
  );
}

/** The member expression that goes on from an identifier by a path of names. */
function memberAt(identifier: TSESTree.Node, path: readonly string[]): TSESTree.Node | undefined {
  let at = identifier;
  for (const name of path) {
    const whole = wrapped(at);
    const { parent } = whole;
    if (parent?.type !== "MemberExpression" || parent.object !== whole) return undefined;
    if (memberName(parent) !== name) return undefined;
    at = parent;
  }
  return at;
}

/** `text = text.trim()`: looks at all of it, and leaves it as long as it was. */
function isTrimmed(
  { left, operator, right }: TSESTree.AssignmentExpression,
  provenance: Provenance,
): boolean {
  const call = unwrap(right);
  const callee = call.type === "CallExpression" ? unwrap(call.callee) : undefined;
  return (
    operator === "=" &&
    callee?.type === "MemberExpression" &&
    trimmingMethods.has(memberName(callee) ?? "") &&
    isSamePlace(callee.object, left, provenance)
  );
}

function memberAccess(
  member: TSESTree.MemberExpression,
  as: (kind: Access["kind"], at?: TSESTree.Node) => Access,
  kind: Accumulator["kind"],
): Access {
  const name = memberName(member);
  const whole = wrapped(member);
  const { parent } = whole;
  if (parent?.type === "AssignmentExpression" && parent.left === whole) return as("write", parent);
  if (name === "length" || name === "size") return as("look", member);
  const called = parent?.type === "CallExpression" && parent.callee === whole ? parent : undefined;
  if (name === undefined) return as(kind === "text" ? "flatten" : "use", member);
  if (!called) return as("use", member);
  if (kind === "text") return as(flatteningMethods.has(name) ? "flatten" : "use", called);
  if (listChangingMethods.has(name)) return as("write", called);
  return as(kind === "list" && name === "join" ? "flatten" : "use", called);
}

/** Whether a call looks at all of what it is given. */
function looksAtAll(call: TSESTree.CallExpression, kind: Accumulator["kind"]): boolean {
  const name = calleeName(call.callee);
  if (kind === "list") return name === "Buffer.concat";
  if (flatteningFunctions.has(name)) return kind === "text";
  const callee = unwrap(call.callee);
  return (
    kind === "text" &&
    callee.type === "MemberExpression" &&
    matchingMethods.has(memberName(callee) ?? "") &&
    isPattern(callee.object)
  );
}

function isPattern(expression: TSESTree.Node): boolean {
  const node = unwrap(expression);
  if (node.type === "Literal") return "regex" in node;
  const name = pathName(node)?.split(".").at(-1) ?? "";
  return /^[A-Z][A-Z\d_]*$|re(gex|gexp)?$|pattern$/i.test(name);
}
