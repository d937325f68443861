import { describe, expect, expectTypeOf, test, vi } from "vitest";

import {
  AsyncExitStack,
  closing,
  type ContextManager,
  ExitStack,
  type Failure,
  flattenErrors,
  SuppressedError,
  UnknownOutcome,
  withContext,
} from "../src/index.js";

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("has to throw");
}

describe("as a standard DisposableStack", () => {
  test("releases in reverse order, once, whatever was taken by which method", () => {
    const log: string[] = [];
    const stack = new ExitStack();
    stack.use({ [Symbol.dispose]: () => log.push("use") });
    stack.adopt("adopt", (value) => log.push(value));
    stack.defer(() => log.push("defer"));
    expect(stack.disposed).toBe(false);

    stack.dispose();
    stack.dispose();
    stack[Symbol.dispose]();
    expect(log).toEqual(["defer", "adopt", "use"]);
    expect(stack.disposed).toBe(true);
  });

  test("use gives its value back, and null and undefined as well", () => {
    const stack = new ExitStack();
    const value = { [Symbol.dispose]: vi.fn() };
    expect(stack.use(value)).toBe(value);
    expect(stack.use(null)).toBe(null);
    expect(stack.use(undefined)).toBe(undefined);
    stack.dispose();
    expect(value[Symbol.dispose]).toHaveBeenCalledExactlyOnceWith();
    expect(value[Symbol.dispose].mock.contexts).toEqual([value]);
  });

  test("use looks the method up once, at that time", () => {
    let lookups = 0;
    const called: string[] = [];
    const value = {
      get [Symbol.dispose]() {
        lookups++;
        return () => void called.push("first");
      },
    };
    const stack = new ExitStack();
    stack.use(value);
    expect(lookups).toBe(1);
    Object.defineProperty(value, Symbol.dispose, { value: () => void called.push("second") });
    stack.dispose();
    expect(lookups).toBe(1);
    expect(called).toEqual(["first"]);
  });

  test.for([
    ["a number", 1, "1 has no synchronous release"],
    ["a plain object", {}, "an Object has no synchronous release"],
    [
      "an object whose method is null",
      { [Symbol.dispose]: null },
      "an Object has no synchronous release",
    ],
    [
      "an object whose method is none",
      { [Symbol.dispose]: 1 },
      "an Object has no synchronous release",
    ],
    ["an async one", new AsyncExitStack(), "an AsyncExitStack has no synchronous release"],
  ] as const)("use refuses %s", ([, value, message]) => {
    const stack = new ExitStack();
    expect(() => stack.use(value as unknown as Disposable)).toThrow(TypeError);
    expect(() => stack.use(value as unknown as Disposable)).toThrow(message);
    expect(() => stack.use(value as unknown as Disposable)).toThrow(/closing|not a function/);
    stack.dispose();
  });

  test("adopt and defer call with exactly the standard's arguments and no receiver", () => {
    const adopted = vi.fn<(value: string) => void>();
    const deferred = vi.fn<() => void>();
    const stack = new ExitStack();
    expect(stack.adopt("value", adopted)).toBe("value");
    stack.defer(deferred);
    stack.dispose();
    expect(adopted.mock.calls).toEqual([["value"]]);
    expect(adopted.mock.contexts).toEqual([undefined]);
    expect(deferred.mock.calls).toEqual([[]]);
    expect(deferred.mock.contexts).toEqual([undefined]);
    expect(() => new ExitStack().adopt(1, undefined as never)).toThrow(TypeError);
    expect(() => {
      new ExitStack().defer({} as never);
    }).toThrow("an Object is not a function");
  });

  test("move hands everything on; the old stack counts as released", () => {
    const log: string[] = [];
    const stack = new ExitStack();
    stack.defer(() => log.push("a"));
    stack.defer(() => log.push("b"));
    const moved = stack.move();
    expect(moved).toBeInstanceOf(ExitStack);
    expect(stack.disposed).toBe(true);
    expect(moved.disposed).toBe(false);
    stack.dispose();
    expect(log).toEqual([]);
    moved.dispose();
    expect(log).toEqual(["b", "a"]);
  });

  test("move gives a plain ExitStack, also of a subclass", () => {
    class Special extends ExitStack {}
    expect(Object.getPrototypeOf(new Special().move())).toBe(ExitStack.prototype);
  });

  test("a released or moved stack takes nothing more", () => {
    const released = new ExitStack();
    released.dispose();
    const moved = new ExitStack();
    moved.move();
    const enter = vi.fn<() => void>();
    for (const stack of [released, moved]) {
      for (const method of [
        () => stack.use(null),
        () => stack.adopt(1, () => {}),
        () => {
          stack.defer(() => {});
        },
        () => stack.enterContext({ enter, exit: () => {} }),
        () => stack.push(() => {}),
        () => {
          stack.complete();
        },
        () => stack.move(),
        () => stack.enter(),
      ]) {
        expect(method).toThrow(ReferenceError);
        expect(method).toThrow("This stack was released or moved");
      }
    }
    expect(enter).not.toHaveBeenCalled();
  });

  test("what is added during the release is refused", () => {
    const stack = new ExitStack();
    stack.defer(() => {
      stack.defer(() => {});
    });
    expect(() => {
      stack.dispose();
    }).toThrow(ReferenceError);
  });

  test("its members are those of the standard", () => {
    expect(ExitStack.prototype[Symbol.dispose]).toBe(ExitStack.prototype.dispose);
    expect(Object.prototype.toString.call(new ExitStack())).toBe("[object ExitStack]");
    expect(Object.getOwnPropertyDescriptor(ExitStack.prototype, Symbol.toStringTag)).toEqual({
      value: "ExitStack",
      writable: false,
      enumerable: false,
      configurable: true,
    });
    expect(Object.keys(new ExitStack())).toEqual([]);
    expect(() => {
      Reflect.apply(ExitStack.prototype.dispose, {}, []);
    }).toThrow(TypeError);
  });

  test("works under using", () => {
    const log: string[] = [];
    {
      using stack = new ExitStack();
      stack.defer(() => log.push("released"));
      log.push("body");
    }
    expect(log).toEqual(["body", "released"]);
  });
});

