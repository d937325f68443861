import { runInNewContext } from "node:vm";

import { describe, expect, expectTypeOf, test } from "vitest";

import {
  type ErrorFilter,
  ExitStack,
  flattenErrors,
  suppress,
  SuppressedError,
  withAsyncContext,
  withContext,
} from "../src/index.js";

/** What comes out of a body that throws `error` under `suppress(...filters)`. */
function thrown(
  error: unknown,
  ...filters: ErrorFilter[]
): { readonly error: unknown } | undefined {
  try {
    withContext(suppress(...filters), () => {
      throw error;
    });
  } catch (out) {
    return { error: out };
  }
  return undefined;
}

class Missing extends Error {}
class Gone extends Missing {}
class NotAnError {
  readonly reason = "other";
}
function Es5Error() {}
Es5Error.prototype = Object.create(Error.prototype) as object;

const coded = (code: string, more: object = {}) =>
  Object.assign(new Error(code), { code, ...more });

describe("filters", () => {
  test("a class names its instances and those of its subclasses", () => {
    expect(thrown(new Gone(), Missing)).toBe(undefined);
    expect(thrown(new Missing(), TypeError, Missing)).toBe(undefined);
    const other = new Missing();
    expect(thrown(other, Gone)?.error).toBe(other);
    expect(thrown(new NotAnError(), NotAnError)).toBe(undefined);
    const es5 = Object.create(Es5Error.prototype) as unknown;
    expect(thrown(es5, Es5Error as unknown as ErrorFilter)).toBe(undefined);
    expect(thrown(new DOMException("x"), DOMException)).toBe(undefined);
  });

  test("a shape names the errors that have all its values", () => {
    expect(thrown(coded("ENOENT"), { code: "ENOENT" })).toBe(undefined);
    expect(thrown(coded("EPERM"), { code: "ENOENT" })).toBeDefined();
    const shape = { code: "ENOENT", syscall: "open" };
    expect(thrown(coded("ENOENT"), shape)).toBeDefined();
    expect(thrown(coded("ENOENT", { syscall: "open" }), shape)).toBe(undefined);
    expect(thrown(coded("x", { value: NaN }), { value: NaN })).toBe(undefined);
    for (const value of [undefined, null, "ENOENT", 1]) {
      expect(thrown(value, { code: "ENOENT" })).toEqual({ error: value });
    }
  });

  test("a predicate names those for which it answers exactly true", () => {
    expect(thrown(7, (error: unknown) => error === 7)).toBe(undefined);
    expect(thrown(7, (() => 1) as unknown as () => boolean)).toEqual({ error: 7 });
    expect(thrown(7, (() => Promise.resolve(true)) as unknown as () => boolean)).toBeDefined();
    expect(
      thrown(7, function isSeven(error: unknown) {
        return error === 7;
      }),
    ).toBe(undefined);
    const broken = new RangeError("in the predicate");
    const out = thrown(7, () => {
      throw broken;
    });
    expect(flattenErrors(out?.error)).toEqual([7, broken]);
  });

  test("none suppresses nothing", () => {
    expect(thrown(new Error("x"))).toBeDefined();
  });

  test("what is no filter is refused at once", () => {
    for (const filter of [undefined, null, "ENOENT", 1, {}, []]) {
      expect(() => suppress(filter as never)).toThrow(TypeError);
    }
    expect(() => suppress({})).toThrow("would suppress everything");
    // A circular import gives undefined for a class.
    expect(() => suppress(undefined as never)).toThrow(/not undefined/);
  });
});

describe("an AggregateError", () => {
  const kept = new Error("kept");

  test("is suppressed whole where a filter names it, or all that it holds", () => {
    const error = new AggregateError([new Missing(), new Gone()]);
    expect(thrown(error, AggregateError)).toBe(undefined);
    expect(thrown(error, Missing)).toBe(undefined);
    expect(thrown(new AggregateError([new AggregateError([new Gone()])]), Missing)).toBe(undefined);
  });

  test("goes on as it is where nothing in it is named, or where it holds nothing", () => {
    for (const errors of [[kept], []]) {
      const error = new AggregateError(errors);
      expect(thrown(error, Missing)?.error).toBe(error);
    }
  });

  test("is replaced by the remainder, nested ones too, with message, stack and cause", () => {
    const cause = new Error("cause");
    const inner = new AggregateError([kept, new Gone()], "inner");
    const error = new AggregateError([new Missing(), inner, kept], "outer", { cause });
    const rest = thrown(error, Missing)?.error as AggregateError;
    expect(rest).toBeInstanceOf(AggregateError);
    expect(rest).not.toBeInstanceOf(SuppressedError);
    expect(rest).not.toBe(error);
    expect([rest.message, rest.stack, rest.cause]).toEqual(["outer", error.stack, cause]);
    expect(rest.errors).toHaveLength(2);
    expect((rest.errors[0] as AggregateError).errors).toEqual([kept]);
    expect((rest.errors[0] as AggregateError).message).toBe("inner");
    expect(rest.errors[1]).toBe(kept);
    expect(Object.keys(rest)).toEqual([]);
    expect(error.errors).toHaveLength(3);
    // By this it replaces the whole where exits are run.
    expect((rest as { error?: unknown }).error).toBe(error);
    expect("suppressed" in rest).toBe(false);
  });

  test("is replaced in a stack, too, and by several one after the other", () => {
    const stack = new ExitStack();
    stack.enterContext(suppress(RangeError));
    stack.enterContext(suppress(Missing));
    const error = new AggregateError([new Missing(), new RangeError("x"), kept]);
    try {
      stack.exit({ error });
      expect.unreachable();
    } catch (rest) {
      expect((rest as AggregateError).errors).toEqual([kept]);
    }
  });

  test("that holds itself is left as it is", () => {
    const error = new AggregateError([kept]);
    error.errors.push(error);
    expect(thrown(error, Missing)?.error).toBe(error);
  });

  test("of another realm is split, too", () => {
    const error: unknown = runInNewContext(`new AggregateError([{ code: "a" }, { code: "b" }])`);
    const rest = thrown(error, { code: "a" })?.error as AggregateError;
    expect(rest.errors).toEqual([{ code: "b" }]);
  });
});

test("a SuppressedError is suppressed where all its errors are named, and else goes on", () => {
  const both = new SuppressedError(new Gone(), new Missing());
  expect(thrown(both, Missing)).toBe(undefined);
  expect(thrown(both, Gone)?.error).toBe(both);
});

test("it may be entered again, also while it is entered, and in the async form", async () => {
  const suppressing = suppress(Missing);
  expect(withContext(suppressing, () => 1)).toBe(1);
  const reached = withContext(suppressing, () => {
    withContext(suppressing, () => {
      throw new Gone();
    });
    return "reached";
  });
  expect(reached).toBe("reached");
  const result = await withAsyncContext(suppressing, (): Promise<number> =>
    Promise.reject(new Gone()),
  );
  expect(result).toBe(undefined);
  expectTypeOf(result).toEqualTypeOf<number | undefined>();
});
