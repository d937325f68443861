/* CPython's tests of async managers as decorators, asked of this package: see contextlib.test.ts. */
import { describe, expect, test } from "vitest";

import { asyncContextManager } from "../src/index.js";

const nextTurn = (): Promise<void> => Promise.resolve();

describe("AsyncContextManagerTestCase", () => {
  function tracked() {
    const state = { entered: false, exits: 0 };
    const context = asyncContextManager(async function* () {
      await nextTurn();
      state.entered = true;
      try {
        yield;
      } finally {
        await nextTurn();
        state.entered = false;
        state.exits++;
      }
    });
    return { state, context };
  }

  test("test_decorator: the context is open until the function has ended, at each call anew", async () => {
    const { state, context } = tracked();
    const run = context().wrap(async () => {
      expect(state.entered).toBe(true);
      await nextTurn();
      expect(state.entered).toBe(true);
    });
    expect(state.entered).toBe(false);
    await run();
    await run();
    expect(state).toEqual({ entered: false, exits: 2 });
  });

  test("test_decorator_with_exception", async () => {
    const { state, context } = tracked();
    const error = new ReferenceError("foo");
    const run = context().wrap(async () => {
      await nextTurn();
      expect(state.entered).toBe(true);
      throw error;
    });
    await expect(run()).rejects.toBe(error);
    expect(state).toEqual({ entered: false, exits: 1 });
  });

  test("test_decorating_method: this and arguments arrive", async () => {
    const { state, context } = tracked();
    class Test {
      declare seen: unknown[];
      method = context().wrap(async function (this: Test, a: unknown, b: unknown, c?: unknown) {
        await nextTurn();
        this.seen = [a, b, c, state.entered];
      });
    }
    const one = new Test();
    await one.method(1, 2);
    expect(one.seen).toEqual([1, 2, undefined, true]);
    const other = new Test();
    await other.method("a", "b", "c");
    expect(other.seen).toEqual(["a", "b", "c", true]);
    expect(one.seen).toEqual([1, 2, undefined, true]);
  });
});