describe("when releases fail", () => {
  test("one error comes out as it is, and the others are released", () => {
    const error = new Error("failed");
    const log: string[] = [];
    const stack = new ExitStack();
    stack.defer(() => log.push("a"));
    stack.defer(() => {
      throw error;
    });
    stack.defer(() => log.push("b"));
    expect(
      thrownBy(() => {
        stack.dispose();
      }),
    ).toBe(error);
    expect(log).toEqual(["b", "a"]);
    expect(stack.disposed).toBe(true);
  });

  test("several come out as nested SuppressedErrors, the newest outermost", () => {
    const stack = new ExitStack();
    for (const name of ["third", "second", "first"]) {
      stack.defer(() => {
        throw new Error(name);
      });
    }
    const error = thrownBy(() => {
      stack.dispose();
    }) as SuppressedError;
    expect(error).toBeInstanceOf(SuppressedError);
    expect(String(error.error)).toBe("Error: third");
    const older = error.suppressed as SuppressedError;
    expect(older).toBeInstanceOf(SuppressedError);
    expect([older.error, older.suppressed].map(String)).toEqual(["Error: second", "Error: first"]);
  });

  test("undefined is an error like any other", () => {
    const seen: (Failure | undefined)[] = [];
    const stack = new ExitStack();
    stack.push((failure) => void seen.push(failure));
    stack.defer(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what this is about
      throw undefined;
    });
    let caught = false;
    try {
      stack.dispose();
    } catch (error) {
      caught = true;
      expect(error).toBe(undefined);
    }
    expect(caught).toBe(true);
    expect(seen).toEqual([{ error: undefined }]);
  });

  test("a release that returns a promise is reported, not dropped", () => {
    const log: string[] = [];
    const stack = new ExitStack();
    stack.defer(() => log.push("others"));
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- what this is about
    stack.defer(() => Promise.resolve());
    const error = thrownBy(() => {
      stack.dispose();
    });
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(
      /\(\) => Promise\.resolve\(\) has no synchronous release.*AsyncExitStack/,
    );
    expect(log).toEqual(["others"]);

    const using = new ExitStack();
    class Connection {
      [Symbol.dispose]() {
        return Promise.resolve();
      }
    }
    using.use(new Connection());
    expect(() => {
      using.dispose();
    }).toThrow("a Connection has no synchronous release");

    const exiting = new ExitStack();
    exiting.push((() => Promise.resolve(true)) as unknown as () => boolean);
    expect(() => exiting.exit({ error: "failed" })).toThrow(SuppressedError);
  });

  test("ten thousand failures neither overflow the stack nor take long", () => {
    const stack = new ExitStack();
    for (let index = 0; index < 10_000; index++) {
      stack.defer(() => {
        throw new Error(String(index));
      });
    }
    const errors = flattenErrors(
      thrownBy(() => {
        stack.dispose();
      }),
    );
    expect(errors.length).toBe(10_000);
    expect(String(errors[0])).toBe("Error: 9999");
  });
});

