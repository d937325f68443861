import { describe } from "./describe.js";
import type { AnyFunction } from "./wrap.js";

/** What the factories of generator managers take besides the generator function. */
export interface GeneratorOptions<S extends boolean> {
  /** Whether a generator that finishes after it was thrown a failure suppresses it. */
  readonly suppresses?: S;
}

/* The wording is Python's, so that whoever searches for it finds the explanations. */

export function notYielded(): Error {
  return new Error("generator didn't yield");
}

export function notStopped(when: string, options?: ErrorOptions): Error {
  return new Error(`generator didn't stop${when}`, options);
}

export function entered(fn: AnyFunction): Error {
  const call = `${fn.name || "its factory"}()`;
  return new Error(
    `A manager made by ${call} is for one use and was entered already: call ${call} again`,
  );
}

export function notAGenerator(fn: AnyFunction, made: unknown, kind = "contextManager"): TypeError {
  const other =
    kind === "contextManager"
      ? "function* (or asyncContextManager for async function*)"
      : "async function* (or contextManager for function*)";
  return new TypeError(
    `${kind}() takes a generator function, but ${describe(fn)} returned ${describe(made)}: use ${other}`,
  );
}
