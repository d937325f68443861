import type { TSESTree } from "@typescript-eslint/types";

import type { Origin } from "../resources/catalogue.js";

/** How a type offers release: by `Symbol.dispose`, `Symbol.asyncDispose`, or both. */
export interface DisposeSymbols {
  readonly sync: boolean;
  readonly async: boolean;
}

/** What a call's result, or what its promise resolves to, says of itself. */
export interface ResultShape {
  /** The name of its type, for example `QueryRunner`. */
  readonly typeName: string;
  /** The module that declares it; undefined where that is the project itself. */
  readonly module: string | undefined;
  readonly dispose: DisposeSymbols;
  /** The methods that it offers, of those that were asked about. */
  readonly methods: readonly string[];
  /** Whether it comes by a promise. */
  readonly promised: boolean;
  /** Whether it is a text or a number, of which others can only make use. */
  readonly plain: boolean;
  /** Whether it is a function that can be called with nothing. */
  readonly callable: boolean;
  /** Whether it has the type of the object whose method gave it, or a type argument of that. */
  readonly likeReceiver: boolean;
}

/** What a value is made of, as far as growing it is concerned; `other` is anything else. */
export type ValueKind = "text" | "number" | "bytes" | "list" | "other";

/** A block tag in documentation, as in `@owns handle`. */
export interface DocumentationTag {
  readonly name: string;
  readonly text: string;
}

/** What the documentation of a function says, and which parameters it can speak of. */
export interface Documentation {
  readonly tags: readonly DocumentationTag[];
  readonly parameters: readonly string[];
  /** Whether the last parameter stands for all arguments that follow, too. */
  readonly rest: boolean;
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

  /** The result of a call or of `new`, with the methods of interest that it has. */
  resultOf(
    call: TSESTree.CallExpression | TSESTree.NewExpression,
    methods: readonly string[],
  ): ResultShape | undefined;

  /** Whether an expression's value is a promise or another thenable. */
  isPromise(expression: TSESTree.Node): boolean | undefined;

  /**
   * Whether the parameter that receives an argument declares one of the methods or a dispose symbol,
   * so that the callee can release what it is given. `any`, `unknown` and type parameters are unknown.
   */
  parameterOffers(
    call: TSESTree.CallExpression | TSESTree.NewExpression,
    argument: number,
    methods: readonly string[],
  ): boolean | undefined;

  /** The names of the functions in whose documentation a tag stands, in the whole program. */
  namesDocumentedWith(tag: string): ReadonlySet<string> | undefined;

  /** The documentation of the function, method or constructor that a call calls. */
  documentationOf(
    call: TSESTree.CallExpression | TSESTree.NewExpression,
  ): Documentation | undefined;

  /** Whether an expression's value, or what its promise resolves to, may be null or undefined. */
  mayBeMissing(expression: TSESTree.Node): boolean | undefined;

  /** What an expression's value is made of; null and undefined do not count. */
  kindOf(expression: TSESTree.Node): ValueKind | undefined;

  /** The names of an expression's class or interface and of those that it extends. */
  classNamesOf(expression: TSESTree.Node): readonly string[] | undefined;

  /** Whether the project's `lib` has the language's own `DisposableStack` and its twin. */
  knowsDisposableStacks(): boolean | undefined;

  /**
   * Whether an expression gives a context manager whose `exit` takes the failure of its body, and that
   * has no dispose symbol. Types of managers in general, which any manager has, are unknown.
   */
  takesOutcome(expression: TSESTree.Node): boolean | undefined;
}
