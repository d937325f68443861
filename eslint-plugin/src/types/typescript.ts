import type { ParserServicesWithTypeInformation } from "@typescript-eslint/parser";
import type { TSESTree } from "@typescript-eslint/types";
import type * as ts from "typescript";

import type { Origin } from "../resources/catalogue.js";
import { documentationOfSignature, namesInProgram } from "./typescript-documentation.js";
import type { DisposeSymbols, Documentation, ResultShape, TypeSource } from "./type-source.js";

type Call = TSESTree.CallExpression | TSESTree.NewExpression;

interface Result {
  /** The type of the call, a promise perhaps. */
  readonly given: ts.Type;
  /** What somebody who waits for it gets. */
  readonly result: ts.Type;
}

/**
 * Answers from a TypeScript program, by way of typescript-eslint's node maps.
 *
 * The program may come from another TypeScript than ours, whose enumerations may count otherwise,
 * so this file asks by methods and names alone and imports nothing of TypeScript at run time.
 */
export function typeScriptSource(services: ParserServicesWithTypeInformation): TypeSource {
  const checker = services.program.getTypeChecker();

  /** Types of code that the program cannot resolve must not make anyone guess. */
  const guarded =
    <Arguments extends unknown[], Answer>(ask: (...given: Arguments) => Answer | undefined) =>
    (...given: Arguments): Answer | undefined => {
      try {
        return ask(...given);
      } catch {
        return undefined;
      }
    };

  const typeOf = (node: TSESTree.Node): ts.Type | undefined => {
    const type = services.getTypeAtLocation(node);
    return isOpen(type) ? undefined : type;
  };

  const originOf = guarded((expression: TSESTree.Node): Origin | undefined => {
    const named = expression.type === "MemberExpression" ? expression.property : expression;
    let symbol = services.getSymbolAtLocation(named);
    if (symbol && isAlias(symbol)) symbol = checker.getAliasedSymbol(symbol);
    const declaration = symbol?.declarations?.[0];
    return declaration && originOfDeclaration(declaration);
  });

  const disposeSymbolsOf = guarded((expression: TSESTree.Node): DisposeSymbols | undefined => {
    const type = typeOf(expression);
    const awaited = type && (checker.getAwaitedType(type) ?? type);
    if (!awaited || isOpen(awaited)) return undefined;
    return disposeSymbolsOfType(checker, awaited);
  });

  /**
   * What a call gives, and what that settles to, as the callee's declaration alone tells; undefined
   * where it depends on the call. To resolve a call is dear: TypeScript looks into each argument,
   * and through whole callbacks.
   */
  const declaredResultOf = ({ type, callee }: Call): Result | undefined => {
    const called = checker.getNonNullableType(services.getTypeAtLocation(callee));
    const signatures =
      type === "NewExpression" ? called.getConstructSignatures() : called.getCallSignatures();
    const [given, ...others] = signatures.map((each) => checker.getReturnTypeOfSignature(each));
    if (!given || others.some((other) => other !== given)) return undefined;
    const result = settled(checker, given);
    if (signatures.every(({ typeParameters }) => !typeParameters) || isNamed(result)) {
      return { given, result };
    }
    // `static create<T>(this: new () => T): Promise<T>` makes an instance of the class it is called on.
    if (callee.type !== "MemberExpression" || !signatures.every(declaresThis)) return undefined;
    const [constructor] = services.getTypeAtLocation(callee.object).getConstructSignatures();
    const instance = constructor && checker.getReturnTypeOfSignature(constructor);
    return instance && isNamed(instance) ? { given, result: instance } : undefined;
  };

  const resolvedResultOf = (call: Call): Result | undefined => {
    const given = typeOf(call);
    return given && { given, result: settled(checker, given) };
  };

  const resultOf = guarded((call: Call, methods: readonly string[]): ResultShape | undefined => {
    const { given, result } = declaredResultOf(call) ?? resolvedResultOf(call) ?? {};
    if (!given || !result || isOpen(given) || isOpen(result)) return undefined;
    const receiver =
      call.type === "CallExpression" && call.callee.type === "MemberExpression"
        ? services.getTypeAtLocation(call.callee.object)
        : undefined;
    return {
      typeName: nameOfType(result),
      module: moduleOfType(result),
      dispose: disposeSymbolsOfType(checker, result),
      methods: methods.filter((name) => checker.getPropertyOfType(result, name) !== undefined),
      promised: checker.getPropertyOfType(given, "then") !== undefined,
      plain: /^(string|number)$/.test(
        checker.typeToString(checker.getBaseTypeOfLiteralType(result)),
      ),
      callable: result
        .getCallSignatures()
        .some(({ parameters }) => parameters.every((parameter) => isOptional(parameter))),
      likeReceiver: receiver !== undefined && isLike(checker, result, receiver),
    };
  });

  const isPromise = guarded((expression: TSESTree.Node): boolean | undefined => {
    const type = typeOf(expression);
    return type && checker.getPropertyOfType(type, "then") !== undefined;
  });

  const parameterOffers = guarded(
    (
      call: TSESTree.CallExpression | TSESTree.NewExpression,
      argument: number,
      methods: readonly string[],
    ): boolean | undefined => {
      const node = services.esTreeNodeToTSNodeMap.get(call);
      const parameters = checker.getResolvedSignature(node)?.parameters;
      const parameter = parameters?.[argument];
      const declaration = parameter?.valueDeclaration;
      // A rest parameter's type is the array; a signature made up by the checker declares nothing.
      if (!declaration || ("dotDotDotToken" in declaration && declaration.dotDotDotToken)) {
        return undefined;
      }
      // The declared type, not the one that inference put in for a type parameter.
      const type = checker.getTypeAtLocation(declaration);
      if (isOpen(type)) return undefined;
      // One of several types that it may have is enough.
      const types = type.isUnion() ? type.types : [type];
      if (types.some((each) => isOpen(each))) return undefined;
      return types.some((each) =>
        methods.some((method) => checker.getPropertyOfType(each, method) !== undefined),
      );
    },
  );

  const namesDocumentedWith = guarded((tag: string) => namesInProgram(services.program, tag));

  const documentationOf = guarded(
    (call: TSESTree.CallExpression | TSESTree.NewExpression): Documentation | undefined => {
      const signature = checker.getResolvedSignature(services.esTreeNodeToTSNodeMap.get(call));
      return signature && documentationOfSignature(signature);
    },
  );

  const mayBeMissing = guarded((expression: TSESTree.Node): boolean | undefined => {
    const type = typeOf(expression);
    const awaited = type && (checker.getAwaitedType(type) ?? type);
    return awaited && checker.getNonNullableType(awaited) !== awaited;
  });

  const knowsDisposableStacks = guarded((): boolean =>
    services.program
      .getSourceFiles()
      .some(({ fileName }) => /\/lib\.es\w+\.disposable\.d\.ts$/.test(fileName)),
  );

  return {
    originOf,
    disposeSymbolsOf,
    resultOf,
    isPromise,
    parameterOffers,
    namesDocumentedWith,
    documentationOf,
    mayBeMissing,
    knowsDisposableStacks,
  };
}

