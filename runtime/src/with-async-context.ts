import { acquire, isEntering } from "./acquire.js";
import { concludeAsync } from "./conclude.js";
import { asyncEntrance, type Newest, runBody } from "./entry.js";
import { isPromiseLike } from "./objects.js";
import { report } from "./observe.js";
import type { AsyncContext, EnteredAllAsync, EnteredAsync, SkippedAsync } from "./protocol.js";

/**
 * Enters a manager, runs a body, and exits the manager when the body's promise has settled, whatever
 * happened in between.
 *
 * A failure of the body goes to the manager's exit, which suppresses it by answering exactly `true`.
 * A plain disposable is released and sees nothing. Of a tuple, all are checked before the first is
 * entered; they are entered from left to right and exited from right to left, one after the other,
 * each seeing the newest error. One that fails to enter has those before it exited.
 *
 * @param context - A manager or disposable, async or not, or a tuple of them. An object that offers
 *   several ways is taken by the first of `enterAsync`, `enter`, `[Symbol.asyncDispose]`,
 *   `[Symbol.dispose]`.
 * @param body - Gets what entering gave; for a tuple, a tuple.
 * @returns What the body returns, or undefined where its failure was suppressed. Rejects with a
 *   TypeError where something is no manager (nothing has been entered then); with what the body
 *   threw; with an exit's own error instead, where that names the body's as its `cause`; otherwise
 *   with a `SuppressedError` of both.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { open } from "node:fs/promises";
 * import { devNull } from "node:os";
 * import { closing, withAsyncContext } from "unwind";
 *
 * const file = await open(devNull);
 * const size = await withAsyncContext(closing(file), async (input) => (await input.stat()).size);
 *
 * assert.equal(size, 0);
 * assert.equal(file.fd, -1);
 * ```
 */
export function withAsyncContext<M extends AsyncContext, R>(
  context: M,
  body: (value: EnteredAsync<M>) => R,
): Promise<Awaited<R> | SkippedAsync<M>>;
/**
 * The same for a tuple: all are checked before the first is entered, then entered from left to right
 * and exited from right to left.
 *
 * @param contexts - Managers and disposables.
 * @param body - Gets what entering gave, as a tuple.
 */
export function withAsyncContext<const Ms extends readonly AsyncContext[], R>(
  contexts: Ms,
  body: (values: EnteredAllAsync<Ms>) => R,
): Promise<Awaited<R> | SkippedAsync<Ms[number]>>;
export function withAsyncContext(
  context: AsyncContext | readonly AsyncContext[],
  body: (value: never) => unknown,
): Promise<unknown> {
  const run = body as (value: unknown) => unknown;
  if (Array.isArray(context)) return withAll(context, run);
  return report ? withAll([context], ([value]) => run(value)) : withOne(context, run);
}

async function withOne(context: unknown, body: (value: unknown) => unknown): Promise<unknown> {
  const entrance = asyncEntrance(context);
  const { self, enter, exit, release } = entrance;
  let value = self;
  if (enter !== undefined) {
    value = enter.call(self);
    if (isPromiseLike(value)) value = await value;
  }
  let result;
  try {
    result = runBody(entrance, () => body(value));
    if (isPromiseLike(result)) result = await result;
  } catch (error) {
    return concludeAsync(entrance, { error });
  }
  const answer = (exit ?? release)?.call(self);
  if (isPromiseLike(answer)) await answer;
  return result;
}

async function withAll(
  contexts: readonly unknown[],
  body: (values: unknown[]) => unknown,
): Promise<unknown> {
  const entrances = Array.from(contexts, (context) => asyncEntrance(context));
  let newest: Newest;
  const values: unknown[] = [];
  let result;
  try {
    for (const entrance of entrances) {
      const value = acquire(entrance);
      values.push(isEntering(entrance, value) ? await value : value);
      entrance.below = newest;
      newest = entrance;
      report?.("acquired", entrance);
    }
    result = runBody(newest, () => body(values));
    if (isPromiseLike(result)) {
      result = await result;
      report?.("awaited", contexts[0]);
    }
  } catch (error) {
    return concludeAsync(newest, { error });
  }
  await concludeAsync(newest, undefined);
  return result;
}
