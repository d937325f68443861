import type { ParserServicesWithTypeInformation } from "@typescript-eslint/parser";
import type { TSESTree } from "@typescript-eslint/types";
import type * as ts from "typescript";

import type { Origin } from "../resources/catalogue.js";
import { documentationOfSignature, namesInProgram } from "./typescript-documentation.js";
import { classNamesOfType, kindOfType } from "./typescript-kinds.js";
import { isAlias, originOfDeclaration } from "./typescript-origins.js";
import {
  declaresThis,
  disposeSymbolsOfType,
  isLike,
  isNamed,
  isOpen,
  isOptional,
  moduleOfType,
  nameOfType,
  settled,
} from "./typescript-types.js";
import type {
  DisposeSymbols,
  Documentation,
  ResultShape,
  TypeSource,
  ValueKind,
} from "./type-source.js";

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
      return types.some((each) => {
        const { sync, async } = disposeSymbolsOfType(checker, each);
        const has = (method: string) => checker.getPropertyOfType(each, method) !== undefined;
        return sync || async || methods.some(has);
      });
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

  const kindOf = guarded((expression: TSESTree.Node): ValueKind | undefined => {
    const type = typeOf(expression);
    return type && kindOfType(checker, type);
  });

  const classNamesOf = guarded((expression: TSESTree.Node): readonly string[] | undefined => {
    const type = typeOf(expression);
    return type && classNamesOfType(checker, checker.getNonNullableType(type));
  });

  const knowsDisposableStacks = guarded((): boolean =>
    services.program
      .getSourceFiles()
      .some(({ fileName }) => /\/lib\.es\w+\.disposable\.d\.ts$/.test(fileName)),
  );

  const takesOutcome = guarded((expression: TSESTree.Node): boolean | undefined => {
    const type = typeOf(expression);
    if (!type || /^(Async)?(Generator)?ContextManager$/.test(nameOfType(type))) return undefined;
    const exits = ["exit", "exitAsync"].flatMap((name) => {
      const method = checker.getPropertyOfType(type, name);
      return method ? checker.getTypeOfSymbol(method).getCallSignatures() : [];
    });
    const { sync, async } = disposeSymbolsOfType(checker, type);
    return !sync && !async && exits.some(({ parameters }) => parameters.length > 0);
  });

  return {
    originOf,
    disposeSymbolsOf,
    resultOf,
    isPromise,
    parameterOffers,
    namesDocumentedWith,
    documentationOf,
    mayBeMissing,
    kindOf,
    classNamesOf,
    knowsDisposableStacks,
    takesOutcome,
  };
}