describe("as a context manager", () => {
  test("gives itself, and tells its exits the outcome", () => {
    const seen: (Failure | undefined)[] = [];
    const result = withContext(new ExitStack(), (stack) => {
      expectTypeOf(stack).toEqualTypeOf<ExitStack>();
      stack.push((failure) => void seen.push(failure));
      return "result";
    });
    expect(result).toBe("result");
    expect(seen).toEqual([undefined]);
  });

  test("each exit sees the newest error, and one that returns exactly true suppresses it", () => {
    const seen: unknown[] = [];
    const stack = new ExitStack();
    stack.push((failure) => void seen.push(failure));
    stack.push((failure) => {
      seen.push(failure?.error);
      return true;
    });
    for (const answer of [1, "true", {}, false, undefined, null]) {
      stack.push(() => answer as boolean);
    }
    stack.push((failure) => {
      seen.push(failure?.error);
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a plain value is easy to compare
      throw "newer";
    });
    expect(stack.exit({ error: "older" })).toBe(true);
    expect(seen).toEqual(["older", "newer", undefined]);
  });

  test("answers false when the failure goes on, and when there was none", () => {
    const failing = new ExitStack();
    failing.push(() => false);
    expect(failing.exit({ error: 1 })).toBe(false);
    const fine = new ExitStack();
    fine.push(() => true);
    expect(fine.exit()).toBe(false);
  });

  test("an error that was given may be thrown again", () => {
    const error = new Error("given");
    const stack = new ExitStack();
    stack.push((failure) => {
      throw failure?.error;
    });
    expect(stack.exit({ error })).toBe(false);
  });

  test("NaN thrown again is the same error", () => {
    const stack = new ExitStack();
    stack.push((failure) => {
      throw failure?.error;
    });
    expect(stack.exit({ error: NaN })).toBe(false);
  });

  test("a translation replaces the error, and keeps its cause", () => {
    const error = new Error("given");
    const between = new Error("between", { cause: error });
    const translation = new Error("translated", { cause: between });
    const stack = new ExitStack();
    stack.push(() => {
      throw translation;
    });
    expect(thrownBy(() => stack.exit({ error }))).toBe(translation);
    expect(translation.cause).toBe(between);
  });

  test.for([
    ["a SuppressedError's newer error", (error: Error) => new SuppressedError(error, "older")],
    ["a SuppressedError's older error", (error: Error) => new SuppressedError("newer", error)],
    [
      "the cause of what a SuppressedError holds",
      (error: Error) => new SuppressedError(new Error("newer", { cause: error }), "older"),
    ],
    [
      "what the SuppressedError of a polyfill holds",
      (error: Error) => Object.assign(new Error("both"), { error: "newer", suppressed: error }),
    ],
    ["the error that an event of another library holds", (error: Error) => ({ error })],
    ["what an error says that it suppressed", (suppressed: Error) => ({ suppressed })],
  ] as const)("%s counts as translated", ([, translate]) => {
    const error = new Error("given");
    const translation = translate(error);
    const stack = new ExitStack();
    stack.push(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- anything can be thrown
      throw translation;
    });
    expect(thrownBy(() => stack.exit({ error }))).toBe(translation);
  });

  test.for([
    ["one among the errors of an AggregateError", (one: Error) => new AggregateError([one])],
    ["one held under any other name", (inner: Error) => Object.assign(new Error("x"), { inner })],
    ["one that is only alike", () => new Error("x", { cause: new Error("given") })],
  ] as const)("%s is not translated", ([, tell]) => {
    const error = new Error("given");
    const other = tell(error);
    const stack = new ExitStack();
    stack.push(() => {
      throw other;
    });
    const thrown = thrownBy(() => stack.exit({ error })) as SuppressedError;
    expect(thrown).toBeInstanceOf(SuppressedError);
    expect([thrown.error, thrown.suppressed]).toEqual([other, error]);
  });

  test("a stack inside another one is told the outcome, unless its release was overridden", () => {
    const log: unknown[] = [];
    class Logged extends ExitStack {
      override [Symbol.dispose]() {
        log.push("overridden");
        super.dispose();
      }
    }
    for (const nested of [new ExitStack(), new Logged()]) {
      nested.push((failure) => void log.push(failure?.error instanceof UnknownOutcome));
      const stack = new ExitStack();
      stack.use(nested);
      stack.exit();
    }
    expect(log).toEqual([false, "overridden", true]);
  });

  test("what a stack inside another one has told is not told again", () => {
    const [body, between, inner] = [new Error("body"), new Error("between"), new Error("inner")];
    const nested = new ExitStack();
    nested.defer(() => {
      throw inner;
    });
    const stack = new ExitStack();
    stack.use(nested);
    stack.defer(() => {
      throw between;
    });
    const thrown = thrownBy(() => stack.exit({ error: body }));
    expect(flattenErrors(thrown)).toEqual([body, between, inner]);
  });

  test("a translation replaces only the current error", () => {
    const stack = new ExitStack();
    const second = new Error("second");
    const translation = new Error("translated", { cause: second });
    stack.push(() => {
      throw translation;
    });
    stack.defer(() => {
      throw second;
    });
    const first = new Error("first");
    const error = thrownBy(() => stack.exit({ error: first })) as SuppressedError;
    expect(error.error).toBe(translation);
    expect(error.suppressed).toBe(first);
  });

  test("the cause of an older error is no translation of the current one", () => {
    const first = new Error("first");
    const stack = new ExitStack();
    stack.defer(() => {
      throw new Error("third", { cause: first });
    });
    stack.defer(() => {
      throw new Error("second");
    });
    const thrown = thrownBy(() => stack.exit({ error: first }));
    expect(flattenErrors(thrown).map(String)).toEqual([
      "Error: first",
      "Error: second",
      "Error: third",
    ]);
  });

  test("an undefined error has no translation by lack of a cause", () => {
    const plain = new Error("plain");
    const stack = new ExitStack();
    stack.push(() => {
      throw plain;
    });
    const error = thrownBy(() => stack.exit({ error: undefined })) as SuppressedError;
    expect(error).toBeInstanceOf(SuppressedError);
    expect(error.error).toBe(plain);
    expect(error.suppressed).toBe(undefined);

    const translation = new Error("translated", { cause: undefined });
    const other = new ExitStack();
    other.push(() => {
      throw translation;
    });
    expect(thrownBy(() => other.exit({ error: undefined }))).toBe(translation);
  });

  test("causes in a circle, and causes that throw, keep no exit from running", () => {
    const circle = new Error("circle");
    circle.cause = circle;
    const hostile = new Error("hostile");
    Object.defineProperty(hostile, "cause", {
      get: () => {
        throw new Error("no cause");
      },
    });
    const last = vi.fn();
    const stack = new ExitStack();
    stack.defer(last);
    stack.defer(() => {
      throw hostile;
    });
    stack.defer(() => {
      throw circle;
    });
    const thrown = thrownBy(() => stack.exit({ error: "body" }));
    expect(flattenErrors(thrown)).toEqual(["body", circle, hostile]);
    expect(last).toHaveBeenCalledOnce();
  });

  test("an inner stack's SuppressedError that tells of the error replaces it", () => {
    const inner = new ExitStack();
    inner.defer(() => {
      throw new Error("release");
    });
    const outer = new ExitStack();
    outer.enterContext(inner);
    const body = new Error("body");
    const thrown = thrownBy(() => outer.exit({ error: body })) as SuppressedError;
    expect(flattenErrors(thrown).map(String)).toEqual(["Error: body", "Error: release"]);
    expect(thrown.suppressed).toBe(body);
  });

  test("a suppressed error is forgotten with all that it came on top of", () => {
    const stack = new ExitStack();
    stack.defer(() => {
      throw new Error("later");
    });
    stack.push(() => true);
    stack.defer(() => {
      throw new Error("release");
    });
    expect(String(thrownBy(() => stack.exit({ error: "body" })))).toBe("Error: later");
  });

  test("does nothing where it was released or moved in the body", () => {
    const log: string[] = [];
    const kept = withContext(new ExitStack(), (stack) => {
      stack.defer(() => log.push("released"));
      return stack.move();
    });
    expect(log).toEqual([]);
    kept?.dispose();
    expect(log).toEqual(["released"]);
    expect(new ExitStack().move().exit()).toBe(false);
  });

  test("is not entered again once released", () => {
    const stack = new ExitStack();
    withContext(stack, () => {});
    expect(() => withContext(stack, () => {})).toThrow(ReferenceError);
  });
});

