import type * as ts from "typescript";

import type { ValueKind } from "./type-source.js";

/** What values of a type are made of; undefined where its parts differ or say nothing. */
export function kindOfType(checker: ts.TypeChecker, type: ts.Type): ValueKind | undefined {
  const present = checker.getNonNullableType(type);
  const kinds = new Set(partsOf(present).map((part) => kindOfPart(checker, part)));
  const [kind, another] = kinds;
  if (kinds.has(undefined)) return undefined;
  return another === undefined ? kind : "other";
}

/** The names of a type's class or interface and of those that it extends; empty for a union. */
export function classNamesOfType(checker: ts.TypeChecker, type: ts.Type): readonly string[] {
  const names: string[] = [];
  const pending = [...(type.isIntersection() ? type.types : [type])];
  // Hierarchies are shallow; the bound is for what refers to itself.
  for (let at = pending.shift(); at && names.length < 30; at = pending.shift()) {
    const symbol = at.symbol as ts.Symbol | undefined;
    if (symbol) names.push(symbol.name);
    const declared = "target" in at ? (at as ts.TypeReference).target : at;
    if (declared.isClassOrInterface()) pending.push(...checker.getBaseTypes(declared));
  }
  return names;
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

function kindOfPart(checker: ts.TypeChecker, type: ts.Type): ValueKind | undefined {
  const base = checker.getBaseTypeOfLiteralType(type);
  const { intrinsicName } = base as { intrinsicName?: string };
  if (intrinsicName === "string") return "text";
  if (intrinsicName === "number" || intrinsicName === "bigint") return "number";
  if (intrinsicName === "any" || intrinsicName === "unknown" || intrinsicName === "error") {
    return undefined;
  }
  if (type.isTypeParameter()) return undefined;
  // Template literal types and string enumerations.
  if (base.isStringLiteral() || "texts" in base) return "text";
  if (checker.isArrayType(type) || checker.isTupleType(type)) return "list";
  const names = classNamesOfType(checker, type);
  return names.includes("Buffer") || names.includes("Uint8Array") ? "bytes" : "other";
}
