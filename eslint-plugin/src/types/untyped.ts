import type { TypeSource } from "./type-source.js";

const unknown = (): undefined => undefined;

/** Knows no types: the answer to every question is "unknown". */
export const untyped: TypeSource = {
  originOf: unknown,
  disposeSymbolsOf: unknown,
  resultOf: unknown,
  isPromise: unknown,
  parameterOffers: unknown,
  namesDocumentedWith: unknown,
  documentationOf: unknown,
  mayBeMissing: unknown,
  kindOf: unknown,
  classNamesOf: unknown,
  knowsDisposableStacks: unknown,
  takesOutcome: unknown,
};