describe("enterContext", () => {
  test("gives what enter gives, and takes disposables as use does", () => {
    const stack = new ExitStack();
    const entered = stack.enterContext({ enter: () => 1 as const, exit: () => {} });
    expectTypeOf(entered).toEqualTypeOf<1>();
    expect(entered).toBe(1);
    const file = closing({ close: vi.fn() });
    expect(stack.enterContext(file)).toBe(file);
    stack.dispose();
    expect(file.close).toHaveBeenCalledOnce();
  });

  test("a manager that fails to enter is not exited; the stack goes on", () => {
    const exit = vi.fn();
    const others = vi.fn();
    const stack = new ExitStack();
    stack.defer(others);
    expect(() =>
      stack.enterContext({
        enter: () => {
          throw new Error("no entry");
        },
        exit,
      }),
    ).toThrow("no entry");
    expect(stack.disposed).toBe(false);
    stack.dispose();
    expect(exit).not.toHaveBeenCalled();
    expect(others).toHaveBeenCalledOnce();
  });

  test("refuses what is no manager, and async ones, before entering", () => {
    const stack = new ExitStack();
    const enterAsync = vi.fn();
    expect(() => stack.enterContext({ enterAsync, exitAsync: vi.fn() } as never)).toThrow(
      "an Object has no synchronous release: use closing(), adopt() or AsyncExitStack",
    );
    expect(() => stack.enterContext(new AsyncExitStack() as never)).toThrow(TypeError);
    expect(() => stack.enterContext({ enter: () => 1 } as never)).toThrow(
      "an Object has no synchronous release: use closing(), adopt() or AsyncExitStack",
    );
    expect(enterAsync).not.toHaveBeenCalled();
  });

  test("looks its methods up once, before entering", () => {
    const log: string[] = [];
    const manager: ContextManager<void> = {
      enter: () => {
        manager.exit = () => void log.push("exchanged");
      },
      exit: () => void log.push("original"),
    };
    withContext(new ExitStack(), (stack) => {
      stack.enterContext(manager);
    });
    expect(log).toEqual(["original"]);
  });

  test("exits a manager whose entering released the stack", () => {
    const seen: unknown[] = [];
    const stack = new ExitStack();
    const manager = {
      enter: () => {
        stack.dispose();
      },
      exit: (failure?: Failure): void => {
        seen.push(failure?.error);
      },
    };
    const error = thrownBy(() => {
      stack.enterContext(manager);
    });
    expect(error).toBeInstanceOf(ReferenceError);
    expect(seen).toEqual([error]);
  });
});

