import { describe } from "./describe.js";
import { isObject } from "./objects.js";
import {
  entered,
  type GeneratorOptions,
  notAGenerator,
  notStopped,
  notYielded,
} from "./generator-messages.js";
import type { AsyncContextManager, Failure } from "./protocol.js";
import { alike, type AnyFunction, type Wrapped, wrapped } from "./wrap.js";

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
  if (typeof fn !== "function") {
    throw new TypeError(
      `asyncContextManager() takes an async generator function, not ${describe(fn)}`,
    );
  }
  const suppresses = options?.suppresses === true;
  return alike(function (this: unknown, ...args: unknown[]) {
    return new FromAsyncGenerator(fn, this, args, suppresses);
  }, fn);
}

class FromAsyncGenerator implements AsyncGeneratorContextManager<unknown> {
  readonly #fn: AnyFunction;
  readonly #self: unknown;
  readonly #args: readonly unknown[];
  readonly #suppresses: boolean;
  readonly #generator: AsyncGenerator;
  #entered = false;

  constructor(fn: AnyFunction, self: unknown, args: readonly unknown[], suppresses: boolean) {
    const generator = fn.apply(self, args as unknown[]) as AsyncGenerator;
    if (
      !isObject(generator) ||
      typeof generator.throw !== "function" ||
      !(Symbol.asyncIterator in generator)
    ) {
      throw notAGenerator(fn, generator, "asyncContextManager");
    }
    this.#fn = fn;
    this.#self = self;
    this.#args = args;
    this.#suppresses = suppresses;
    this.#generator = generator;
  }

  async enterAsync(): Promise<unknown> {
    if (this.#entered) throw entered(this.#fn);
    this.#entered = true;
    const result = await this.#generator.next();
    if (result.done === true) throw notYielded();
    return result.value;
  }

  async exitAsync(failure?: Failure): Promise<boolean> {
    // A generator that has not begun has nothing to release; `next` would begin it.
    if (!this.#entered) return false;
    const generator = this.#generator;
    if (failure === undefined) {
      if ((await generator.next()).done !== true) throw await this.#stop("");
      return false;
    }
    let result;
    try {
      result = await generator.throw(failure.error);
    } catch (error) {
      if (Object.is(error, failure.error)) return false;
      throw error;
    }
    if (result.done !== true) throw await this.#stop(" after throw()");
    return this.#suppresses;
  }

  wrap<F extends AnyFunction>(fn: F): Wrapped<F, AsyncContextManager<unknown>> {
    const make = (): unknown =>
      new FromAsyncGenerator(this.#fn, this.#self, this.#args, this.#suppresses);
    return wrapped(make, fn) as Wrapped<F, AsyncContextManager<unknown>>;
  }

  /** A generator that is left suspended would never release what it holds. */
  async #stop(when: string): Promise<Error> {
    try {
      await this.#generator.return(undefined);
    } catch (error) {
      return notStopped(when, { cause: error });
    }
    return notStopped(when);
  }
}