function disposeSymbolsOfType(checker: ts.TypeChecker, type: ts.Type): DisposeSymbols {
  const names = checker.getPropertiesOfType(type).map((property) => property.escapedName);
  const has = (symbol: string): boolean =>
    names.some((name) => (name as string).startsWith(`__@${symbol}@`));
  return { sync: has("dispose"), async: has("asyncDispose") };
}

function nameOfType(type: ts.Type): string {
  // Unions and primitives have none, whatever the declarations say.
  const symbol = (type.aliasSymbol ?? type.symbol) as ts.Symbol | undefined;
  return symbol?.name ?? "";
}

function moduleOfType(type: ts.Type): string | undefined {
  const symbol = (type.aliasSymbol ?? type.symbol) as ts.Symbol | undefined;
  const declaration = symbol?.declarations?.[0];
  return declaration && originOfDeclaration(declaration)?.module;
}

function isOptional({ valueDeclaration }: ts.Symbol): boolean {
  const declaration = valueDeclaration as
    { questionToken?: unknown; initializer?: unknown; dotDotDotToken?: unknown } | undefined;
  return (
    declaration?.questionToken !== undefined ||
    declaration?.initializer !== undefined ||
    declaration?.dotDotDotToken !== undefined
  );
}

/** Whether a result is what its receiver is (`return this`), or one of what that is made of. */
function isLike(checker: ts.TypeChecker, result: ts.Type, receiver: ts.Type): boolean {
  const symbol = result.symbol as ts.Symbol | undefined;
  if (result === receiver || (symbol && symbol === receiver.symbol)) return true;
  const parts = [
    ...(receiver.aliasTypeArguments ?? []),
    ...("target" in receiver ? checker.getTypeArguments(receiver as ts.TypeReference) : []),
  ];
  return parts.some((part) => part === result || (symbol && part.symbol === symbol));
}

