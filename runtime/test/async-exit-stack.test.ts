import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, expectTypeOf, test, vi } from "vitest";

import {
  type AsyncContextManager,
  AsyncExitStack,
  ExitStack,
  type Failure,
  flattenErrors,
  SuppressedError,
  withAsyncContext,
} from "../src/index.js";

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("has to reject");
}

describe("as a standard AsyncDisposableStack", () => {
  test("releases in reverse order, one after the other, once", async () => {
    const log: string[] = [];
    const slow = (name: string) => async () => {
      log.push(`${name} begins`);
      await sleep(2);
      log.push(`${name} ends`);
    };
    const stack = new AsyncExitStack();
    stack.use({ [Symbol.asyncDispose]: slow("async use") });
    stack.use({ [Symbol.dispose]: () => void log.push("sync use") });
    stack.adopt("adopt", (name) => slow(name)());
    stack.defer(slow("defer"));
    stack.defer(() => void log.push("sync defer"));

    const release = stack.disposeAsync();
    expect(stack.disposed).toBe(true);
    await stack.disposeAsync();
    await release;
    await stack[Symbol.asyncDispose]();
    expect(log).toEqual([
      "sync defer",
      "defer begins",
      "defer ends",
      "adopt begins",
      "adopt ends",
      "sync use",
      "async use begins",
      "async use ends",
    ]);
  });

  test("[Symbol.asyncDispose] goes before [Symbol.dispose]; null counts as absent", async () => {
    const log: string[] = [];
    const dispose = () => void log.push("sync");
    const stack = new AsyncExitStack();
    stack.use({
      [Symbol.dispose]: dispose,
      [Symbol.asyncDispose]: () => Promise.resolve(void log.push("async")),
    });
    stack.use({ [Symbol.dispose]: dispose, [Symbol.asyncDispose]: null } as Disposable);
    await stack.disposeAsync();
    expect(log).toEqual(["sync", "async"]);
  });

  test("use gives its value back, and null and undefined as well", async () => {
    const stack = new AsyncExitStack();
    const value = { [Symbol.asyncDispose]: vi.fn(() => Promise.resolve()) };
    expect(stack.use(value)).toBe(value);
    expect(stack.use(null)).toBe(null);
    expect(stack.use(undefined)).toBe(undefined);
    expect(await stack.disposeAsync()).toBe(undefined);
    expect(value[Symbol.asyncDispose]).toHaveBeenCalledExactlyOnceWith();
    expect(value[Symbol.asyncDispose].mock.contexts).toEqual([value]);
  });

  test("use refuses what cannot be disposed", () => {
    const stack = new AsyncExitStack();
    for (const value of [1, {}, { [Symbol.asyncDispose]: 1, [Symbol.dispose]: () => {} }]) {
      expect(() => stack.use(value as unknown as Disposable)).toThrow(TypeError);
    }
    expect(() => stack.use({} as Disposable)).toThrow(
      "an Object has no release: add one by closing() or adopt()",
    );
  });

  test("a synchronous dispose that returns a promise is waited for", async () => {
    const log: string[] = [];
    const stack = new AsyncExitStack();
    stack.defer(() => void log.push("next"));
    stack.use({ [Symbol.dispose]: () => sleep(2).then(() => log.push("released")) });
    await stack.disposeAsync();
    expect(log).toEqual(["released", "next"]);
  });

  test("move hands everything on; the old stack counts as released", async () => {
    const log: string[] = [];
    const stack = new AsyncExitStack();
    stack.defer(() => void log.push("a"));
    const moved = stack.move();
    expect(moved).toBeInstanceOf(AsyncExitStack);
    expect(stack.disposed).toBe(true);
    await stack.disposeAsync();
    expect(log).toEqual([]);
    await moved.disposeAsync();
    expect(log).toEqual(["a"]);
  });

  test("a released or moved stack takes nothing more", async () => {
    const released = new AsyncExitStack();
    await released.disposeAsync();
    const moved = new AsyncExitStack();
    moved.move();
    const enterAsync = vi.fn(() => Promise.resolve());
    for (const stack of [released, moved]) {
      for (const method of [
        () => stack.use(null),
        () => stack.adopt(1, () => {}),
        () => {
          stack.defer(() => {});
        },
        () => stack.push(() => {}),
        () => {
          stack.complete();
        },
        () => stack.move(),
      ]) {
        expect(method).toThrow(ReferenceError);
        expect(method).toThrow("This stack was released or moved");
      }
      await expect(stack.enterAsync()).rejects.toThrow(ReferenceError);
      const manager = { enterAsync, exitAsync: () => Promise.resolve() };
      await expect(stack.enterContext(manager)).rejects.toThrow(ReferenceError);
    }
    expect(enterAsync).not.toHaveBeenCalled();
  });

  test("its members are those of the standard", async () => {
    expect(AsyncExitStack.prototype[Symbol.asyncDispose]).toBe(
      AsyncExitStack.prototype.disposeAsync,
    );
    expect(Object.prototype.toString.call(new AsyncExitStack())).toBe("[object AsyncExitStack]");
    await expect(Reflect.apply(AsyncExitStack.prototype.disposeAsync, {}, [])).rejects.toThrow(
      TypeError,
    );
  });

  test("an empty one takes no turn, one that holds null takes one", async () => {
    const log: string[] = [];
    const turns = (async () => {
      for (const turn of [1, 2, 3]) {
        await Promise.resolve();
        log.push(String(turn));
      }
    })();
    const holding = new AsyncExitStack();
    holding.use(null);
    await Promise.all([
      turns,
      holding.disposeAsync().then(() => log.push("null")),
      new AsyncExitStack().disposeAsync().then(() => log.push("empty")),
    ]);
    expect(log).toEqual(["1", "empty", "2", "null", "3"]);
  });

  test("works under await using", async () => {
    const log: string[] = [];
    {
      await using stack = new AsyncExitStack();
      stack.defer(async () => {
        await sleep(1);
        log.push("released");
      });
      log.push("body");
    }
    expect(log).toEqual(["body", "released"]);
  });
});

