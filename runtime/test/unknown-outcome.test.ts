import { describe, expect, test } from "vitest";

import {
  AsyncExitStack,
  type ContextManager,
  ExitStack,
  type Failure,
  UnknownOutcome,
  withAsyncContext,
  withContext,
} from "../src/index.js";

test("it says what it is", () => {
  const error = new UnknownOutcome();
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe("UnknownOutcome: complete() was not called");
  // It was thrown nowhere.
  expect(error.stack).toBe(String(error));
});

/** Notes what each exit saw: the name, and what was thrown, `unknown`, or `success`. */
function recorder() {
  const seen: string[] = [];
  function note(name: string, failure: Failure | undefined): void {
    if (!failure) seen.push(`${name}: success`);
    else if (failure.error instanceof UnknownOutcome) seen.push(`${name}: unknown`);
    else seen.push(`${name}: ${String(failure.error)}`);
  }
  return {
    seen,
    exit: (name: string, answer?: boolean) => (failure?: Failure) => {
      note(name, failure);
      return answer;
    },
    manager: (name: string) => ({
      enter: () => name,
      exit: (failure?: Failure): void => {
        note(name, failure);
      },
    }),
    releasable: (name: string) => ({
      enter: () => name,
      exit: (failure?: Failure): void => {
        note(name, failure);
      },
      [Symbol.dispose]: () => {
        seen.push(`${name}: disposed`);
      },
    }),
    asyncReleasable: (name: string) => ({
      enterAsync: () => Promise.resolve(name),
      exitAsync: (failure?: Failure): Promise<void> => {
        note(name, failure);
        return Promise.resolve();
      },
      [Symbol.asyncDispose]: () => {
        seen.push(`${name}: disposed`);
        return Promise.resolve();
      },
    }),
  };
}

/** What both stacks have in common, but that one of them takes its time for entering. */
type EitherStack = Omit<ExitStack, "enterContext" | "move"> & {
  enterContext<T>(manager: ContextManager<T> | EitherStack): T | Promise<T>;
  move(): EitherStack;
};

/** The rules are the same for both stacks. */
const kinds = [
  {
    kind: "ExitStack",
    make: () => new ExitStack(),
    release: (stack: ExitStack) =>
      new Promise<void>((resolve) => {
        stack.dispose();
        resolve();
      }),
    exit: (stack: ExitStack, failure?: Failure) => Promise.resolve(stack.exit(failure)),
  },
  {
    kind: "AsyncExitStack",
    make: () => new AsyncExitStack(),
    release: (stack: AsyncExitStack) => stack.disposeAsync(),
    exit: (stack: AsyncExitStack, failure?: Failure) => stack.exitAsync(failure),
  },
] as unknown as readonly {
  kind: string;
  make: () => EitherStack;
  release: (stack: EitherStack) => Promise<void>;
  exit: (stack: EitherStack, failure?: Failure) => Promise<boolean>;
}[];