/** What somebody who waits for a value of a type gets, unless it is nothing. */
function settled(checker: ts.TypeChecker, type: ts.Type): ts.Type {
  return checker.getNonNullableType(checker.getAwaitedType(type) ?? type);
}

/** Whether a function has a parameter `this`, which says on what it can be called. */
function declaresThis({ declaration }: ts.Signature): boolean {
  const name = declaration?.parameters[0]?.name as { readonly text?: string } | undefined;
  return name?.text === "this";
}

/** Whether a type is a class or an interface, which is the same one for all type arguments. */
function isNamed(type: ts.Type): boolean {
  return type.isClassOrInterface() || "target" in type;
}

const open = new Set(["any", "unknown", "error"]);

/** Whether a type says nothing: `any`, `unknown`, an unresolved type or a bare type parameter. */
function isOpen(type: ts.Type): boolean {
  const { intrinsicName } = type as { intrinsicName?: string };
  return (intrinsicName !== undefined && open.has(intrinsicName)) || type.isTypeParameter();
}

function isAlias(symbol: ts.Symbol): boolean {
  // An import's or export's declaration names another; only those have aliased symbols.
  return (symbol.declarations ?? []).some(
    (declaration) =>
      "propertyName" in declaration ||
      "isTypeOnly" in declaration ||
      "moduleReference" in declaration ||
      "exportClause" in declaration,
  );
}

/** The module that a declaration stands in, and its path of names within it. */
function originOfDeclaration(declaration: ts.Declaration): Origin | undefined {
  const names: string[] = [];
  for (let at: ts.Node = declaration; ; at = at.parent) {
    const name = nameOf(at);
    if (name?.quoted) return { module: withoutScheme(name.text), name: joined(names) };
    // What stands in a class or an interface is a member of its instances.
    if (name)
      names.unshift(
        at !== (declaration as ts.Node) && "members" in at ? `${name.text}#` : name.text,
      );
    if (isSourceFile(at)) return inFile(at, names);
  }
}

function isSourceFile(node: ts.Node): node is ts.SourceFile {
  return "fileName" in node;
}

function inFile(file: ts.SourceFile, names: readonly string[]): Origin | undefined {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file.fileName)?.[1];
  if (inPackage === undefined) return undefined;
  if (inPackage === "typescript") return { module: "", name: joined(names) };
  // @types/scope__name declares the package @scope/name.
  const declared = /^@types\/(?:(.+)__)?(.+)$/.exec(inPackage);
  const module = declared
    ? (declared[1] === undefined ? "" : `@${declared[1]}/`) + (declared[2] ?? "")
    : inPackage;
  return { module, name: joined(names) };
}

function nameOf(node: ts.Node): { text: string; quoted: boolean } | undefined {
  const { name } = node as { name?: ts.Node & { text?: string } };
  if (typeof name?.text !== "string") return undefined;
  const source = name.getSourceFile().text;
  return { text: name.text, quoted: /["']/.test(source.charAt(name.getStart())) };
}

function withoutScheme(module: string): string {
  return module.startsWith("node:") ? module.slice("node:".length) : module;
}

/** `["Pool#", "connect"]` is `Pool#connect`, `["promises", "open"]` is `promises.open`. */
function joined(names: readonly string[]): string {
  return names.join(".").replaceAll("#.", "#");
}
