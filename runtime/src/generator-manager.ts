import { describe } from "./describe.js";
import { isObject } from "./objects.js";
import { alike, type AnyFunction, wrapped } from "./wrap.js";

/** What the factories of generator managers take besides the generator function. */
export interface GeneratorOptions<S extends boolean> {
  /** Whether a generator that finishes after it was thrown a failure suppresses it. */
  readonly suppresses?: S;
}

/** How a manager is made of a generator. */
type Make = (generator: unknown, state: GeneratorState) => { exit?: unknown; exitAsync?: unknown };

/** What the manager of a generator knows besides it. */
export interface GeneratorState {
  readonly suppresses: boolean;
  /** @throws Error the second time. */
  begin(): void;
  begun: boolean;
  /** As the managers' method of this name. */
  wrap(fn: AnyFunction): AnyFunction;
}

/** The factory of the managers that `make` makes of what the generator function gives at each call. */
export function generatorFactory(
  fn: AnyFunction,
  options: GeneratorOptions<boolean> | undefined,
  make: Make,
  isAsync: boolean,
): AnyFunction {
  const kinds = [
    "contextManager() takes a function*",
    "asyncContextManager() takes an async function*",
  ];
  const [expected, other] = isAsync ? kinds.reverse() : kinds;
  const suppresses = options?.suppresses === true;
  if (typeof fn !== "function") throw new TypeError(`${expected}, not ${describe(fn)}`);

  function factory(this: unknown, ...args: unknown[]): unknown {
    const generator: unknown = fn.apply(this, args);
    if (
      !isObject(generator) ||
      typeof (generator as Generator).throw !== "function" ||
      Symbol.asyncIterator in generator !== isAsync
    ) {
      throw new TypeError(
        `${expected}, but ${describe(fn)} returned ${describe(generator)}; ${other}`,
      );
    }
    return make(generator, {
      suppresses,
      begun: false,
      begin() {
        if (this.begun) {
          throw new Error(
            `The manager made by ${describe(fn)} is for one use and was entered already: call it again`,
          );
        }
        this.begun = true;
      },
      wrap: (inner) => wrapped(() => factory.apply(this, args), inner),
    });
  }
  return alike(factory, fn);
}

/* The wording is Python's, so that whoever searches for it finds the explanations. */

export function notYielded(): Error {
  return new Error("generator didn't yield");
}

export function notStopped(failed: boolean, options?: ErrorOptions): Error {
  return new Error(`generator didn't stop${failed ? " after throw()" : ""}`, options);
}
