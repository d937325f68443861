import type * as ts from "typescript";

import type { DisposeSymbols } from "./type-source.js";
import { originOfDeclaration } from "./typescript-origins.js";

/** The well-known symbols by which a type can be disposed of. */
export function disposeSymbolsOfType(checker: ts.TypeChecker, type: ts.Type): DisposeSymbols {
  const names = checker.getPropertiesOfType(type).map((property) => property.escapedName);
  const has = (symbol: string): boolean =>
    names.some((name) => (name as string).startsWith(`__@${symbol}@`));
  return { sync: has("dispose"), async: has("asyncDispose") };
}

/** A type's own name; `""` for unions and primitives. */
export function nameOfType(type: ts.Type): string {
  // Unions and primitives have none, whatever the declarations say.
  const symbol = (type.aliasSymbol ?? type.symbol) as ts.Symbol | undefined;
  return symbol?.name ?? "";
}

/** The module that declares a type; undefined where that is the project itself. */
export function moduleOfType(type: ts.Type): string | undefined {
  const symbol = (type.aliasSymbol ?? type.symbol) as ts.Symbol | undefined;
  const declaration = symbol?.declarations?.[0];
  return declaration && originOfDeclaration(declaration)?.module;
}

/** Whether a result is what its receiver is (`return this`), or one of what that is made of. */
export function isLike(checker: ts.TypeChecker, result: ts.Type, receiver: ts.Type): boolean {
  const symbol = result.symbol as ts.Symbol | undefined;
  if (result === receiver || (symbol && symbol === receiver.symbol)) return true;
  const parts = [
    ...(receiver.aliasTypeArguments ?? []),
    ...("target" in receiver ? checker.getTypeArguments(receiver as ts.TypeReference) : []),
  ];
  return parts.some((part) => part === result || (symbol && part.symbol === symbol));
}

/** What somebody who waits for a value of a type gets, unless it is nothing. */
export function settled(checker: ts.TypeChecker, type: ts.Type): ts.Type {
  return checker.getNonNullableType(checker.getAwaitedType(type) ?? type);
}

/** Whether a type is a class or an interface, which is the same one for all type arguments. */
export function isNamed(type: ts.Type): boolean {
  return type.isClassOrInterface() || "target" in type;
}

const open = new Set(["any", "unknown", "error"]);

/** Whether a type says nothing: `any`, `unknown`, an unresolved type or a bare type parameter. */
export function isOpen(type: ts.Type): boolean {
  const { intrinsicName } = type as { intrinsicName?: string };
  return (intrinsicName !== undefined && open.has(intrinsicName)) || type.isTypeParameter();
}

/** Whether a parameter may be left out. */
export function isOptional({ valueDeclaration }: ts.Symbol): boolean {
  const declaration = valueDeclaration as
    { questionToken?: unknown; initializer?: unknown; dotDotDotToken?: unknown } | undefined;
  return (
    declaration?.questionToken !== undefined ||
    declaration?.initializer !== undefined ||
    declaration?.dotDotDotToken !== undefined
  );
}

/** Whether a function has a parameter `this`, which says on what it can be called. */
export function declaresThis({ declaration }: ts.Signature): boolean {
  const name = declaration?.parameters[0]?.name as { readonly text?: string } | undefined;
  return name?.text === "this";
}
