import {
  generatorFactory,
  type GeneratorOptions,
  type GeneratorState,
  notStopped,
  notYielded,
} from "./generator-manager.js";
import type { ContextManager, Failure } from "./protocol.js";
import type { AnyFunction, Wrapped } from "./wrap.js";

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
  return generatorFactory(fn, options, make, false);
}

function make(generator: unknown, state: GeneratorState): FromGenerator {
  return new FromGenerator(generator as Generator, state);
}

class FromGenerator implements ContextManager<unknown> {
  readonly #generator: Generator;
  readonly #state: GeneratorState;

  constructor(generator: Generator, state: GeneratorState) {
    this.#generator = generator;
    this.#state = state;
  }

  enter(): unknown {
    this.#state.begin();
    const result = this.#generator.next();
    if (result.done === true) throw notYielded();
    return result.value;
  }

  exit(failure?: Failure): boolean {
    // A generator that has not begun has nothing to release; `next` would begin it.
    if (!this.#state.begun) return false;
    const generator = this.#generator;
    let result;
    try {
      result = failure === undefined ? generator.next() : generator.throw(failure.error);
    } catch (error) {
      if (failure !== undefined && Object.is(error, failure.error)) return false;
      throw error;
    }
    const failed = failure !== undefined;
    if (result.done === true) return failed && this.#state.suppresses;
    let options;
    try {
      // One that is left suspended would never release what it holds.
      generator.return(undefined);
    } catch (cause) {
      options = { cause };
    }
    throw notStopped(failed, options);
  }

  wrap(fn: AnyFunction): AnyFunction {
    return this.#state.wrap(fn);
  }
}