describe("when releases fail", () => {
  test("all are released, and the errors come out as nested SuppressedErrors", async () => {
    const log: string[] = [];
    const stack = new AsyncExitStack();
    stack.defer(() => void log.push("last"));
    stack.defer(() => {
      throw new Error("second");
    });
    stack.defer(() => Promise.reject(new Error("first")));
    const error = (await rejectionOf(stack.disposeAsync())) as SuppressedError;
    expect(error).toBeInstanceOf(SuppressedError);
    expect([error.error, error.suppressed].map(String)).toEqual(["Error: second", "Error: first"]);
    expect(log).toEqual(["last"]);
  });

  test("undefined is an error like any other", async () => {
    const seen: (Failure | undefined)[] = [];
    const stack = new AsyncExitStack();
    stack.push((failure) => void seen.push(failure));
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what this is about
    stack.defer(() => Promise.reject(undefined));
    expect(await rejectionOf(stack.disposeAsync())).toBe(undefined);
    expect(seen).toEqual([{ error: undefined }]);
  });
});

describe("as a context manager", () => {
  test("tells its exits the outcome; sync ones as well as async ones", async () => {
    const seen: unknown[] = [];
    const result = await withAsyncContext(new AsyncExitStack(), async (stack) => {
      expectTypeOf(stack).toEqualTypeOf<AsyncExitStack>();
      stack.push((failure) => void seen.push(failure));
      stack.push(async (failure) => void seen.push(await Promise.resolve(failure)));
      await stack.enterContext({ enter: () => 1, exit: (failure) => void seen.push(failure) });
      return "result";
    });
    expect(result).toBe("result");
    expect(seen).toEqual([undefined, undefined, undefined]);
  });

  test("each exit sees the newest error, and exactly true suppresses it", async () => {
    const seen: unknown[] = [];
    const stack = new AsyncExitStack();
    stack.push((failure) => void seen.push(failure));
    stack.push(async (failure) => {
      await sleep(1);
      seen.push(failure?.error);
      return true;
    });
    for (const answer of [1, "true", {}, false, null]) {
      stack.push(() => Promise.resolve(answer as boolean));
    }
    stack.push((failure) => {
      seen.push(failure?.error);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a plain value is easy to compare
      return Promise.reject("newer");
    });
    expect(await stack.exitAsync({ error: "older" })).toBe(true);
    expect(seen).toEqual(["older", "newer", undefined]);
  });

  test("an error thrown again changes nothing, a translation replaces it", async () => {
    const error = new Error("given");
    const translation = new Error("translated", { cause: error });
    const same = new AsyncExitStack();
    same.push((failure) => Promise.reject(failure?.error as Error));
    expect(await same.exitAsync({ error })).toBe(false);

    const translating = new AsyncExitStack();
    translating.push(() => Promise.reject(translation));
    expect(await rejectionOf(translating.exitAsync({ error }))).toBe(translation);
  });

  test("an inner stack's SuppressedError that tells of the error replaces it", async () => {
    const inner = new AsyncExitStack();
    inner.defer(() => Promise.reject(new Error("release")));
    const outer = new AsyncExitStack();
    await outer.enterContext(inner);
    const thrown = await rejectionOf(outer.exitAsync({ error: "body" }));
    expect(flattenErrors(thrown).map(String)).toEqual(["body", "Error: release"]);
  });

  test("does nothing where it was moved in the body", async () => {
    const log: string[] = [];
    const kept = await withAsyncContext(new AsyncExitStack(), (stack) => {
      stack.defer(() => void log.push("released"));
      return stack.move();
    });
    expect(log).toEqual([]);
    await kept?.disposeAsync();
    expect(log).toEqual(["released"]);
  });
});

