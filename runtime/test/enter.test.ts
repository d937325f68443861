import { describe, expect, expectTypeOf, test } from "vitest";

import {
  AsyncExitStack,
  enter,
  enterAsync,
  type EnteredAsyncContext,
  type EnteredContext,
  ExitStack,
  type Failure,
  UnknownOutcome,
} from "../src/index.js";

function recorder() {
  const log: string[] = [];
  const note = (failure?: Failure): void => {
    if (!failure) log.push("success");
    else log.push(failure.error instanceof UnknownOutcome ? "unknown" : String(failure.error));
  };
  return {
    log,
    manager: { enter: () => "value", exit: note },
    releasable: {
      enter: () => "value",
      exit: note,
      [Symbol.dispose]: () => void log.push("disposed"),
    },
    failing: {
      enter: () => "value",
      exit: (): void => {
        throw new RangeError("exit");
      },
    },
    suppressing: { enter: () => "value", exit: () => true },
    asyncManager: {
      enterAsync: () => Promise.resolve("value"),
      exitAsync: (failure?: Failure): Promise<void> => Promise.resolve(note(failure)),
    },
  };
}

interface Kind {
  readonly kind: string;
  readonly hold: (manager: unknown) => Promise<EnteredContext<unknown>>;
  readonly release: (handle: EnteredContext<unknown>) => Promise<void>;
}

const kinds: readonly Kind[] = [
  {
    kind: "enter",
    hold: (manager) => Promise.resolve().then(() => enter(manager as Disposable)),
    release: (handle) => Promise.resolve().then(() => handle[Symbol.dispose]()),
  },
  {
    kind: "enterAsync",
    hold: (manager) => enterAsync(manager as Disposable) as never,
    release: (handle) =>
      (handle as unknown as AsyncDisposable)[Symbol.asyncDispose]() as Promise<void>,
  },
];

describe.for(kinds)("$kind", ({ hold, release }) => {
  test("gives the value, and exits as failed with an unknown outcome", async () => {
    const { log, manager } = recorder();
    const handle = await hold(manager);
    expect(handle.value).toBe("value");
    expect(log).toEqual([]);
    await release(handle);
    expect(log).toEqual(["unknown"]);
  });

  test("exits as completed after complete()", async () => {
    const { log, manager, releasable } = recorder();
    for (const one of [manager, releasable]) {
      const handle = await hold(one);
      handle.complete();
      await release(handle);
    }
    expect(log).toEqual(["success", "success"]);
  });

  test("releases what says itself what that means", async () => {
    const { log, releasable } = recorder();
    await release(await hold(releasable));
    expect(log).toEqual(["disposed"]);
  });

  test("exits once, and can be completed only before that", async () => {
    const { log, manager } = recorder();
    const handle = await hold(manager);
    await release(handle);
    await release(handle);
    expect(log).toEqual(["unknown"]);
    expect(() => handle.complete()).toThrow(ReferenceError);
  });

  test("throws what the exit throws; answering true means nothing", async () => {
    const { failing, suppressing } = recorder();
    await expect(hold(failing).then(release)).rejects.toThrow(new RangeError("exit"));
    await release(await hold(suppressing));
  });

  test("takes a plain disposable as its own value", async () => {
    const log: string[] = [];
    const resource = { [Symbol.dispose]: () => void log.push("disposed") };
    const handle = await hold(resource);
    expect(handle.value).toBe(resource);
    await release(handle);
    expect(log).toEqual(["disposed"]);
  });

  test("throws what entering throws, and refuses what is no manager", async () => {
    const failing = {
      enter: () => {
        throw new RangeError("no entry");
      },
      exit: () => {},
    };
    await expect(hold(failing)).rejects.toThrow("no entry");
    await expect(hold({})).rejects.toThrow(TypeError);
  });

  test("takes the outcome of the stack around it where that is known", async () => {
    const { log, manager, suppressing } = recorder();
    const nest = async (): Promise<AsyncExitStack> => {
      const stack = new AsyncExitStack();
      stack.use(await hold(manager));
      return stack;
    };
    await (await nest()).exitAsync();
    await (await nest()).exitAsync({ error: "failed" });
    await (await nest()).disposeAsync();
    const completed = await nest();
    completed.complete();
    await completed.disposeAsync();
    expect(log).toEqual(["success", "failed", "unknown", "success"]);
    const stack = new AsyncExitStack();
    stack.use(await hold(suppressing));
    expect(await stack.exitAsync({ error: "failed" })).toBe(true);
  });
});

test("enterAsync takes async managers; enter refuses them before they are entered", async () => {
  const { log, asyncManager } = recorder();
  {
    await using handle = await enterAsync(asyncManager);
    handle.complete();
  }
  expect(log).toEqual(["success"]);
  expect(() => enter(asyncManager as never)).toThrow(/has no synchronous release.*AsyncExitStack/);
});

test("types", async () => {
  const { manager, asyncManager } = recorder();
  using handle = enter(manager);
  expectTypeOf(handle).toEqualTypeOf<EnteredContext<string>>();
  await using asyncHandle = await enterAsync(asyncManager);
  expectTypeOf(asyncHandle).toEqualTypeOf<EnteredAsyncContext<string>>();
  using stack = new ExitStack();
  // @ts-expect-error -- a handle is exited already
  expect(() => stack.enterContext(enter(manager).value)).toThrow(TypeError);
});
