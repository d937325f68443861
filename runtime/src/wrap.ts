import { acquire, isEntering } from "./acquire.js";
import { conclude, concludeAsync } from "./conclude.js";
import { asyncEntrance, type Entry, offersSync, runBody, syncEntrance } from "./entry.js";
import { isObject, isPromiseLike } from "./objects.js";
import { report } from "./observe.js";
import type { AsyncContext, Context, Failure, Skipped, SkippedAsync } from "./protocol.js";
import { refuse } from "./refuse.js";

/** Any function; a method names its `this`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the only type that every function has
export type AnyFunction = (this: any, ...args: any[]) => unknown;

/** What calls of a function give that runs inside a synchronous manager; `S` is what a suppressed failure gives. */
type Within<R, S> = 0 extends 1 & R
  ? R
  : R extends AsyncGenerator<infer Y, infer V, infer N>
    ? AsyncGenerator<Y, V | S, N>
    : R extends Generator<infer Y, infer V, infer N>
      ? Generator<Y, V | S, N>
      : R extends PromiseLike<infer V>
        ? Promise<V | S>
        : R | S;

/** As {@link Within}, for a manager that has to be awaited. */
type WithinAsync<R, S> = 0 extends 1 & R
  ? R
  : R extends AsyncGenerator<infer Y, infer V, infer N> | Generator<infer Y, infer V, infer N>
    ? AsyncGenerator<Y, V | S, N>
    : Promise<Awaited<R> | S>;

/**
 * The type of a function of type `F` that runs inside a manager of type `M`: `F` itself where the
 * manager suppresses nothing, and needs no waiting that `F` does not do anyway.
 */
export type Wrapped<F extends AnyFunction, M> = M extends Context
  ? [Skipped<M>] extends [never]
    ? F
    : (this: ThisParameterType<F>, ...args: Parameters<F>) => Within<ReturnType<F>, Skipped<M>>
  : [SkippedAsync<M>] extends [never]
    ? ReturnType<F> extends Promise<unknown> | AsyncGenerator
      ? F
      : (this: ThisParameterType<F>, ...args: Parameters<F>) => WithinAsync<ReturnType<F>, never>
    : (
        this: ThisParameterType<F>,
        ...args: Parameters<F>
      ) => WithinAsync<ReturnType<F>, SkippedAsync<M>>;

/** What {@link wrapWith} gives: a function of functions, and a standard decorator of methods. */
export type Wrapper<M> = <F extends AnyFunction>(
  fn: F,
  context?: ClassMethodDecoratorContext | ClassGetterDecoratorContext | ClassSetterDecoratorContext,
) => Wrapped<F, M>;

/**
 * Makes a standard decorator (and a plain function of functions) by which each call runs inside a
 * fresh context, which stays open until the call has finished: a synchronous function, an async one,
 * a generator or an async generator.
 *
 * A generator's context is entered when its first value is asked for, and exited when it ends, fails
 * or is left early (`break` counts as success). Where the manager is an async one, a synchronous
 * function becomes async and a generator an async generator.
 *
 * @param make - Is called at each call of the function, for the manager or disposable of that call.
 * @returns A decorator for methods, getters and setters.
 * @throws TypeError where it is given what is no function, as by TypeScript's `experimentalDecorators`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { contextManager, wrapWith } from "unwind";
 *
 * const log: string[] = [];
 * const traced = contextManager(function* (name: string) {
 *   log.push(`begin ${name}`);
 *   try {
 *     yield;
 *   } finally {
 *     log.push(`end ${name}`);
 *   }
 * });
 *
 * class Service {
 *   @wrapWith(() => traced("load"))
 *   async load(id: number) {
 *     await null;
 *     log.push(`loading ${id}`);
 *     return id;
 *   }
 * }
 *
 * assert.equal(await new Service().load(7), 7);
 * assert.deepEqual(log, ["begin load", "loading 7", "end load"]);
 * ```
 */
export function wrapWith<M extends AsyncContext>(make: () => M): Wrapper<M> {
  if (typeof make !== "function") refuse(make, "is not a function: wrapWith(() => manager())");
  return ((fn: unknown) => wrapped(make, fn)) as Wrapper<M>;
}