describe("enterContext", () => {
  test("prefers the async way of a manager, and takes every other", async () => {
    const stack = new AsyncExitStack();
    const both = {
      enter: () => "sync" as const,
      exit: vi.fn(),
      enterAsync: () => Promise.resolve("async" as const),
      exitAsync: vi.fn(() => Promise.resolve()),
    };
    const entered = await stack.enterContext(both);
    expectTypeOf(entered).toEqualTypeOf<"async">();
    expect(entered).toBe("async");
    const disposable = { [Symbol.dispose]: vi.fn() };
    expect(await stack.enterContext(disposable)).toBe(disposable);
    const asyncDisposable = { [Symbol.asyncDispose]: vi.fn(() => Promise.resolve()) };
    expect(await stack.enterContext(asyncDisposable)).toBe(asyncDisposable);
    await stack.exitAsync();
    expect(both.exit).not.toHaveBeenCalled();
    expect(both.exitAsync).toHaveBeenCalledOnce();
    expect(disposable[Symbol.dispose]).toHaveBeenCalledOnce();
    expect(asyncDisposable[Symbol.asyncDispose]).toHaveBeenCalledOnce();
  });

  test("a manager that fails to enter is not exited", async () => {
    const exitAsync = vi.fn(() => Promise.resolve());
    const stack = new AsyncExitStack();
    const manager = { enterAsync: () => Promise.reject(new Error("no entry")), exitAsync };
    await expect(stack.enterContext(manager)).rejects.toThrow("no entry");
    await stack.disposeAsync();
    expect(exitAsync).not.toHaveBeenCalled();
  });

  test("refuses what is no manager", async () => {
    await expect(new AsyncExitStack().enterContext({} as never)).rejects.toThrow(
      "an Object has no release: add one by closing() or adopt()",
    );
  });

  test.for(["released", "moved"])(
    "a manager is exited at once when the stack was %s while it entered",
    async (how) => {
      const seen: unknown[] = [];
      const stack = new AsyncExitStack();
      const manager = {
        enterAsync: () => sleep(5, "entered"),
        exitAsync: (failure?: Failure): Promise<void> => {
          seen.push(failure?.error);
          return Promise.resolve();
        },
      };
      const entering = rejectionOf(stack.enterContext(manager));
      await (how === "moved" ? stack.move() : stack).disposeAsync();
      const error = await entering;
      expect(error).toBeInstanceOf(ReferenceError);
      expect(seen).toEqual([error]);
    },
  );
});

describe("push", () => {
  test("takes functions and entered managers, async or not", async () => {
    const calls: unknown[][] = [];
    const note = function (this: unknown, ...told: unknown[]): void {
      calls.push([this, ...told]);
    };
    const manager = { exit: note };
    const asyncManager = { exitAsync: async (failure?: Failure) => Promise.resolve(note(failure)) };
    const stack = new AsyncExitStack();
    expect(stack.push(manager)).toBe(manager);
    expect(stack.push(asyncManager)).toBe(asyncManager);
    await stack.exitAsync({ error: 1 });
    expect(calls.map(([, failure]) => failure)).toEqual([{ error: 1 }, { error: 1 }]);
    expect(calls[1]?.[0]).toBe(manager);
    expect(() => new AsyncExitStack().push({} as never)).toThrow(TypeError);
    expect(() => new AsyncExitStack().push(null as never)).toThrow(TypeError);
  });
});

test("types", () => {
  expectTypeOf<AsyncExitStack>().toExtend<AsyncDisposableStack>();
  expectTypeOf<AsyncExitStack>().toExtend<AsyncDisposable>();
  expectTypeOf<AsyncExitStack>().toExtend<AsyncContextManager<AsyncExitStack>>();
  expectTypeOf<AsyncExitStack>().not.toExtend<Disposable>();
  const stack = new AsyncExitStack();
  expectTypeOf(stack.use(new ExitStack())).toEqualTypeOf<ExitStack>();
  expect(() =>
    // @ts-expect-error -- no disposable
    stack.use({}),
  ).toThrow(TypeError);
});