describe.for(kinds)("a plain release of an $kind", ({ make, release, exit }) => {
  test("exits managers as failed, and nothing is thrown", async () => {
    const { seen, manager, exit: pushed } = recorder();
    const stack = make();
    await stack.enterContext(manager("manager"));
    stack.push(pushed("push"));
    await release(stack);
    expect(seen).toEqual(["push: unknown", "manager: unknown"]);
  });

  test("releases those that can be disposed, and tells use, adopt and defer nothing", async () => {
    const { seen, releasable } = recorder();
    const stack = make();
    await stack.enterContext(releasable("manager"));
    stack.use({
      [Symbol.dispose]: (...told: unknown[]) => void seen.push(`use ${String(told.length)}`),
    });
    stack.adopt("value", (...told: unknown[]) => void seen.push(`adopt ${told.join()}`));
    stack.defer((...told: unknown[]) => void seen.push(`defer ${String(told.length)}`));
    await release(stack);
    expect(seen).toEqual(["defer 0", "adopt value", "use 0", "manager: disposed"]);
  });

  test("after complete() is a success, also for those that can be disposed", async () => {
    const { seen, manager, releasable, exit: pushed } = recorder();
    const stack = make();
    await stack.enterContext(manager("manager"));
    await stack.enterContext(releasable("releasable"));
    stack.complete();
    stack.push(pushed("pushed after it"));
    await release(stack);
    expect(seen).toEqual(["pushed after it: success", "releasable: success", "manager: success"]);
  });

  test("complete() moves along", async () => {
    const { seen, exit: pushed } = recorder();
    const stack = make();
    stack.push(pushed("push"));
    stack.complete();
    await release(stack.move());
    const untold = make();
    untold.push(pushed("untold"));
    await release(untold.move());
    expect(seen).toEqual(["push: success", "untold: unknown"]);
  });

  test("answering true means nothing", async () => {
    const { seen, exit: pushed } = recorder();
    const stack = make();
    stack.push(pushed("outer"));
    stack.push(pushed("inner", true));
    await release(stack);
    expect(seen).toEqual(["inner: unknown", "outer: unknown"]);
  });

  test("an UnknownOutcome that an exit throws back is not thrown", async () => {
    const { seen, exit: pushed } = recorder();
    const stack = make();
    stack.push(pushed("outer"));
    stack.push((failure) => {
      throw failure?.error;
    });
    await release(stack);
    expect(seen).toEqual(["outer: unknown"]);
  });

  test("what an exit throws is a failure from there on, and is not wrapped", async () => {
    const { seen, releasable, exit: pushed } = recorder();
    const error = new Error("rollback failed");
    const stack = make();
    stack.push(pushed("outer"));
    await stack.enterContext(releasable("releasable"));
    stack.push(() => {
      throw error;
    });
    await expect(release(stack)).rejects.toBe(error);
    expect(seen).toEqual(["releasable: Error: rollback failed", "outer: Error: rollback failed"]);
  });

  test("with that failure suppressed, the outcome is unknown again", async () => {
    const { seen, exit: pushed } = recorder();
    const stack = make();
    stack.push(pushed("outer"));
    stack.push(pushed("suppressing", true));
    stack.defer(() => {
      throw new Error("failed");
    });
    await release(stack);
    expect(seen).toEqual(["suppressing: Error: failed", "outer: unknown"]);
  });

  test("one UnknownOutcome is seen by all", async () => {
    const seen: unknown[] = [];
    const stack = make();
    stack.push((failure) => void seen.push(failure?.error));
    stack.push((failure) => void seen.push(failure?.error));
    await release(stack);
    expect(seen[0]).toBeInstanceOf(UnknownOutcome);
    expect(seen[1]).toBe(seen[0]);
  });

  test("an exit that is given an UnknownOutcome passes it on as unknown", async () => {
    const { seen, releasable, exit: pushed } = recorder();
    const stack = make();
    stack.push(pushed("push", true));
    await stack.enterContext(releasable("releasable"));
    expect(await exit(stack, { error: new UnknownOutcome() })).toBe(false);
    expect(seen).toEqual(["releasable: disposed", "push: unknown"]);
  });

  describe("inside a stack", () => {
    for (const into of ["use", "enterContext"] as const) {
      test(`taken by ${into}, it takes the outer one's outcome where that is known`, async () => {
        const { seen, exit: pushed } = recorder();
        const nest = async (): Promise<EitherStack> => {
          const inner = make();
          inner.push(pushed("inner"));
          const outer = make();
          await (into === "use" ? outer.use(inner) : outer.enterContext(inner));
          return outer;
        };

        await exit(await nest());
        await exit(await nest(), { error: "failed" });
        const completed = await nest();
        completed.complete();
        await release(completed);
        await release(await nest());
        expect(seen).toEqual([
          "inner: success",
          "inner: failed",
          "inner: success",
          "inner: unknown",
        ]);
      });

      test(`taken by ${into}, its own complete() counts while the outer one's is unknown`, async () => {
        const { seen, exit: pushed } = recorder();
        const nest = async (): Promise<EitherStack> => {
          const inner = make();
          inner.push(pushed("inner"));
          inner.complete();
          const outer = make();
          await (into === "use" ? outer.use(inner) : outer.enterContext(inner));
          return outer;
        };

        await release(await nest());
        await exit(await nest(), { error: "failed" });
        const failing = await nest();
        failing.defer(() => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- a plain value is easy to compare
          throw "while releasing";
        });
        await expect(release(failing)).rejects.toBe("while releasing");
        expect(seen).toEqual(["inner: success", "inner: failed", "inner: while releasing"]);
      });
    }

    test("it may suppress the failure there too", async () => {
      const inner = make();
      inner.push(() => true);
      const outer = make();
      outer.use(inner);
      expect(await exit(outer, { error: "failed" })).toBe(true);
    });
  });
});

test("an AsyncExitStack holds synchronous stacks by the same rules", async () => {
  const { seen, exit } = recorder();
  const inner = new ExitStack();
  inner.push(exit("inner"));
  const outer = new AsyncExitStack();
  outer.use(inner);
  await outer.exitAsync({ error: "failed" });
  expect(seen).toEqual(["inner: failed"]);
});

test("an AsyncExitStack releases async managers by [Symbol.asyncDispose]", async () => {
  const { seen, asyncReleasable } = recorder();
  const stack = new AsyncExitStack();
  await stack.enterContext(asyncReleasable("manager"));
  await stack.disposeAsync();
  expect(seen).toEqual(["manager: disposed"]);
});

test("a body that throws an UnknownOutcome itself throws it on", async () => {
  const error = new UnknownOutcome();
  const suppressing = { enter: () => 1, exit: () => true };
  expect(() =>
    withContext(suppressing, () => {
      throw error;
    }),
  ).toThrow(error);
  await expect(
    withAsyncContext(suppressing, () => {
      throw error;
    }),
  ).rejects.toBe(error);
});
