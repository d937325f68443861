import { describe, expect, expectTypeOf, test } from "vitest";

import {
  asyncContextManager,
  AsyncExitStack,
  contextManager,
  ExitStack,
  flattenErrors,
  type GeneratorContextManager,
  UnknownOutcome,
  withAsyncContext,
  withContext,
} from "../src/index.js";

const nextTurn = (): Promise<void> => Promise.resolve();

const fail = (error: unknown) => (): never => {
  throw error;
};

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("has to reject");
}

/** Both factories follow the same rules; the sync one is driven through the async form. */
describe.for([
  {
    kind: "contextManager",
    make: (log: string[], options?: { suppresses: boolean }) =>
      contextManager(
        function* (name: string) {
          log.push(`enter ${name}`);
          try {
            yield name.toUpperCase();
            log.push("completed");
          } catch (error) {
            log.push(`caught ${String(error)}`);
          } finally {
            log.push(`exit ${name}`);
          }
        },
        options as { suppresses: true },
      ),
  },
  {
    kind: "asyncContextManager",
    make: (log: string[], options?: { suppresses: boolean }) =>
      asyncContextManager(
        async function* (name: string) {
          await nextTurn();
          log.push(`enter ${name}`);
          try {
            yield name.toUpperCase();
            await nextTurn();
            log.push("completed");
          } catch (error) {
            await nextTurn();
            log.push(`caught ${String(error)}`);
          } finally {
            await nextTurn();
            log.push(`exit ${name}`);
          }
        },
        options as { suppresses: true },
      ),
  },
])("$kind", ({ make }) => {
  test("enters up to the yield, gives its value, and exits by what follows", async () => {
    const log: string[] = [];
    const manager = make(log)("a");
    expect(log).toEqual([]);
    const result = await withAsyncContext(manager, (value) => {
      log.push(`body ${value}`);
      return 1;
    });
    expect(result).toBe(1);
    expect(log).toEqual(["enter a", "body A", "completed", "exit a"]);
  });

  test("throws the failure at the yield; finishing does not suppress it", async () => {
    const log: string[] = [];
    expect(await rejection(withAsyncContext(make(log)("a"), fail("body")))).toBe("body");
    expect(log).toEqual(["enter a", "caught body", "exit a"]);
  });

  test("finishing suppresses only where that is declared", async () => {
    const log: string[] = [];
    const suppressing = make(log, { suppresses: true });
    expect(await withAsyncContext(suppressing("a"), fail("body"))).toBe(undefined);
    expect(await withAsyncContext(suppressing("a"), fail(undefined))).toBe(undefined);
    const plain = make(log, { suppresses: false });
    expect(await rejection(withAsyncContext(plain("a"), fail(undefined)))).toBe(undefined);
    expect(log.filter((line) => line === "caught undefined")).toHaveLength(2);
  });

  test("is for one use, and says so", async () => {
    const log: string[] = [];
    const manager = make(log)("a");
    await withAsyncContext(manager, () => {});
    const error = await rejection(withAsyncContext(manager, () => {}));
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toMatch(/for one use and was entered already: call it again/);
    expect(log).toEqual(["enter a", "completed", "exit a"]);
  });

  test("exits as failed in a stack whose outcome nobody knows", async () => {
    const log: string[] = [];
    const stack = new AsyncExitStack();
    await stack.enterContext(make(log, { suppresses: true })("a"));
    await stack.disposeAsync();
    expect(log).toEqual(["enter a", `caught ${String(new UnknownOutcome())}`, "exit a"]);
  });
});

describe("a generator that does not yield once", () => {
  const never = contextManager(function* () {
    if (Math.random() > 1) yield 1;
  });
  const neverAsync = asyncContextManager(async function* () {
    await nextTurn();
    if (Math.random() > 1) yield 1;
  });

  test("cannot be entered", async () => {
    expect(() => withContext(never(), () => 1)).toThrow(/^generator didn't yield$/);
    await expect(withAsyncContext(neverAsync(), () => 1)).rejects.toThrow(
      /^generator didn't yield$/,
    );
  });

  function twice(log: string[]) {
    return contextManager(function* () {
      try {
        try {
          yield 1;
        } catch {
          yield 2;
        }
        yield 3;
      } finally {
        log.push("closed");
      }
    });
  }
  function twiceAsync(log: string[]) {
    return asyncContextManager(async function* () {
      try {
        try {
          yield 1;
        } catch {
          yield 2;
        }
        yield 3;
      } finally {
        await nextTurn();
        log.push("closed");
      }
    });
  }

  test("fails to exit, and is closed", async () => {
    const log: string[] = [];
    expect(() => withContext(twice(log)(), () => 1)).toThrow(/^generator didn't stop$/);
    await expect(withAsyncContext(twiceAsync(log)(), () => 1)).rejects.toThrow(
      /^generator didn't stop$/,
    );
    expect(log).toEqual(["closed", "closed"]);
  });

  test("fails to exit after a failure, which is not lost", async () => {
    const log: string[] = [];
    const expected = ["body", new Error("generator didn't stop after throw()")];
    try {
      withContext(twice(log)(), fail("body"));
    } catch (error) {
      expect(flattenErrors(error)).toEqual(expected);
    }
    const error = await rejection(withAsyncContext(twiceAsync(log)(), fail("body")));
    expect(flattenErrors(error)).toEqual(expected);
    expect(log).toEqual(["closed", "closed"]);
  });

  test("that fails while it is closed tells of it as the cause", () => {
    const cause = new Error("while closing");
    const stubborn = contextManager(function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        fail(cause)();
      }
    });
    expect(() => withContext(stubborn(), () => 1)).toThrow(
      new Error("generator didn't stop", { cause }),
    );
  });
});

