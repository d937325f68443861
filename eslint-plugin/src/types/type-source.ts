import type { TSESTree } from "@typescript-eslint/types";

import type { Origin } from "../resources/catalogue.js";

/** How a type offers release: by `Symbol.dispose`, `Symbol.asyncDispose`, or both. */
export interface DisposeSymbols {
  readonly sync: boolean;
  readonly async: boolean;
}

/**
 * The questions that the analysis may ask about types. `undefined` always means "unknown": no
 * types, or a type that could not be resolved. Asking is dear, so only candidates are asked about.
 */
export interface TypeSource {
  /** Where the function, class or method that an expression names is declared. */
  originOf(expression: TSESTree.Node): Origin | undefined;

  /** The dispose symbols of an expression's value, or of what its promise resolves to. */
  disposeSymbolsOf(expression: TSESTree.Node): DisposeSymbols | undefined;

  /** Whether an expression's value is a promise or another thenable. */
  isPromise(expression: TSESTree.Node): boolean | undefined;

  /**
   * Whether the parameter that receives an argument declares one of the methods, so that the
   * callee can release what it is given. `any`, `unknown` and type parameters are unknown.
   */
  parameterOffers(
    call: TSESTree.CallExpression | TSESTree.NewExpression,
    argument: number,
    methods: readonly string[],
  ): boolean | undefined;
}
