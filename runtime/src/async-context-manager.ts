import {
  generatorFactory,
  type GeneratorOptions,
  type GeneratorState,
  notStopped,
  notYielded,
} from "./generator-manager.js";
import type { AsyncContextManager, Failure } from "./protocol.js";
import type { AnyFunction, Wrapped } from "./wrap.js";

/** A manager that an async generator describes; for one use. */
export interface AsyncGeneratorContextManager<
  T,
  X extends boolean = boolean,
> extends AsyncContextManager<T, X> {
  /**
   * Gives a function that runs inside a fresh context at each call: the generator function is called
   * anew, with the arguments that this manager was made with. The context stays open until the
   * function, generator or async generator has finished. As {@link wrapWith}.
   *
   * @param fn - Any function.
   * @throws TypeError where it is no function.
   */
  wrap<F extends AnyFunction>(fn: F): Wrapped<F, AsyncContextManager<T, X>>;
}

/**
 * Makes a factory of managers from an async generator function with one `yield`: what stands before
 * it enters, what it yields goes to the body, and what stands behind it exits. A failure of the body
 * is thrown at the `yield`, so that what has to run in any case belongs into a `finally`.
 *
 * A generator that catches the failure and finishes does not suppress it: the failure goes on, unless
 * `{ suppresses: true }` says that this is meant.
 *
 * @param fn - The async generator function. It is called when the manager is made, and runs from when
 *   the manager is entered.
 * @param options - `suppresses`: whether finishing after a failure suppresses it; false by default.
 * @returns A function with the same parameters, whose every call gives a manager for one use. Entering
 *   rejects with an Error where the generator does not yield ("generator didn't yield") or where the
 *   manager was entered before; exiting does where it yields again ("generator didn't stop").
 * @throws TypeError where `fn` is no function. Its calls throw one where it is no async generator
 *   function.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm, stat } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { asyncContextManager, withAsyncContext } from "unwind";
 *
 * const scratch = asyncContextManager(async function* (prefix: string) {
 *   const directory = await mkdtemp(join(tmpdir(), prefix));
 *   try {
 *     yield directory;
 *   } finally {
 *     await rm(directory, { recursive: true });
 *   }
 * });
 *
 * const used = await withAsyncContext(scratch("job-"), async (directory) => {
 *   assert.ok((await stat(directory)).isDirectory());
 *   return directory;
 * });
 * await assert.rejects(stat(used), { code: "ENOENT" });
 * ```
 */
export function asyncContextManager<A extends unknown[], T, This = void>(
  fn: (this: This, ...args: A) => AsyncGenerator<T, unknown, undefined>,
  options?: GeneratorOptions<false>,
): (this: This, ...args: A) => AsyncGeneratorContextManager<T, false>;
export function asyncContextManager<A extends unknown[], T, This = void>(
  fn: (this: This, ...args: A) => AsyncGenerator<T, unknown, undefined>,
  options: GeneratorOptions<boolean>,
): (this: This, ...args: A) => AsyncGeneratorContextManager<T>;
export function asyncContextManager(
  fn: AnyFunction,
  options?: GeneratorOptions<boolean>,
): AnyFunction {
  return generatorFactory(fn, options, make, true);
}

function make(generator: unknown, state: GeneratorState): FromAsyncGenerator {
  return new FromAsyncGenerator(generator as AsyncGenerator, state);
}

class FromAsyncGenerator implements AsyncContextManager<unknown> {
  readonly #generator: AsyncGenerator;
  readonly #state: GeneratorState;

  constructor(generator: AsyncGenerator, state: GeneratorState) {
    this.#generator = generator;
    this.#state = state;
  }

  async enterAsync(): Promise<unknown> {
    this.#state.begin();
    const result = await this.#generator.next();
    if (result.done === true) throw notYielded();
    return result.value;
  }

  async exitAsync(failure?: Failure): Promise<boolean> {
    // A generator that has not begun has nothing to release; `next` would begin it.
    if (!this.#state.begun) return false;
    const generator = this.#generator;
    let result;
    try {
      result = await (failure === undefined ? generator.next() : generator.throw(failure.error));
    } catch (error) {
      if (failure !== undefined && Object.is(error, failure.error)) return false;
      throw error;
    }
    const failed = failure !== undefined;
    if (result.done === true) return failed && this.#state.suppresses;
    let options;
    try {
      // One that is left suspended would never release what it holds.
      await generator.return(undefined);
    } catch (cause) {
      options = { cause };
    }
    throw notStopped(failed, options);
  }

  wrap(fn: AnyFunction): AnyFunction {
    return this.#state.wrap(fn);
  }
}
