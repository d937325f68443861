import { describe } from "./describe.js";
import { isObject } from "./objects.js";
import {
  entered,
  type GeneratorOptions,
  notAGenerator,
  notStopped,
  notYielded,
} from "./generator-messages.js";
import type { ContextManager, Failure } from "./protocol.js";
import { alike, type AnyFunction, type Wrapped, wrapped } from "./wrap.js";

/** A manager that a generator describes; for one use. */
export interface GeneratorContextManager<T, X extends boolean = boolean> extends ContextManager<
  T,
  X
> {
  /**
   * Gives a function that runs inside a fresh context at each call: the generator function is called
   * anew, with the arguments that this manager was made with. The context stays open until an async
   * function, a generator or an async generator has finished. As {@link wrapWith}.
   *
   * @param fn - Any function.
   * @throws TypeError where it is no function.
   */
  wrap<F extends AnyFunction>(fn: F): Wrapped<F, ContextManager<T, X>>;
}

/**
 * Makes a factory of managers from a generator function with one `yield`: what stands before it
 * enters, what it yields goes to the body, and what stands behind it exits. A failure of the body is
 * thrown at the `yield`, so that what has to run in any case belongs into a `finally`.
 *
 * A generator that catches the failure and finishes does not suppress it: the failure goes on, unless
 * `{ suppresses: true }` says that this is meant.
 *
 * @param fn - The generator function. It is called when the manager is made, and runs from when the
 *   manager is entered.
 * @param options - `suppresses`: whether finishing after a failure suppresses it; false by default.
 * @returns A function with the same parameters, whose every call gives a manager for one use. Entering
 *   throws an Error where the generator does not yield ("generator didn't yield") or where the
 *   manager was entered before; exiting does where it yields again ("generator didn't stop").
 * @throws TypeError where `fn` is no function. Its calls throw one where it is no generator function.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { contextManager, withContext } from "unwind";
 *
 * const log: string[] = [];
 * const transaction = contextManager(function* (name: string) {
 *   log.push(`begin ${name}`);
 *   try {
 *     yield name.length;
 *     log.push("commit");
 *   } catch (error) {
 *     log.push("rollback");
 *     throw error;
 *   }
 * });
 *
 * assert.equal(
 *   withContext(transaction("first"), (length) => length),
 *   5,
 * );
 * assert.throws(() =>
 *   withContext(transaction("second"), () => {
 *     throw new Error("no such row");
 *   }),
 * );
 * assert.deepEqual(log, ["begin first", "commit", "begin second", "rollback"]);
 * ```
 */
export function contextManager<A extends unknown[], T, This = void>(
  fn: (this: This, ...args: A) => Generator<T, unknown, undefined>,
  options?: GeneratorOptions<false>,
): (this: This, ...args: A) => GeneratorContextManager<T, false>;
export function contextManager<A extends unknown[], T, This = void>(
  fn: (this: This, ...args: A) => Generator<T, unknown, undefined>,
  options: GeneratorOptions<boolean>,
): (this: This, ...args: A) => GeneratorContextManager<T>;
export function contextManager(fn: AnyFunction, options?: GeneratorOptions<boolean>): AnyFunction {
  if (typeof fn !== "function") {
    throw new TypeError(`contextManager() takes a generator function, not ${describe(fn)}`);
  }
  const suppresses = options?.suppresses === true;
  return alike(function (this: unknown, ...args: unknown[]) {
    return new FromGenerator(fn, this, args, suppresses);
  }, fn);
}

class FromGenerator implements GeneratorContextManager<unknown> {
  readonly #fn: AnyFunction;
  readonly #self: unknown;
  readonly #args: readonly unknown[];
  readonly #suppresses: boolean;
  readonly #generator: Generator;
  #entered = false;

  constructor(fn: AnyFunction, self: unknown, args: readonly unknown[], suppresses: boolean) {
    const generator = fn.apply(self, args as unknown[]) as Generator;
    if (
      !isObject(generator) ||
      typeof generator.throw !== "function" ||
      Symbol.asyncIterator in generator
    ) {
      throw notAGenerator(fn, generator);
    }
    this.#fn = fn;
    this.#self = self;
    this.#args = args;
    this.#suppresses = suppresses;
    this.#generator = generator;
  }

  enter(): unknown {
    if (this.#entered) throw entered(this.#fn);
    this.#entered = true;
    const result = this.#generator.next();
    if (result.done === true) throw notYielded();
    return result.value;
  }

  exit(failure?: Failure): boolean {
    // A generator that has not begun has nothing to release; `next` would begin it.
    if (!this.#entered) return false;
    const generator = this.#generator;
    if (failure === undefined) {
      if (generator.next().done !== true) throw this.#stop("");
      return false;
    }
    let result;
    try {
      result = generator.throw(failure.error);
    } catch (error) {
      if (Object.is(error, failure.error)) return false;
      throw error;
    }
    if (result.done !== true) throw this.#stop(" after throw()");
    return this.#suppresses;
  }

  wrap<F extends AnyFunction>(fn: F): Wrapped<F, ContextManager<unknown>> {
    const make = (): unknown =>
      new FromGenerator(this.#fn, this.#self, this.#args, this.#suppresses);
    return wrapped(make, fn) as Wrapped<F, ContextManager<unknown>>;
  }

  /** A generator that is left suspended would never release what it holds. */
  #stop(when: string): Error {
    try {
      this.#generator.return(undefined);
    } catch (error) {
      return notStopped(when, { cause: error });
    }
    return notStopped(when);
  }
}
