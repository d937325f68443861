/* CPython's tests of suppress, asked of this package: see contextlib.test.ts. */
import { describe, expect, test } from "vitest";

import { suppress, withContext } from "../src/index.js";

class ZeroDivisionError extends Error {}
class LookupError extends Error {}
class IndexError extends LookupError {}
class KeyError extends LookupError {}
class ValueError extends Error {}

function raise(error: unknown): never {
  throw error;
}

describe("TestSuppress", () => {
  test("test_no_result_from_enter, test_no_exception", () => {
    expect(withContext(suppress(RangeError), (value) => value)).toBe(undefined);
    expect(withContext(suppress(RangeError), () => 2 ** 5)).toBe(32);
  });

  test("test_exact_exception, test_exception_hierarchy, test_multiple_exception_args", () => {
    withContext(suppress(TypeError), () => raise(new TypeError()));
    withContext(suppress(LookupError), () => raise(new IndexError()));
    withContext(suppress(ZeroDivisionError, TypeError), () => raise(new ZeroDivisionError()));
    withContext(suppress(ZeroDivisionError, TypeError), () => raise(new TypeError()));
    expect.assertions(0);
  });

  test("test_other_exception, test_no_args", () => {
    const error = new ZeroDivisionError("1/0");
    expect(() => withContext(suppress(TypeError), () => raise(error))).toThrow(error);
    expect(() => withContext(suppress(), () => raise(error))).toThrow(error);
  });

  test("test_cm_is_reentrant", () => {
    const ignore = suppress(Error);
    let continued = false;
    withContext(ignore, () => {
      withContext(ignore, () => raise(new TypeError()));
      continued = true;
      raise(new ZeroDivisionError());
    });
    expect(continued).toBe(true);
  });

  /** What is left of a group after `suppress`, with the groups in it: classes and messages. */
  function left(error: unknown, ...filters: Parameters<typeof suppress>): unknown {
    const shape = (one: unknown): unknown =>
      one instanceof AggregateError
        ? [one.message, ...one.errors.map(shape)]
        : `${(one as Error).constructor.name} ${(one as Error).message}`;
    try {
      withContext(suppress(...filters), () => raise(error));
      return undefined;
    } catch (rest) {
      return shape(rest);
    }
  }

  test("test_exception_groups: what is named vanishes, the rest goes on in its groups", () => {
    const values = () =>
      new AggregateError([new ValueError("ve1"), new ValueError("ve2")], "only values");
    const many = () =>
      new AggregateError(
        [new ValueError("ve1"), new KeyError("ke1"), new ValueError("ve2"), new KeyError("ke2")],
        "many",
      );
    expect(left(values(), ValueError)).toBe(undefined);
    expect(left(many(), ValueError, KeyError)).toBe(undefined);
    expect(left(many(), ValueError)).toEqual(["many", "KeyError ke1", "KeyError ke2"]);
    expect(left(many(), ZeroDivisionError)).toEqual([
      "many",
      "ValueError ve1",
      "KeyError ke1",
      "ValueError ve2",
      "KeyError ke2",
    ]);
    const nested = new AggregateError([values(), many(), new KeyError("ke3")], "nested");
    expect(left(nested, ValueError)).toEqual([
      "nested",
      ["many", "KeyError ke1", "KeyError ke2"],
      "KeyError ke3",
    ]);
    // What is no Error at all can be in a group, too, as Python's BaseExceptionGroup has it.
    expect(left(new AggregateError([undefined], "m"), (error) => error === undefined)).toBe(
      undefined,
    );
  });

  test("test_exception_groups: the rest keeps what the group was caused by, and where it was thrown", () => {
    const cause = new ZeroDivisionError("1/0");
    const group = new AggregateError([new ValueError("v"), new KeyError("k")], "message", {
      cause,
    });
    let rest: unknown;
    try {
      withContext(suppress(ValueError), () => raise(group));
    } catch (error) {
      rest = error;
    }
    expect(rest).toBeInstanceOf(AggregateError);
    expect(rest).not.toBe(group);
    expect(rest).toMatchObject({ message: "message", cause, stack: group.stack });
  });
});
