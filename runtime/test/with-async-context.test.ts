import { open } from "node:fs/promises";
import { devNull } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, expectTypeOf, test, vi } from "vitest";

import {
  type AsyncContextManager,
  AsyncExitStack,
  type ContextManager,
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

const fail = (error: unknown) => (): never => {
  throw error;
};

/** A manager that takes its time and notes in a log what happens to it. */
function logged(log: string[], name: string, exit?: (failure?: Failure) => boolean | undefined) {
  return {
    enterAsync: async () => {
      await sleep(1);
      log.push(`enter ${name}`);
      return name;
    },
    exitAsync: async (failure?: Failure) => {
      await sleep(1);
      log.push(`exit ${name}${failure ? `: ${String(failure.error)}` : ""}`);
      return exit?.(failure);
    },
  };
}

describe("one manager", () => {
  test("is entered, the body is waited for, and it is exited", async () => {
    const log: string[] = [];
    const result = await withAsyncContext(logged(log, "a"), async (value) => {
      log.push("body begins");
      await sleep(2);
      log.push("body ends");
      return `${value}!`;
    });
    expect(result).toBe("a!");
    expect(log).toEqual(["enter a", "body begins", "body ends", "exit a"]);
  });

  test("takes a body that is not async", async () => {
    expect(await withAsyncContext(logged([], "a"), (value) => value)).toBe("a");
    expect(await rejectionOf(withAsyncContext(logged([], "a"), fail("body")))).toBe("body");
  });

  test("sees the body's failure, which goes on as it was thrown", async () => {
    const error = new Error("body");
    const exitAsync = vi.fn(() => Promise.resolve());
    const manager = { enterAsync: () => Promise.resolve(1), exitAsync };
    expect(await rejectionOf(withAsyncContext(manager, () => Promise.reject(error)))).toBe(error);
    expect(exitAsync).toHaveBeenCalledExactlyOnceWith({ error });
    expect(exitAsync.mock.contexts).toEqual([manager]);
  });

  test("sees a rejection with undefined as a failure", async () => {
    const exitAsync = vi.fn(() => Promise.resolve());
    const manager = { enterAsync: () => Promise.resolve(1), exitAsync };
    expect(await rejectionOf(withAsyncContext(manager, fail(undefined)))).toBe(undefined);
    expect(exitAsync).toHaveBeenCalledExactlyOnceWith({ error: undefined });
  });

  test("suppresses the failure by exactly true", async () => {
    const answering = (answer: unknown) => ({
      enterAsync: () => Promise.resolve(1),
      exitAsync: () => Promise.resolve(answer as boolean),
    });
    expect(await withAsyncContext(answering(true), fail("body"))).toBe(undefined);
    for (const answer of [1, "true", {}, false, null, undefined]) {
      expect(await rejectionOf(withAsyncContext(answering(answer), fail("body")))).toBe("body");
    }
    expect(await withAsyncContext(answering(true), () => "result")).toBe("result");
  });

  test("that fails to enter is not exited, and the body does not run", async () => {
    const exitAsync = vi.fn(() => Promise.resolve());
    const body = vi.fn();
    for (const enterAsync of [() => Promise.reject(new Error("enter")), fail(new Error("enter"))]) {
      await expect(withAsyncContext({ enterAsync, exitAsync }, body)).rejects.toThrow("enter");
    }
    expect(exitAsync).not.toHaveBeenCalled();
    expect(body).not.toHaveBeenCalled();
  });

  test("throws from its exit what it likes", async () => {
    const given = new Error("body");
    const own = new Error("exit");
    const translation = new Error("translated", { cause: given });
    const exiting = (error: Error) => ({
      enterAsync: () => Promise.resolve(1),
      exitAsync: (): Promise<void> => Promise.reject(error),
    });
    const run = (error: Error, body: () => unknown) =>
      rejectionOf(withAsyncContext(exiting(error), body));

    expect(await run(own, () => 1)).toBe(own);
    expect(await run(given, fail(given))).toBe(given);
    expect(await run(translation, fail(given))).toBe(translation);
    const both = (await run(own, fail(given))) as SuppressedError;
    expect(both).toBeInstanceOf(SuppressedError);
    expect([both.error, both.suppressed]).toEqual([own, given]);
  });

  test("has its methods looked up once, before it is entered", async () => {
    const log: string[] = [];
    const manager: AsyncContextManager<void> = {
      enterAsync: async () => {
        await sleep(1);
        manager.exitAsync = () => Promise.resolve(void log.push("exchanged"));
      },
      exitAsync: () => Promise.resolve(void log.push("original")),
    };
    await withAsyncContext(manager, () => {});
    expect(log).toEqual(["original"]);
  });
});

describe("the ways of an object", () => {
  const everything = (log: string[]) => ({
    enterAsync: () => Promise.resolve("enterAsync" as const),
    exitAsync: (): Promise<void> => Promise.resolve(void log.push("exitAsync")),
    enter: () => "enter" as const,
    exit: () => void log.push("exit"),
    [Symbol.asyncDispose]: () => Promise.resolve(void log.push("asyncDispose")),
    [Symbol.dispose]: () => void log.push("dispose"),
  });

  test("are tried in a fixed order", async () => {
    const log: string[] = [];
    const object: Partial<ReturnType<typeof everything>> = everything(log);
    const taken: unknown[] = [];
    const run = () =>
      withAsyncContext(object as unknown as AsyncDisposable, (value) => taken.push(value));
    await run();
    delete object.enterAsync;
    await run();
    delete object.exit;
    await run();
    Reflect.deleteProperty(object, Symbol.asyncDispose);
    await run();
    expect(log).toEqual(["exitAsync", "exit", "asyncDispose", "dispose"]);
    expect(taken).toEqual(["enterAsync", "enter", object, object]);
  });

  test("a disposable is released without being told anything, and waited for", async () => {
    const log: string[] = [];
    const resource = {
      [Symbol.asyncDispose]: async (...told: unknown[]) => {
        await sleep(1);
        log.push(`released ${String(told.length)}`);
        return true as unknown as undefined;
      },
    };
    expect(await withAsyncContext(resource, (value) => value)).toBe(resource);
    expect(await rejectionOf(withAsyncContext(resource, fail("body")))).toBe("body");
    expect(log).toEqual(["released 0", "released 0"]);
  });

  test("a synchronous dispose or exit that returns a promise is waited for", async () => {
    const log: string[] = [];
    const release = () => sleep(1).then(() => void log.push("released"));
    await withAsyncContext({ [Symbol.dispose]: release }, () => {});
    const manager = { enter: () => 1, exit: release } as unknown as ContextManager<number>;
    await withAsyncContext(manager, () => {});
    expect(await rejectionOf(withAsyncContext(manager, fail("body")))).toBe("body");
    expect(log).toEqual(["released", "released", "released"]);
  });

  test("a real file handle is closed", async () => {
    const handle = await open(devNull);
    const size = await withAsyncContext(handle, async (file) => (await file.stat()).size);
    expect(size).toBe(0);
    expect(handle.fd).toBe(-1);
  });

  test("a synchronous manager sees the failure of an async body", async () => {
    const exit = vi.fn(() => true);
    const body = async () => {
      await sleep(1);
      throw new Error("body");
    };
    expect(await withAsyncContext({ enter: () => 1, exit }, body)).toBe(undefined);
    expect(exit).toHaveBeenCalledOnce();
  });
});

describe("a tuple", () => {
  test("is entered from left to right and exited from right to left, one by one", async () => {
    const log: string[] = [];
    const resource = { [Symbol.dispose]: () => void log.push("dispose") };
    await withAsyncContext([logged(log, "a"), resource, logged(log, "b")], (values) => {
      expect(values).toEqual(["a", resource, "b"]);
      log.push("body");
    });
    expect(log).toEqual(["enter a", "enter b", "body", "exit b", "dispose", "exit a"]);
  });

  test("is checked as a whole before anything is entered", async () => {
    const log: string[] = [];
    for (const wrong of [1, null, {}, { enterAsync: fail("entered") }]) {
      await expect(
        withAsyncContext([logged(log, "a"), wrong as unknown as Disposable], fail("body")),
      ).rejects.toThrow(TypeError);
    }
    await sleep(3);
    expect(log).toEqual([]);
  });

  test("each exit sees the newest error; after a suppression, success", async () => {
    const log: string[] = [];
    await withAsyncContext(
      [
        logged(log, "a"),
        logged(log, "b", () => true),
        logged(log, "c", fail("from c")),
        logged(log, "d"),
      ],
      fail("body"),
    );
    expect(log.slice(4)).toEqual(["exit d: body", "exit c: body", "exit b: from c", "exit a"]);
  });

  test("one that fails to enter has those before it exited, and these may suppress it", async () => {
    const log: string[] = [];
    const failing = {
      enterAsync: () => Promise.reject(new Error("no entry")),
      exitAsync: (): Promise<void> => Promise.resolve(void log.push("never")),
    };
    const body = vi.fn();
    await expect(
      withAsyncContext([logged(log, "a"), failing, logged(log, "b")], body),
    ).rejects.toThrow("no entry");
    expect(log).toEqual(["enter a", "exit a: Error: no entry"]);
    expect(await withAsyncContext([logged(log, "a", () => true), failing], body)).toBe(undefined);
    expect(body).not.toHaveBeenCalled();
  });

  test("every exit runs, and every error is in what comes out", async () => {
    const log: string[] = [];
    const managers = [logged(log, "a", fail("from a")), logged(log, "b", fail("from b"))] as const;
    expect(flattenErrors(await rejectionOf(withAsyncContext(managers, fail("body"))))).toEqual([
      "body",
      "from b",
      "from a",
    ]);
    expect(flattenErrors(await rejectionOf(withAsyncContext(managers, () => 1)))).toEqual([
      "from b",
      "from a",
    ]);
  });
});

test("what is no manager is named, with the cure, as a rejection", async () => {
  const error = await rejectionOf(withAsyncContext(new Map() as unknown as Disposable, () => 1));
  expect(error).toBeInstanceOf(TypeError);
  expect(String(error)).toMatch(/a Map has no release.*closing\(.*adopt\(/);
});

test("awaits only what is a promise", async () => {
  const log: string[] = [];
  const manager = { enter: () => void log.push("enter"), exit: () => void log.push("exit") };
  const done = withAsyncContext(manager, () => void log.push("body"));
  log.push("after");
  await done;
  expect(log).toEqual(["enter", "body", "exit", "after"]);
});

describe("types", () => {
  const silent = {
    enterAsync: () => Promise.resolve(1),
    exitAsync: (): Promise<void> => Promise.resolve(),
  };
  const maybe = {
    enterAsync: () => Promise.resolve("x"),
    exitAsync: (): Promise<boolean> => Promise.resolve(false),
  };
  const untyped: AsyncContextManager<string> = maybe;
  const syncMaybe: ContextManager<number> = { enter: () => 1, exit: () => {} };
  const resource = { [Symbol.asyncDispose]: () => Promise.resolve(), size: 1 };
  const body = () => Promise.resolve("x");

  test("the result says whether a manager may suppress", () => {
    expectTypeOf(withAsyncContext(silent, body)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(withAsyncContext(silent, () => "x")).toEqualTypeOf<Promise<string>>();
    expectTypeOf(withAsyncContext(resource, body)).toEqualTypeOf<Promise<string>>();
    type Maybe = Promise<string | undefined>;
    expectTypeOf(withAsyncContext(maybe, body)).toEqualTypeOf<Maybe>();
    expectTypeOf(withAsyncContext(untyped, body)).toEqualTypeOf<Maybe>();
    expectTypeOf(withAsyncContext(syncMaybe, body)).toEqualTypeOf<Maybe>();
    expectTypeOf(withAsyncContext(new AsyncExitStack(), body)).toEqualTypeOf<Maybe>();
    expectTypeOf(withAsyncContext([silent, resource], body)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(withAsyncContext([silent, syncMaybe], body)).toEqualTypeOf<Maybe>();
  });

  test("the body gets what entering gives", async () => {
    await withAsyncContext([silent, resource, new ExitStack(), maybe], (values) => {
      expectTypeOf(values).toEqualTypeOf<[number, typeof resource, ExitStack, string]>();
    });
    await withAsyncContext(silent, (value) => {
      expectTypeOf(value).toEqualTypeOf<number>();
    });
    expect.assertions(0);
  });

  test("only managers and disposables are taken", async () => {
    // @ts-expect-error -- a number
    await expect(withAsyncContext(1, body)).rejects.toThrow(TypeError);
    // @ts-expect-error -- a number in a tuple
    await expect(withAsyncContext([silent, 1], body)).rejects.toThrow(TypeError);
  });
});