test("what the generator throws replaces or joins the failure, as for every exit", () => {
  const body = new Error("body");
  const translating = contextManager(function* () {
    try {
      yield;
    } catch (cause) {
      throw new RangeError("translated", { cause });
    }
  });
  expect(() => withContext(translating(), fail(body))).toThrow(RangeError);
  const own = new Error("own");
  const failing = contextManager(function* () {
    try {
      yield;
    } finally {
      fail(own)();
    }
  });
  try {
    withContext(failing(), fail(body));
    expect.unreachable();
  } catch (error) {
    expect(flattenErrors(error)).toEqual([body, own]);
  }
});

test("entering that fails is not followed by an exit", () => {
  const log: string[] = [];
  const failing = contextManager(function* () {
    fail("no entry")();
    try {
      yield;
    } finally {
      log.push("exited");
    }
  });
  expect(() => withContext(failing(), () => log.push("body"))).toThrow("no entry");
  expect(log).toEqual([]);
});

test("used by hand, exiting without or after entering once does nothing", () => {
  const log: string[] = [];
  const manager = contextManager(function* () {
    log.push("enter");
    yield;
    log.push("exit");
  })();
  expect(manager.exit()).toBe(false);
  expect(manager.exit({ error: "failed" })).toBe(false);
  manager.enter();
  expect(manager.exit()).toBe(false);
  expect(manager.exit()).toBe(false);
  expect(manager.exit({ error: "failed" })).toBe(false);
  expect(log).toEqual(["enter", "exit"]);
});

test("the factory passes `this` on, and has the name of the generator function", () => {
  class Database {
    readonly log: string[] = [];
    transaction = contextManager(function* transaction(this: Database, name: string) {
      this.log.push(name);
      yield this;
    });
  }
  const database = new Database();
  withContext(database.transaction("tx"), (value) => {
    expect(value).toBe(database);
  });
  expect(database.log).toEqual(["tx"]);
  expect(database.transaction.name).toBe("transaction");
  expect(database.transaction).toHaveLength(1);
});

test("what is no generator function of the right kind is refused before anything is entered", () => {
  const log: string[] = [];
  const outer = contextManager(function* () {
    log.push("entered");
    yield;
  });
  const wrong = contextManager((() => 5) as unknown as () => Generator);
  expect(() => withContext([outer(), wrong()], () => 1)).toThrow(
    "contextManager() takes a function*, but () => 5 returned 5; asyncContextManager() takes an async function*",
  );
  const asyncOne = contextManager(async function* load() {
    await nextTurn();
    yield 1;
  } as unknown as () => Generator);
  expect(() => asyncOne()).toThrow(
    /async function\* load\(\) \{ returned .*; asyncContextManager\(\) takes/,
  );
  const syncOne = asyncContextManager(function* load() {
    yield 1;
  } as unknown as () => AsyncGenerator);
  expect(() => syncOne()).toThrow(/function\* load\(\) \{ returned .*; contextManager\(\) takes/);
  for (const factory of [contextManager, asyncContextManager] as (() => unknown)[]) {
    expect(factory).toThrow(TypeError);
  }
  expect(log).toEqual([]);
});

test("types: the value, the parameters, and whether it suppresses", () => {
  const plain = contextManager(function* (_count: number, _name?: string) {
    yield "x";
  });
  expectTypeOf(plain).parameters.toEqualTypeOf<[number, (string | undefined)?]>();
  expectTypeOf(plain(1)).toEqualTypeOf<GeneratorContextManager<string, false>>();
  const result = withContext(plain(1), (value) => {
    expectTypeOf(value).toEqualTypeOf<string>();
    return 1;
  });
  expectTypeOf(result).toEqualTypeOf<number>();
  const suppressing = contextManager(
    function* () {
      yield 1;
    },
    { suppresses: true },
  );
  expectTypeOf(withContext(suppressing(), () => "x")).toEqualTypeOf<string | undefined>();
  const asyncPlain = asyncContextManager(async function* () {
    await nextTurn();
    yield 1;
  });
  expectTypeOf(withAsyncContext(asyncPlain(), () => "x")).toEqualTypeOf<Promise<string>>();
  const asyncSuppressing = asyncContextManager(
    async function* () {
      await nextTurn();
      yield 1;
    },
    { suppresses: true },
  );
  expectTypeOf(withAsyncContext(asyncSuppressing(), () => "x")).toEqualTypeOf<
    Promise<string | undefined>
  >();
  // @ts-expect-error -- a wrong argument
  plain("x");
  const stack = new ExitStack();
  expectTypeOf(stack.enterContext(plain(1))).toEqualTypeOf<string>();
  stack.complete();
  stack.dispose();
  expect(stack.disposed).toBe(true);
});
