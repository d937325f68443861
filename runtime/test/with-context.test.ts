import { describe, expect, expectTypeOf, test, vi } from "vitest";

import {
  AsyncExitStack,
  type ContextManager,
  ExitStack,
  type Failure,
  flattenErrors,
  SuppressedError,
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

/** A manager that notes in a log what happens to it. */
function logged(log: string[], name: string, exit?: (failure?: Failure) => boolean | undefined) {
  return {
    enter: () => {
      log.push(`enter ${name}`);
      return name;
    },
    exit: (failure?: Failure) => {
      log.push(`exit ${name}${failure ? `: ${String(failure.error)}` : ""}`);
      return exit?.(failure);
    },
  };
}

const fail = (error: unknown) => (): never => {
  throw error;
};

describe("one manager", () => {
  test("is entered, the body runs with its value, and it is exited without a failure", () => {
    const exit = vi.fn();
    const enter = vi.fn(() => "value");
    const manager = { enter, exit };
    const result = withContext(manager, (value) => {
      expect(exit).not.toHaveBeenCalled();
      return `${value}!`;
    });
    expect(result).toBe("value!");
    expect(enter).toHaveBeenCalledExactlyOnceWith();
    expect(exit).toHaveBeenCalledExactlyOnceWith(undefined);
    expect(enter.mock.contexts).toEqual([manager]);
    expect(exit.mock.contexts).toEqual([manager]);
  });

  test("sees the body's failure, which goes on as it was thrown", () => {
    const error = new Error("body");
    const exit = vi.fn();
    expect(thrownBy(() => withContext({ enter: () => 1, exit }, fail(error)))).toBe(error);
    expect(exit).toHaveBeenCalledExactlyOnceWith({ error });
  });

  test("sees a thrown undefined as a failure", () => {
    const exit = vi.fn();
    let caught = false;
    try {
      withContext({ enter: () => 1, exit }, fail(undefined));
    } catch (error) {
      caught = true;
      expect(error).toBe(undefined);
    }
    expect(caught).toBe(true);
    expect(exit).toHaveBeenCalledExactlyOnceWith({ error: undefined });
  });

  test("suppresses the failure by exactly true", () => {
    const manager = { enter: () => 1, exit: () => true };
    expect(withContext(manager, fail(new Error("body")))).toBe(undefined);
    for (const answer of [1, "true", {}, [], false, null, undefined, Symbol("true")]) {
      const other = { enter: () => 1, exit: () => answer as boolean };
      expect(thrownBy(() => withContext(other, fail("body")))).toBe("body");
    }
  });

  test("gives the body's result though its exit answers true", () => {
    expect(withContext({ enter: () => 1, exit: () => true }, () => "result")).toBe("result");
  });

  test("that fails to enter is not exited, and the body does not run", () => {
    const exit = vi.fn();
    const body = vi.fn();
    expect(thrownBy(() => withContext({ enter: fail("enter"), exit }, body))).toBe("enter");
    expect(exit).not.toHaveBeenCalled();
    expect(body).not.toHaveBeenCalled();
  });

  test("throws from its exit what it likes", () => {
    const given = new Error("body");
    const own = new Error("exit");
    const translation = new Error("translated", { cause: new Error("between", { cause: given }) });
    const exiting = (exit: (failure?: Failure) => void) => ({ enter: () => 1, exit });

    expect(thrownBy(() => withContext(exiting(fail(own)), () => 1))).toBe(own);
    expect(
      thrownBy(() =>
        withContext(
          exiting((failure) => {
            throw failure?.error;
          }),
          fail(given),
        ),
      ),
    ).toBe(given);
    expect(thrownBy(() => withContext(exiting(fail(translation)), fail(given)))).toBe(translation);
    const both = thrownBy(() => withContext(exiting(fail(own)), fail(given))) as SuppressedError;
    expect(both).toBeInstanceOf(SuppressedError);
    expect(both.error).toBe(own);
    expect(both.suppressed).toBe(given);
  });

  test("has its methods looked up once, before it is entered", () => {
    const lookups: string[] = [];
    const log: string[] = [];
    const manager = {
      get enter() {
        lookups.push("enter");
        return () => {
          Object.defineProperty(manager, "exit", { value: () => void log.push("exchanged") });
        };
      },
      get exit() {
        lookups.push("exit");
        return () => void log.push("original");
      },
    };
    withContext(manager, () => {});
    expect(lookups).toEqual(["enter", "exit"]);
    expect(log).toEqual(["original"]);
  });

  test("may be a function with the methods", () => {
    const manager = Object.assign(() => {}, { enter: () => "function", exit: () => {} });
    expect(withContext(manager, (value) => value)).toBe("function");
  });

  test("may be nested", () => {
    const log: string[] = [];
    const result = withContext(
      logged(log, "a", () => true),
      () => withContext(logged(log, "b"), fail("body")),
    );
    expect(result).toBe(undefined);
    expect(log).toEqual(["enter a", "enter b", "exit b: body", "exit a: body"]);
  });
});

describe("a Disposable", () => {
  test("is given to the body, and released without being told anything", () => {
    const resource = { [Symbol.dispose]: vi.fn(() => true as unknown as undefined) };
    expect(withContext(resource, (value) => value)).toBe(resource);
    expect(thrownBy(() => withContext(resource, fail("body")))).toBe("body");
    expect(resource[Symbol.dispose].mock.calls).toEqual([[], []]);
    expect(resource[Symbol.dispose].mock.contexts).toEqual([resource, resource]);
  });

  test("that is also a manager is used as a manager", () => {
    const log: string[] = [];
    const both = { ...logged(log, "manager"), [Symbol.dispose]: () => void log.push("disposed") };
    withContext(both, () => {});
    expect(thrownBy(() => withContext(both, fail("body")))).toBe("body");
    expect(log).toEqual(["enter manager", "exit manager", "enter manager", "exit manager: body"]);
  });

  test("whose release returns a promise is reported, not dropped", () => {
    class Connection {
      [Symbol.dispose](): Promise<void> {
        return Promise.resolve();
      }
    }
    expect(() => withContext(new Connection(), () => 1)).toThrow(TypeError);
    expect(() => withContext(new Connection(), () => 1)).toThrow(
      "a Connection has no synchronous release: use closing(), adopt() or AsyncExitStack",
    );
    const error = thrownBy(() => withContext(new Connection(), fail("body")));
    expect(flattenErrors(error)).toEqual(["body", expect.any(TypeError)]);
  });
});

describe("an exit that returns a promise", () => {
  test("is reported, not dropped, and does not suppress", () => {
    const manager = {
      enter: () => 1,
      exit: () => Promise.resolve(true),
    } as unknown as ContextManager<number>;
    expect(() => withContext(manager, () => 1)).toThrow(TypeError);
    expect(flattenErrors(thrownBy(() => withContext(manager, fail("body"))))).toEqual([
      "body",
      expect.any(TypeError),
    ]);
  });
});

describe("a tuple", () => {
  test("is entered from left to right and exited from right to left", () => {
    const log: string[] = [];
    const resource = { [Symbol.dispose]: () => void log.push("dispose") };
    const result = withContext([logged(log, "a"), resource, logged(log, "b")], (values) => {
      expect(values).toEqual(["a", resource, "b"]);
      log.push("body");
      return 1;
    });
    expect(result).toBe(1);
    expect(log).toEqual(["enter a", "enter b", "body", "exit b", "dispose", "exit a"]);
  });

  test("may be empty, and may be any array", () => {
    expect(withContext([], (values) => values.length)).toBe(0);
    const log: string[] = [];
    const managers: ContextManager<string>[] = ["a", "b", "c"].map((name) => logged(log, name));
    expect(withContext(managers, (names) => names.join(""))).toBe("abc");
  });

  test("is checked as a whole before anything is entered", () => {
    const log: string[] = [];
    for (const wrong of [
      1,
      "text",
      null,
      undefined,
      {},
      { enter: () => 1 },
      { exit: () => {} },
      new AsyncExitStack(),
      { enterAsync: fail("entered"), exitAsync: fail("exited") },
      { [Symbol.asyncDispose]: fail("disposed") },
      { [Symbol.dispose]: 1 },
    ]) {
      expect(() => withContext([logged(log, "a"), wrong as Disposable], fail("body"))).toThrow(
        TypeError,
      );
    }
    expect(log).toEqual([]);
  });

  test("each exit sees the newest error; after a suppression, success", () => {
    const log: string[] = [];
    withContext(
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

  test("one that fails to enter has those before it exited, and these may suppress it", () => {
    const log: string[] = [];
    const failing = { enter: fail("no entry"), exit: () => void log.push("never") };
    const body = vi.fn();
    expect(thrownBy(() => withContext([logged(log, "a"), failing, logged(log, "b")], body))).toBe(
      "no entry",
    );
    expect(log).toEqual(["enter a", "exit a: no entry"]);
    expect(withContext([logged(log, "a", () => true), failing], body)).toBe(undefined);
    expect(body).not.toHaveBeenCalled();
  });

  test("every exit runs, and every error is in what comes out", () => {
    const log: string[] = [];
    const error = thrownBy(() =>
      withContext(
        [logged(log, "a", fail("from a")), logged(log, "b"), logged(log, "c", fail("from c"))],
        fail("body"),
      ),
    ) as SuppressedError;
    expect(flattenErrors(error)).toEqual(["body", "from c", "from a"]);
    expect(error.error).toBe("from a");
    expect(log.slice(3)).toEqual(["exit c: body", "exit b: from c", "exit a: from c"]);
  });

  test("errors of exits come out when the body completed, too", () => {
    const log: string[] = [];
    const managers = [logged(log, "a"), logged(log, "b", fail("from b"))] as const;
    expect(thrownBy(() => withContext(managers, () => 1))).toBe("from b");
    expect(log.slice(2)).toEqual(["exit b", "exit a: from b"]);
    const suppressed = [logged(log, "a", () => true), logged(log, "b", fail("from b"))] as const;
    expect(withContext(suppressed, () => 1)).toBe(1);
  });
});

describe("what is no context manager", () => {
  class Pool {
    size = 1;
  }
  test.for([
    [1, "1 has no synchronous release"],
    ["text", '"text" has no synchronous release'],
    [null, "null has no synchronous release"],
    [new Map(), "a Map has no synchronous release"],
    [Pool, "class Pool { has no synchronous release"],
    [Object.create(null), "an object has no synchronous release"],
  ] as const)("%o is named, with the cure", ([value, message]) => {
    const body = vi.fn();
    const error = thrownBy(() => withContext(value as Disposable, body));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
    expect(String(error)).toMatch(/closing\(.*adopt\(/);
    expect(body).not.toHaveBeenCalled();
  });

  test("an async manager is told to use the async form", () => {
    const enterAsync = vi.fn();
    class Session {
      enterAsync = enterAsync;
      exitAsync = vi.fn();
    }
    expect(() => withContext(new Session() as unknown as Disposable, () => 1)).toThrow(
      "a Session has no synchronous release: use closing(), adopt() or AsyncExitStack",
    );
    expect(enterAsync).not.toHaveBeenCalled();
  });
});

describe("a body that returns a promise", () => {
  const body = (() => Promise.resolve(1)) as unknown as () => number;

  test("is refused, after everything was exited as failed", () => {
    const log: string[] = [];
    const error = thrownBy(() => withContext(logged(log, "a"), body));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(
      /^TypeError: The body of withContext returned a promise.*withAsyncContext/,
    );
    expect(log).toEqual(["enter a", `exit a: ${String(error)}`]);
    expect(() => withContext([logged(log, "b")], body)).toThrow(TypeError);
  });

  test("cannot be suppressed", () => {
    expect(() => withContext({ enter: () => 1, exit: () => true }, body)).toThrow(TypeError);
  });

  test("is known by its then, and a getter that throws is a failure of the body", () => {
    const exit = vi.fn();
    const thenable = () => ({ then: () => {} });
    expect(() => withContext({ enter: () => 1, exit }, thenable)).toThrow(TypeError);
    const hostile = () => ({
      get then(): number {
        throw new RangeError("then");
      },
    });
    expect(() => withContext({ enter: () => 1, exit }, hostile)).toThrow(RangeError);
    expect(exit).toHaveBeenCalledTimes(2);
  });
});

describe("types", () => {
  const silent = { enter: () => 1, exit: (): void => {} };
  const never = { enter: () => 1, exit: (): false => false };
  const maybe = { enter: () => 1, exit: (): boolean => false };
  const untyped: ContextManager<number> = maybe;
  const declaredSilent: ContextManager<number, void> = silent;
  const resource = { [Symbol.dispose]: () => {}, size: 1 };

  test("the result says whether a manager may suppress", () => {
    expectTypeOf(withContext(silent, () => "x")).toEqualTypeOf<string>();
    expectTypeOf(withContext(never, () => "x")).toEqualTypeOf<string>();
    expectTypeOf(withContext(declaredSilent, () => "x")).toEqualTypeOf<string>();
    expectTypeOf(withContext(resource, () => "x")).toEqualTypeOf<string>();
    expectTypeOf(withContext(maybe, () => "x")).toEqualTypeOf<string | undefined>();
    expectTypeOf(withContext(untyped, () => "x")).toEqualTypeOf<string | undefined>();
    expectTypeOf(withContext(new ExitStack(), () => "x")).toEqualTypeOf<string | undefined>();
    expectTypeOf(withContext([silent, resource], () => "x")).toEqualTypeOf<string>();
    expectTypeOf(withContext([silent, maybe], () => "x")).toEqualTypeOf<string | undefined>();
    expectTypeOf(withContext([], () => "x")).toEqualTypeOf<string>();
    const either = [silent, maybe].at(-1) as typeof silent | typeof maybe;
    expectTypeOf(withContext(either, () => "x")).toEqualTypeOf<string | undefined>();
  });

  test("the body gets what entering gives", () => {
    withContext(silent, (value) => {
      expectTypeOf(value).toEqualTypeOf<number>();
    });
    withContext(resource, (value) => {
      expectTypeOf(value).toEqualTypeOf<typeof resource>();
    });
    withContext([silent, resource, new ExitStack()], (values) => {
      expectTypeOf(values).toEqualTypeOf<[number, typeof resource, ExitStack]>();
    });
    const many: ContextManager<string>[] = [];
    withContext(many, (values) => {
      expectTypeOf(values).toEqualTypeOf<string[]>();
    });
    expect.assertions(0);
  });

  test("a body may return anything but a promise", () => {
    expectTypeOf(withContext(silent, () => {})).toBeVoid();
    expectTypeOf(withContext(silent, () => JSON.parse("1") as unknown)).toEqualTypeOf<unknown>();
    // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- what this is about
    expectTypeOf(withContext(silent, () => JSON.parse("1"))).toBeAny();
    expect(() => {
      expectTypeOf(withContext(silent, fail("x"))).toEqualTypeOf<never>();
    }).toThrow("x");
    // @ts-expect-error -- a promise
    expect(() => withContext(silent, () => Promise.resolve(1))).toThrow(TypeError);
    // @ts-expect-error -- a promise
    expect(() => withContext(silent, async () => {})).toThrow(TypeError);
    // @ts-expect-error -- perhaps a promise
    expect(withContext(silent, () => 1 as number | Promise<number>)).toBe(1);
  });

  test("only managers and disposables are taken", () => {
    // @ts-expect-error -- a number
    expect(() => withContext(1, () => 1)).toThrow(TypeError);
    // @ts-expect-error -- an async one
    expect(() => withContext(new AsyncExitStack(), () => 1)).toThrow(TypeError);
    // @ts-expect-error -- an async one in a tuple
    expect(() => withContext([silent, new AsyncExitStack()], () => 1)).toThrow(TypeError);
  });
});