/** The function by which each call of `fn` runs inside what `make` gives at that call. */
export function wrapped(make: () => unknown, fn: unknown): AnyFunction {
  if (typeof fn !== "function") {
    refuse(fn, "is not a function: wrapping methods takes standard decorators");
  }
  const call = fn as AnyFunction;
  const run = runners[kindOf(fn)] ?? runFunction;
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    return run(make, () => call.apply(this, args));
  };
  return alike(wrapper, fn);
}

/** Gives a function the name, the number of parameters and the properties of the one it stands for. */
export function alike<F extends object>(stand: F, fn: object): F {
  for (const [key, attributes] of Object.entries(Object.getOwnPropertyDescriptors(fn))) {
    if (attributes.enumerable === true || key === "name" || key === "length") {
      Reflect.defineProperty(stand, key, attributes);
    }
  }
  return stand;
}

type Run = (make: () => unknown, call: () => unknown) => unknown;

/** By the kind of function; every other one is known by what it returns. */
const runners: Readonly<Record<string, Run>> = {
  // Async, so that what fails before the call is a rejection, too.
  AsyncFunction: async (make, call) => runAsync(asyncEntrance(make()), call),
  GeneratorFunction(make, call) {
    const context = make();
    return offersSync(context)
      ? runGenerator(syncEntrance(context), call)
      : runAsyncGenerator(asyncEntrance(context), call);
  },
  AsyncGeneratorFunction: (make, call) => runAsyncGenerator(asyncEntrance(make()), call),
};

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function runFunction(make: () => unknown, call: () => unknown): unknown {
  const context = make();
  if (!offersSync(context)) return runAsync(asyncEntrance(context), call);
  const entry = syncEntrance(context);
  acquire(entry);
  let failure: Failure | undefined;
  let result: unknown;
  try {
    report?.("acquired", entry);
    result = call();
    if (isPromiseLike(result)) return finishAsync(entry, result);
    // A generator that was compiled to a plain function, or that a plain function returns.
    if (isGenerator(result, Symbol.asyncIterator))
      return runAsyncGenerator(entry, () => result, true);
    if (isGenerator(result, Symbol.iterator)) return runGenerator(entry, () => result, true);
  } catch (error) {
    failure = { error };
    result = undefined;
  }
  conclude(entry, failure);
  return result;
}

async function runAsync(entry: Entry, call: () => unknown): Promise<unknown> {
  const entering = acquire(entry);
  if (isEntering(entry, entering)) await entering;
  let result: unknown;
  try {
    report?.("acquired", entry);
    result = runBody(entry, call);
    if (isGenerator(result, Symbol.asyncIterator) || isGenerator(result, Symbol.iterator)) {
      throw new TypeError(
        "A function returned a generator: an async manager wraps generator functions only",
      );
    }
  } catch (error) {
    await concludeAsync(entry, { error });
    return undefined;
  }
  return finishAsync(entry, result);
}

async function finishAsync(entry: Entry, result: unknown): Promise<unknown> {
  let failure: Failure | undefined;
  let value: unknown;
  try {
    value = await result;
    report?.("awaited", entry.self);
  } catch (error) {
    failure = { error };
  }
  await concludeAsync(entry, failure);
  return value;
}

function* runGenerator(entry: Entry, call: () => unknown, isEntered = false): Generator {
  if (!isEntered) acquire(entry);
  let failure: Failure | undefined;
  try {
    if (!isEntered) report?.("acquired", entry);
    return yield* call() as Generator<unknown, unknown>;
  } catch (error) {
    failure = { error };
    return undefined;
  } finally {
    // Also where the consumer leaves early.
    conclude(entry, failure);
  }
}

async function* runAsyncGenerator(
  entry: Entry,
  call: () => unknown,
  isEntered = false,
): AsyncGenerator {
  if (!isEntered) {
    const entering = acquire(entry);
    if (isEntering(entry, entering)) await entering;
  }
  let failure: Failure | undefined;
  try {
    if (!isEntered) report?.("acquired", entry);
    return yield* call() as AsyncGenerator<unknown, unknown>;
  } catch (error) {
    failure = { error };
    return undefined;
  } finally {
    await concludeAsync(entry, failure);
  }
}

function isGenerator(value: unknown, iterator: symbol): boolean {
  if (!isObject(value)) return false;
  const members = value as Readonly<Record<PropertyKey, unknown>>;
  return [iterator, "next", "return", "throw"].every((key) => typeof members[key] === "function");
}
