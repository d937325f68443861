import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { byteFunctions, textFunctions, textMethods } from "../../resources/text-functions.js";
import type { TypeSource, ValueKind } from "../../types/type-source.js";
import type { Provenance } from "./provenance.js";
import { calleeName, lastName, unwrap } from "./syntax.js";

/** Says what values are made of: by the code itself first, by types where that is silent. */
export class ValueKinds {
  readonly #provenance: Provenance;
  readonly #types: TypeSource;

  constructor(provenance: Provenance, types: TypeSource) {
    this.#provenance = provenance;
    this.#types = types;
  }

  /** What an expression's value is made of. */
  kindOf(expression: TSESTree.Node): ValueKind | undefined {
    return this.shownKindOf(expression) ?? this.#types.kindOf(unwrap(expression));
  }

  /** The same, as far as the code itself shows it. */
  shownKindOf(expression: TSESTree.Node, depth = 0): ValueKind | undefined {
    const node = unwrap(expression);
    // Names that stand for each other, and sums of sums, end somewhere.
    if (depth > 20) return undefined;
    const kindOf = (inner: TSESTree.Node): ValueKind | undefined =>
      this.shownKindOf(inner, depth + 1);
    switch (node.type) {
      case "Literal":
        if (typeof node.value === "string") return "text";
        if (typeof node.value === "number" || typeof node.value === "bigint") return "number";
        return node.value === null ? undefined : "other";
      case "TemplateLiteral":
        return "text";
      case "ArrayExpression":
        return "list";
      case "ObjectExpression":
        return "other";
      case "BinaryExpression": {
        if (node.operator !== "+") return "number";
        const sides = [kindOf(node.left), kindOf(node.right)];
        if (sides.includes("text")) return "text";
        return sides[0] === sides[1] ? sides[0] : undefined;
      }
      case "UpdateExpression":
        return "number";
      case "UnaryExpression":
        return node.operator === "typeof" ? "text" : undefined;
      case "ConditionalExpression":
        return same(kindOf(node.consequent), kindOf(node.alternate));
      case "LogicalExpression":
        return same(kindOf(node.left), kindOf(node.right));
      case "CallExpression":
        return kindOfCall(node);
      case "NewExpression":
        return kindOfInstance(lastName(node.callee));
      case "Identifier": {
        const variable = this.#provenance.variableOf(node);
        return variable && this.kindOfVariable(variable, depth + 1);
      }
      default:
        return undefined;
    }
  }

  /** What a variable holds, as its declaration says. */
  kindOfVariable(variable: Variable, depth = 0): ValueKind | undefined {
    const [definition, another] = variable.defs;
    if (!definition || another || definition.name.type !== "Identifier") return undefined;
    const annotation = definition.name.typeAnnotation?.typeAnnotation;
    if (annotation) return kindOfAnnotation(annotation);
    const { node } = definition;
    if (node.type === "VariableDeclarator") {
      return node.init && node.id.type === "Identifier"
        ? this.shownKindOf(node.init, depth + 1)
        : undefined;
    }
    const { parent } = definition.name;
    return parent.type === "AssignmentPattern"
      ? this.shownKindOf(parent.right, depth + 1)
      : undefined;
  }
}

/** What a type annotation says of values. */
export function kindOfAnnotation(annotation: TSESTree.TypeNode): ValueKind | undefined {
  switch (annotation.type) {
    case "TSStringKeyword":
    case "TSTemplateLiteralType":
      return "text";
    case "TSNumberKeyword":
    case "TSBigIntKeyword":
      return "number";
    case "TSArrayType":
    case "TSTupleType":
      return "list";
    case "TSTypeOperator":
      return annotation.typeAnnotation && kindOfAnnotation(annotation.typeAnnotation);
    case "TSUnionType": {
      const parts = annotation.types.filter(
        ({ type }) => type !== "TSNullKeyword" && type !== "TSUndefinedKeyword",
      );
      const kinds = new Set(parts.map((part) => kindOfAnnotation(part)));
      return kinds.size === 1 ? [...kinds][0] : undefined;
    }
    case "TSTypeReference":
      return annotation.typeName.type === "Identifier"
        ? kindOfInstance(annotation.typeName.name)
        : undefined;
    case "TSBooleanKeyword":
    case "TSTypeLiteral":
      return "other";
    default:
      return undefined;
  }
}

function kindOfCall({ callee }: TSESTree.CallExpression): ValueKind | undefined {
  const name = calleeName(callee);
  if (textFunctions.has(name)) return "text";
  if (byteFunctions.has(name)) return "bytes";
  if (name === "Number" || name.startsWith("Math.")) return "number";
  if (name.startsWith("Array.") || name.startsWith("Object.")) {
    return /\.(from|of|keys|values|entries)$/.test(name) ? "list" : undefined;
  }
  const isMethod = unwrap(callee).type === "MemberExpression";
  return isMethod && textMethods.has(lastName(callee) ?? "") ? "text" : undefined;
}

function kindOfInstance(name: string | undefined): ValueKind | undefined {
  switch (name) {
    case "Array":
    case "ReadonlyArray":
      return "list";
    case "Buffer":
    case "Uint8Array":
      return "bytes";
    case "Map":
    case "Set":
    case "Record":
    case "Date":
      return "other";
    default:
      return undefined;
  }
}

function same(one: ValueKind | undefined, other: ValueKind | undefined): ValueKind | undefined {
  return one === other ? one : undefined;
}
