import type { TSESTree } from "@typescript-eslint/types";

import type { Provenance } from "../code/provenance.js";
import { calleeName, memberName, pathName, unwrap } from "../code/syntax.js";
import type { ValueKinds } from "../code/value-kinds.js";

/** How something is made larger. */
export type GrowthKind =
  /** `text += piece`, in any spelling. */
  | "append"
  /** `list.push(piece)` */
  | "push"
  /** `list = [...list, piece]` */
  | "spreadList"
  /** `list = list.concat(piece)` */
  | "concatList"
  /** `bytes = Buffer.concat([bytes, piece])` */
  | "concatBytes"
  /** `object = { ...object, key: piece }` */
  | "spreadObject"
  /** `object = Object.assign({}, object, piece)` */
  | "assignObject";

/** An expression that makes something larger by a piece. */
export interface Growth {
  readonly kind: GrowthKind;
  /** The assignment or the call. */
  readonly node: TSESTree.AssignmentExpression | TSESTree.CallExpression;
  /** Where it is written: the left side, or the receiver of `push`. */
  readonly target: TSESTree.Node;
  /** Where its former value is read; absent in `+=` and `push`. */
  readonly self: TSESTree.Node | undefined;
  /** What is added, in the order in which it is put there. */
  readonly pieces: readonly TSESTree.Node[];
  /** Whether pieces are put before what is there. */
  readonly atFront: boolean;
}

/** How the value of an expression makes something larger, without saying where the result goes. */
export type GrowingValue = Pick<Growth, "kind" | "pieces" | "atFront"> & {
  readonly self: TSESTree.Node;
};

/** The growth that a node is, by its form alone: whether `+` adds texts or numbers is not asked. */
export function growthAt(node: TSESTree.Node, provenance: Provenance): Growth | undefined {
  if (node.type === "CallExpression") return pushAt(node);
  if (node.type !== "AssignmentExpression") return undefined;
  const target = unwrap(node.left);
  if (pathName(target) === undefined) return undefined;
  if (node.operator === "+=") {
    const pieces = [node.right];
    return { kind: "append", node, target, self: undefined, pieces, atFront: false };
  }
  if (node.operator !== "=") return undefined;
  const value = growingValue(node.right, (self) => isSamePlace(self, target, provenance));
  return value && { ...value, node, target };
}

function pushAt(node: TSESTree.CallExpression): Growth | undefined {
  const callee = unwrap(node.callee);
  if (callee.type !== "MemberExpression" || memberName(callee) !== "push") return undefined;
  const target = unwrap(callee.object);
  if (pathName(target) === undefined || node.arguments.length === 0) return undefined;
  return { kind: "push", node, target, self: undefined, pieces: node.arguments, atFront: false };
}

/** Whether two expressions name the same variable, or the same property of the same object. */
export function isSamePlace(
  one: TSESTree.Node,
  other: TSESTree.Node,
  provenance: Provenance,
): boolean {
  const name = pathName(one);
  return (
    name !== undefined &&
    name === pathName(other) &&
    provenance.variableOf(rootOf(one)) === provenance.variableOf(rootOf(other))
  );
}

/** The identifier or `this` that a path of names begins with. */
export function rootOf(expression: TSESTree.Node): TSESTree.Node {
  let node = unwrap(expression);
  while (node.type === "MemberExpression") node = unwrap(node.object);
  return node;
}

/** How an expression gives something that is larger than what `isSelf` accepts. */
export function growingValue(
  expression: TSESTree.Node,
  isSelf: (node: TSESTree.Node) => boolean,
): GrowingValue | undefined {
  const node = unwrap(expression);
  switch (node.type) {
    case "ConditionalExpression":
      return growingValue(node.consequent, isSelf) ?? growingValue(node.alternate, isSelf);
    case "BinaryExpression":
      return node.operator === "+" ? among(summands(node), "append", isSelf) : undefined;
    case "TemplateLiteral":
      return among(templateParts(node), "append", isSelf);
    case "ArrayExpression":
      return spreadIn(node.elements, "spreadList", isSelf);
    case "ObjectExpression":
      return withNewKeys(spreadIn(node.properties, "spreadObject", isSelf));
    case "CallExpression":
      return growingCall(node, isSelf);
    default:
      return undefined;
  }
}

