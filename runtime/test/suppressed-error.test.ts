import { inspect } from "node:util";
import { runInNewContext } from "node:vm";

import { describe, expect, expectTypeOf, test } from "vitest";

import { ExitStack, SuppressedError } from "../src/index.js";
import { isSuppressedError, OwnSuppressedError } from "../src/suppressed-error.js";

test("it is the engine's own where there is one", () => {
  const engine = (globalThis as { SuppressedError?: unknown }).SuppressedError;
  expect(SuppressedError).toBe(engine ?? OwnSuppressedError);
});

describe.for([
  ["the exported one", SuppressedError],
  ["our own", OwnSuppressedError],
] as const)("%s", ([, Class]) => {
  test("holds both errors, hidden from enumeration, and is an Error", () => {
    const error = new Class("newer", "older", "both");
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(Class);
    expect(error.name).toBe("SuppressedError");
    expect(error.message).toBe("both");
    expect(error.error).toBe("newer");
    expect(error.suppressed).toBe("older");
    expect(Object.keys(error)).toEqual([]);
    expect(String(error)).toBe("SuppressedError: both");
    expect(error.stack).toMatch(/^SuppressedError: both/);
    expect(isSuppressedError(error)).toBe(true);
  });

  test("can be called without new, and extended", () => {
    const called = Class(1, 2);
    expect(called).toBeInstanceOf(Class);
    expect(Object.hasOwn(called, "message")).toBe(false);

    class Extended extends Class {}
    const extended = new Extended(1, 2, "x");
    expect(extended).toBeInstanceOf(Extended);
    expect(extended.error).toBe(1);
  });

  test("takes a message that is not a string as Error does", () => {
    expect(new Class(1, 2, 3 as unknown as string).message).toBe("3");
  });
});

test("a target without a prototype gets the class's own", () => {
  function Target(): void {}
  Target.prototype = undefined;
  const error: unknown = Reflect.construct(OwnSuppressedError, [1, 2], Target);
  expect(Object.getPrototypeOf(error)).toBe(OwnSuppressedError.prototype);
});

test("other realms' and polyfills' are known; look-alikes are not", () => {
  const foreign: unknown = runInNewContext(
    `Object.assign(new Error("x"), { name: "SuppressedError", error: 1, suppressed: 2 })`,
  );
  expect(foreign).not.toBeInstanceOf(Error);
  expect(isSuppressedError(foreign)).toBe(true);
  expect(isSuppressedError({ error: 1, suppressed: 2 })).toBe(false);
  expect(isSuppressedError(new Error("x"))).toBe(false);
  expect(isSuppressedError(undefined)).toBe(false);
});

describe("as thrown when releases fail", () => {
  function thrownBy(...errors: unknown[]): Error {
    const stack = new ExitStack();
    for (const error of [...errors].reverse()) {
      stack.defer(() => {
        throw error;
      });
    }
    try {
      stack.dispose();
    } catch (error) {
      return error as Error;
    }
    throw new Error("has to throw");
  }

  test("the message names both errors, and is one line", () => {
    expect(thrownBy(new RangeError("first\nmore"), new TypeError("second")).message).toBe(
      "TypeError: second (after RangeError: first)",
    );
    expect(thrownBy(new Error("1"), new Error("2"), new Error("3")).message).toBe(
      "Error: 3 (after Error: 1)",
    );
  });

  test("the message names what is no error, too, and never fails on it", () => {
    const hostile = {
      get constructor(): never {
        throw new Error("no name");
      },
    };
    expect(thrownBy(undefined, "text").message).toBe('"text" (after undefined)');
    expect(thrownBy(hostile, Symbol("s")).message).toBe("Symbol(s) (after an object)");
    const broken = new Error("x");
    Object.defineProperty(broken, "message", {
      get: () => {
        throw new Error("no message");
      },
    });
    expect(thrownBy(broken, 1).message).toBe("1 (after an object)");
  });

  test("what a console prints shows the stacks of all errors, oldest first", () => {
    function failingBody() {
      return new RangeError("body failed");
    }
    function failingRelease() {
      return new TypeError("release failed");
    }
    const error = thrownBy(failingBody(), failingRelease(), new Error("outer failed"));
    for (const printed of [error.stack ?? "", inspect(error)]) {
      expect(printed).toMatch(/^SuppressedError: Error: outer failed/);
      expect(printed).toMatch(
        /\nRangeError: body failed\n[^]*failingBody[^]*\nTypeError: release failed\n[^]*failingRelease[^]*\nError: outer failed\n/,
      );
    }
  });

  test("a thousand failures give a readable stack, and all errors are in it", () => {
    const errors = Array.from({ length: 1000 }, (_, index) => new Error(String(index)));
    const error = thrownBy(...errors);
    expect(error.stack).toMatch(/\nError: 0\n[^]*\nError: 8\n/);
    expect((error.stack ?? "").length).toBeLessThan(50_000);
    expect(error.message.length).toBeLessThan(200);
  });
});

test("types", () => {
  expectTypeOf(new SuppressedError(1, 2)).toExtend<Error>();
  expectTypeOf(new SuppressedError(1, 2).error).toEqualTypeOf<unknown>();
  expectTypeOf(SuppressedError(1, 2, "x")).toEqualTypeOf<SuppressedError>();
});