describe("push", () => {
  test("gives back what it takes: a function, or a manager that was entered", () => {
    const exit = vi.fn();
    const manager = { exit: vi.fn() };
    withContext(new ExitStack(), (stack) => {
      expect(stack.push(exit)).toBe(exit);
      expect(stack.push(manager)).toBe(manager);
    });
    expect(exit).toHaveBeenCalledExactlyOnceWith(undefined);
    expect(manager.exit).toHaveBeenCalledExactlyOnceWith(undefined);
    expect(manager.exit.mock.contexts).toEqual([manager]);
  });

  test.for([undefined, null, 1, {}, { exit: 1 }])("refuses %o", (value) => {
    expect(() => new ExitStack().push(value as never)).toThrow(TypeError);
  });
});

test("types", () => {
  expectTypeOf<ExitStack>().toExtend<DisposableStack>();
  expectTypeOf<ExitStack>().toExtend<Disposable>();
  expectTypeOf<ExitStack>().toExtend<ContextManager<ExitStack>>();
  expectTypeOf<ExitStack>().not.toExtend<AsyncDisposable>();
  expectTypeOf(new ExitStack().adopt("x", () => {})).toEqualTypeOf<string>();
  expectTypeOf(new ExitStack().use(null)).toEqualTypeOf<null>();
  // @ts-expect-error -- no disposable
  expect(() => new ExitStack().use({})).toThrow(TypeError);
  // @ts-expect-error -- an async one
  expect(() => new ExitStack().use(new AsyncExitStack())).toThrow(TypeError);
  const stack = new ExitStack();
  // @ts-expect-error -- an async one
  expect(() => stack.enterContext(new AsyncExitStack())).toThrow(TypeError);
  stack.dispose();
});