function growingCall(
  call: TSESTree.CallExpression,
  isSelf: (node: TSESTree.Node) => boolean,
): GrowingValue | undefined {
  const [first, ...others] = call.arguments;
  if (!first) return undefined;
  const name = calleeName(call.callee);
  if (name === "Buffer.concat" && first.type === "ArrayExpression") {
    const parts = first.elements.filter((element) => element !== null);
    return among(parts, "concatBytes", isSelf);
  }
  if (name === "Object.assign") {
    const fresh = first.type === "ObjectExpression" && first.properties.length === 0;
    return fresh ? withNewKeys(among(others, "assignObject", isSelf)) : undefined;
  }
  const callee = unwrap(call.callee);
  if (callee.type !== "MemberExpression" || memberName(callee) !== "concat") return undefined;
  const self = unwrap(callee.object);
  return isSelf(self)
    ? { kind: "concatList", self, pieces: call.arguments, atFront: false }
    : undefined;
}

/** Whether a list grows by the elements of others, as far as that shows. */
export function addsSeveral({ kind, pieces }: Pick<Growth, "kind" | "pieces">, kinds: ValueKinds) {
  if (kind === "spreadList") return pieces.some(({ type }) => type === "SpreadElement");
  if (kind !== "concatList") return false;
  return pieces.some((piece) => {
    if (piece.type === "SpreadElement") return true;
    const list = unwrap(piece);
    if (list.type !== "ArrayExpression") return [undefined, "list"].includes(kinds.kindOf(list));
    return list.elements.some((element) => element?.type === "SpreadElement");
  });
}

/**
 * An object grows with the rounds where each brings a key of its own. One that gets the same keys
 * again, or those of a few others, stays as large as it was.
 */
function withNewKeys(value: GrowingValue | undefined): GrowingValue | undefined {
  const grows = value?.pieces.some((piece) =>
    (piece.type === "ObjectExpression" ? piece.properties : [piece]).some(
      (each) => each.type === "Property" && each.computed && each.key.type !== "Literal",
    ),
  );
  return grows ? value : undefined;
}

function among(
  parts: readonly TSESTree.Node[],
  kind: GrowthKind,
  isSelf: (node: TSESTree.Node) => boolean,
): GrowingValue | undefined {
  const index = parts.findIndex((part) => isSelf(unwrap(part)));
  const self = parts[index];
  // Twice itself is no growth by a piece.
  if (!self || parts.length < 2 || parts.filter((part) => isSelf(unwrap(part))).length > 1) {
    return undefined;
  }
  return { kind, self, pieces: parts.filter((part) => part !== self), atFront: index > 0 };
}

function spreadIn(
  elements: readonly (TSESTree.Node | null)[],
  kind: GrowthKind,
  isSelf: (node: TSESTree.Node) => boolean,
): GrowingValue | undefined {
  const parts = elements.filter((element) => element !== null);
  const index = parts.findIndex(
    (part) => part.type === "SpreadElement" && isSelf(unwrap(part.argument)),
  );
  const self = parts[index];
  if (self?.type !== "SpreadElement" || parts.length < 2) return undefined;
  const pieces = parts.filter((part) => part !== self);
  return { kind, self: self.argument, pieces, atFront: index > 0 };
}

/** `a + b + c`, from the left to the right. */
function summands(node: TSESTree.BinaryExpression): TSESTree.Node[] {
  const parts: TSESTree.Node[] = [];
  let at: TSESTree.Node = node;
  // Sums of thousands of texts lean to the left.
  while (at.type === "BinaryExpression" && at.operator === "+") {
    parts.unshift(at.right);
    at = unwrap(at.left);
  }
  return [at, ...parts];
}

function templateParts(node: TSESTree.TemplateLiteral): TSESTree.Node[] {
  const parts: TSESTree.Node[] = node.quasis.filter(({ value }) => value.raw !== "");
  return [...parts, ...node.expressions].sort((a, b) => a.range[0] - b.range[0]);
}
