import { expect, expectTypeOf, test } from "vitest";

import {
  type AsyncContext,
  AsyncExitStack,
  type Context,
  type Entered,
  type EnteredAll,
  type EnteredAllAsync,
  type EnteredAsync,
  ExitStack,
  flattenErrors,
  nullContext,
  primaryError,
  type Skipped,
  type SkippedAsync,
  suppress,
  timed,
  type Timer,
  UnknownOutcome,
  withAsyncContext,
  withContext,
  wrapWith,
} from "../src/index.js";

/*
 * The types of what has no type test beside its own tests. The compiler checks them (`npm test --
 * build`); at run time the same expressions have to give what their types say.
 */

test("nullContext gives what it was given, in both forms, and suppresses nothing", async () => {
  expectTypeOf(withContext(nullContext(), (value) => value)).toBeVoid();
  expectTypeOf(withContext(nullContext(1), (value) => value)).toEqualTypeOf<number>();
  expectTypeOf(withAsyncContext(nullContext("x"), (it) => it)).toEqualTypeOf<Promise<string>>();
  expect(withContext(nullContext(1), (value) => value)).toBe(1);
  expect(await withAsyncContext(nullContext("x"), (it) => it)).toBe("x");
});

test("timed gives a timer and suppresses nothing", () => {
  const result = withContext(
    timed("t", () => {}),
    (timer) => {
      expectTypeOf(timer).toEqualTypeOf<Timer>();
      return "done";
    },
  );
  expectTypeOf(result).toEqualTypeOf<string>();
  expect(result).toBe("done");
});

test("what was thrown is unknown", () => {
  expectTypeOf(primaryError(1)).toEqualTypeOf<unknown>();
  expectTypeOf(flattenErrors(1)).toEqualTypeOf<unknown[]>();
  expectTypeOf<UnknownOutcome>().toExtend<Error>();
  expect(flattenErrors(1)).toEqual([1]);
});

test("wrapWith says that a suppressing manager may give undefined, in each kind of function", async () => {
  const wrap = wrapWith(() => suppress(RangeError));
  const sync = wrap((count: number) => count);
  expectTypeOf(sync).toEqualTypeOf<(count: number) => number | undefined>();
  const later = wrap(async (count: number) => Promise.resolve(count));
  expectTypeOf(later).returns.toEqualTypeOf<Promise<number | undefined>>();
  const plain = wrapWith(() => nullContext())((count: number) => count);
  expectTypeOf(plain).returns.toEqualTypeOf<number>();
  expect([sync(1), await later(2), plain(3)]).toEqual([1, 2, 3]);
});

test("what entering gives, and what a suppression does to the result", () => {
  interface Resource extends Disposable {
    readonly name: string;
  }
  interface Silent {
    enter(): number;
    exit(): void;
  }
  interface Maybe {
    enter(): string;
    exit(): boolean;
  }
  interface Never {
    enter(): string;
    exit(): false;
  }
  interface Later {
    enterAsync(): Promise<Date>;
    exitAsync(): Promise<boolean>;
  }

  expectTypeOf<Entered<Silent>>().toEqualTypeOf<number>();
  expectTypeOf<Entered<Resource>>().toEqualTypeOf<Resource>();
  expectTypeOf<Entered<ExitStack>>().toEqualTypeOf<ExitStack>();
  expectTypeOf<EnteredAsync<Later>>().toEqualTypeOf<Date>();
  expectTypeOf<EnteredAsync<Silent>>().toEqualTypeOf<number>();
  expectTypeOf<EnteredAsync<AsyncExitStack>>().toEqualTypeOf<AsyncExitStack>();
  expectTypeOf<EnteredAll<readonly [Silent, Resource]>>().toEqualTypeOf<[number, Resource]>();
  expectTypeOf<EnteredAllAsync<readonly [Later, Maybe]>>().toEqualTypeOf<[Date, string]>();

  expectTypeOf<Skipped<Silent>>().toBeNever();
  expectTypeOf<Skipped<Never>>().toBeNever();
  expectTypeOf<Skipped<Resource>>().toBeNever();
  expectTypeOf<Skipped<Maybe>>().toEqualTypeOf<undefined>();
  expectTypeOf<Skipped<Silent | Maybe>>().toEqualTypeOf<undefined>();
  expectTypeOf<SkippedAsync<Later>>().toEqualTypeOf<undefined>();
  expectTypeOf<SkippedAsync<Silent>>().toBeNever();

  expectTypeOf<ExitStack>().toExtend<Context>();
  expectTypeOf<Later>().not.toExtend<Context>();
  expectTypeOf<Later>().toExtend<AsyncContext>();
  expectTypeOf<{ close(): void }>().not.toExtend<AsyncContext>();
  // What the last two say is also so for what decides at run time.
  expect(() => withContext({ close() {} } as never, () => 1)).toThrow(TypeError);
});
