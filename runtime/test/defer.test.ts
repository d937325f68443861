import { setTimeout as sleep } from "node:timers/promises";

import { expect, expectTypeOf, test, vi } from "vitest";

import { defer, withContext } from "../src/index.js";

test("calls its function once, without arguments, under using", () => {
  const fn = vi.fn();
  {
    using deferred = defer(fn);
    expect(fn).not.toHaveBeenCalled();
    deferred[Symbol.dispose]();
  }
  expect(fn.mock.calls).toEqual([[]]);
});

test("waits for its function under await using", async () => {
  const log: string[] = [];
  {
    await using _ = defer(async () => {
      await sleep(1);
      log.push("released");
    });
    log.push("body");
  }
  expect(log).toEqual(["body", "released"]);
});

test("a function that is not async serves await using as well", async () => {
  const fn = vi.fn();
  {
    await using _ = defer(fn);
  }
  expect(fn).toHaveBeenCalledOnce();
});

test("is called once, though both ways are taken", async () => {
  const fn = vi.fn();
  const deferred = defer(fn) as Disposable & Partial<AsyncDisposable>;
  await deferred[Symbol.asyncDispose]?.();
  deferred[Symbol.dispose]();
  expect(fn).toHaveBeenCalledOnce();
});

test("is not called again when it failed", () => {
  const fn = vi.fn((): void => {
    throw new Error("failed");
  });
  const deferred = defer(fn);
  expect(() => {
    deferred[Symbol.dispose]();
  }).toThrow("failed");
  deferred[Symbol.dispose]();
  expect(fn).toHaveBeenCalledOnce();
});

test("a promise under using is reported, not dropped", () => {
  const deferred = defer(() => Promise.resolve()) as unknown as Disposable;
  expect(() => {
    deferred[Symbol.dispose]();
  }).toThrow("() => Promise.resolve() has no synchronous release");
});

test("what is no function is refused at once", () => {
  expect(() => defer(1 as never)).toThrow("1 is not a function");
});

test("serves withContext", () => {
  const fn = vi.fn();
  expect(withContext(defer(fn), () => fn.mock.calls.length)).toBe(0);
  expect(fn).toHaveBeenCalledOnce();
});

test("types", () => {
  expectTypeOf(defer(() => {})).toEqualTypeOf<Disposable>();
  expectTypeOf(defer(() => 1)).toEqualTypeOf<Disposable>();
  expectTypeOf(defer(() => Promise.resolve())).toEqualTypeOf<AsyncDisposable>();
  expectTypeOf(defer((): void | Promise<void> => {})).toEqualTypeOf<AsyncDisposable>();
});
