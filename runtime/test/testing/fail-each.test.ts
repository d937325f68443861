import { open } from "node:fs/promises";
import { devNull } from "node:os";

import { afterEach, describe, expect, expectTypeOf, test } from "vitest";

import {
  AsyncExitStack,
  contextManager,
  dispose,
  ExitStack,
  suppress,
  withAsyncContext,
  withContext,
} from "../../src/index.js";
import {
  failEach,
  FailEachError,
  type FailEachOptions,
  type FailEachReport,
  type FailurePoint,
  InjectedError,
  markAcquired,
  markReleased,
  operation,
  point,
} from "../../src/testing/index.js";

class Session {
  enter(): this {
    markAcquired(this);
    return this;
  }
  exit(): void {
    markReleased(this);
  }
}

/** What the check of a body finds wrong. */
async function failuresOf(body: () => unknown, options?: FailEachOptions): Promise<FailEachError> {
  try {
    // Typed as what it is for a body that may be either.
    await (failEach(body, options) as FailEachReport | Promise<FailEachReport>);
  } catch (error) {
    if (error instanceof FailEachError) return error;
    throw error;
  }
  throw new Error("nothing was found");
}

const names = (points: readonly FailurePoint[]): string[] =>
  points.map(({ kind, name, occurrence }) => `${kind} ${name} ${occurrence}`);

/** What releases what the buggy bodies leave behind. */
const releases: (() => unknown)[] = [];

afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

describe("the points", () => {
  test("are operations, in the order of the run in which nothing fails", () => {
    const report = failEach(() => {
      point("a");
      operation("b", () => {
        point("a");
      });
    });
    expect(names(report.points)).toEqual(["operation a 1", "operation b 1", "operation a 2"]);
    expect(report.runs).toBe(4);
  });

  test("are managers that are entered, and everything that is released", () => {
    const { points } = failEach(() => withContext([new Session(), new Session()], () => {}));
    expect(names(points)).toEqual([
      "acquire a Session 1",
      "acquire a Session 2",
      "release a Session 1",
      "release a Session 2",
    ]);
  });

  test("are what a stack takes, and what is awaited", async () => {
    const { points } = await failEach(() =>
      withAsyncContext(new AsyncExitStack(), async (stack) => {
        stack.defer(async function flush() {
          await Promise.resolve();
        });
        await stack.enterContext(new Session());
      }),
    );
    expect(names(points)).toEqual([
      "acquire an AsyncExitStack 1",
      "acquire async function flush() { 1",
      "acquire a Session 1",
      "await a body 1",
      "release a Session 1",
      "release async function flush() { 1",
      "release an AsyncExitStack 1",
    ]);
  });

  test("can be restricted to some kinds", () => {
    const body = (): void => {
      point("a");
      withContext(new Session(), () => {});
    };
    expect(names(failEach(body, { kinds: ["operation"] }).points)).toEqual(["operation a 1"]);
    expect(failEach(body, { kinds: ["acquire", "release"] }).runs).toBe(3);
  });

  test("fail one after the other, each once", () => {
    const seen: string[] = [];
    failEach(() => {
      try {
        point("a");
        point("b");
        seen.push("completed");
      } catch (error) {
        seen.push((error as InjectedError).message);
        throw error;
      }
    });
    expect(seen).toEqual(["completed", 'injected failure of "a"', 'injected failure of "b"']);
  });

  test("reject where the operation gives a promise, and throw where it does not", async () => {
    const seen: string[] = [];
    await failEach(async () => {
      const promise = operation("late", () => Promise.resolve(1)).catch((error: unknown) => {
        seen.push("rejected");
        throw error;
      });
      await promise;
      try {
        operation("at once", () => 1);
      } catch (error) {
        seen.push("thrown");
        throw error;
      }
    });
    expect(seen).toEqual(["rejected", "thrown"]);
  });

  test("are none outside of failEach", () => {
    point("a");
    expect(operation("b", () => 2)).toBe(2);
  });

  test("there have to be some", () => {
    expect(() => failEach(() => {})).toThrow(
      new TypeError(
        "Nothing in the body can fail, so nothing was tested: it acquires nothing through unwind, and no point() or operation() was reached",
      ),
    );
  });

  test("of bodies at the same time are each their own", async () => {
    const body = (name: string) => async () => {
      await operation(name, () => Promise.resolve());
      await operation(name, () => Promise.resolve());
    };
    const reports = await Promise.all([failEach(body("a")), failEach(body("b"))]);
    expect(reports.map(({ points }) => names(points))).toEqual([
      ["operation a 1", "operation a 2"],
      ["operation b 1", "operation b 2"],
    ]);
  });
});

describe("after each failure", () => {
  test("all has to be released", async () => {
    const error = await failuresOf(() => {
      const session = markAcquired(new Session());
      point("work");
      markReleased(session);
    });
    expect(error.failures).toHaveLength(1);
    expect(error.failures[0]?.leaks.map(({ resource }) => resource)).toEqual(["a Session"]);
    expect(error.failures[0]?.place?.file).toBe(import.meta.filename);
    expect(error.message.split("\n").slice(0, 2)).toEqual([
      "1 run of 2 with an injected failure failed:",
      '  [1] failure of "work"',
    ]);
  });

  test("files have to be closed", async () => {
    const error = await failuresOf(async () => {
      const file = await operation("open", () => open(devNull));
      releases.push(() => file.close());
      await operation("read", () => Promise.resolve());
      await file.close();
    });
    expect(error.failures.map(({ points }) => names(points))).toEqual([["operation read 1"]]);
    expect(error.failures[0]?.leaks[0]?.resource).toBe("a FileHandle");
  });

  test("a release that fails must not keep others from happening", async () => {
    const error = await failuresOf(() => {
      const sessions = [markAcquired(new Session()), markAcquired(new Session())];
      for (const session of sessions) operation("close", () => markReleased(session));
    });
    expect(error.failures).toHaveLength(2);
  });

  test("the error has to surface, or be told of by the one that does", () => {
    const wrappings: ((error: unknown) => unknown)[] = [
      (error) => error,
      (error) => new Error("wrapped", { cause: error }),
      (error) => new AggregateError([new Error("other"), error]),
      (error) => Object.assign(new Error("suppressed"), { error: new Error(), suppressed: error }),
      (error) => new Error("deep", { cause: new AggregateError([error]) }),
    ];
    for (const wrap of wrappings) {
      const { runs } = failEach(() => {
        try {
          point("work");
        } catch (error) {
          throw wrap(error);
        }
      });
      expect(runs).toBe(2);
    }
  });

  test("an error that another one replaces has not surfaced", async () => {
    const error = await failuresOf(() => {
      try {
        point("work");
      } catch {
        throw new RangeError("something went wrong");
      }
    });
    expect(error.failures[0]?.problems).toEqual([
      "it did not surface: RangeError: something went wrong was thrown instead, which does not tell of it",
    ]);
  });

  test("an error that is swallowed has not surfaced, unless that is meant", async () => {
    const body = (): unknown =>
      withContext(suppress(InjectedError), () => {
        point("optional");
      });
    const options: FailEachOptions = { kinds: ["operation"] };
    const error = await failuresOf(body, options);
    expect(error.failures[0]?.problems).toEqual(["it did not surface: the body completed"]);
    for (const suppressed of [["optional"], [/^opt/], (one: FailurePoint) => one.name !== ""]) {
      expect(failEach(body, { ...options, suppressed })).toMatchObject({ runs: 2 });
    }
  });

  test("no promise may be rejected that nobody handles", async () => {
    // Vitest would report it as well; who listens is given back at the end.
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    try {
      const error = await failuresOf(async () => {
        void operation("audit", () => Promise.resolve());
        await Promise.resolve();
      });
      expect(error.failures[0]?.problems).toEqual([
        "it did not surface: the body completed",
        'a promise was rejected that nobody awaited: InjectedError: injected failure of "audit"',
      ]);
    } finally {
      for (const listener of listeners) process.on("unhandledRejection", listener);
    }
  });

  test("verify is asked, also after the run without failure", async () => {
    const seen: string[] = [];
    let rows: string[] = [];
    const error = await failuresOf(
      () => {
        rows = [];
        for (const name of ["a", "b"]) operation(name, () => rows.push(name));
      },
      {
        verify({ injected, failure }) {
          seen.push(`${names(injected).join()} ${String(failure !== undefined)} ${rows.join("")}`);
          if (rows.length === 1) throw new Error("half");
        },
      },
    );
    expect(seen).toEqual([" false ab", "operation a 1 true ", "operation b 1 true a"]);
    expect(error.failures.map(({ problems }) => problems)).toEqual([["verify threw Error: half"]]);
  });

  test("verify may be async where the body is", async () => {
    const verify = (): Promise<never> => Promise.reject(new Error("late"));
    const error = await failuresOf(() => operation("a", () => Promise.resolve()), { verify });
    expect(error.failures[0]?.problems).toEqual(["verify threw Error: late"]);
    const sync = await failuresOf(() => point("a"), { verify: () => Promise.resolve() });
    expect(sync.failures[0]?.problems[0]).toMatch(/verify is async, but the body is not/);
  });
});

describe("what is injected", () => {
  test("names its point, and its occurrence from the second on", () => {
    const messages: string[] = [];
    failEach(() => {
      try {
        for (let count = 0; count < 2; count++) withContext(new Session(), () => {});
        point("last");
      } catch (error) {
        messages.push((error as Error).message);
        throw error;
      }
    });
    expect(messages).toEqual([
      "injected failure of acquiring a Session",
      "injected failure of releasing a Session",
      "injected failure of acquiring a Session (time 2)",
      "injected failure of releasing a Session (time 2)",
      'injected failure of "last"',
    ]);
  });

  test("can be chosen, for code that tells errors apart", () => {
    const error = (one: FailurePoint): unknown =>
      Object.assign(new Error(one.name), { code: 40001 });
    const codes: unknown[] = [];
    failEach(
      () => {
        try {
          point("query");
        } catch (caught) {
          codes.push((caught as { code: unknown }).code);
          throw caught;
        }
      },
      { error },
    );
    expect(codes).toEqual([40001]);
  });

  test("a manager that fails to enter has not been entered", () => {
    let entered = 0;
    const manager = contextManager(function* () {
      entered++;
      yield;
    });
    failEach(() => withContext(manager(), () => {}), { kinds: ["acquire"] });
    // Once only: in the run in which nothing fails.
    expect(entered).toBe(1);
  });

  test("what a stack takes is its own already when that fails", () => {
    let released = 0;
    failEach(
      () =>
        withContext(new ExitStack(), (stack) => {
          stack.adopt(markAcquired(new Session()), (session) => {
            released++;
            markReleased(session);
          });
        }),
      { kinds: ["acquire"] },
    );
    // Not in the run in which entering the stack itself fails.
    expect(released).toBe(2);
  });

  test("releases fail after they have happened", () => {
    const released: unknown[] = [];
    const resource = { [dispose]: () => void released.push("released") };
    const body = (): void => withContext(resource as unknown as Disposable, () => {});
    expect(failEach(body, { kinds: ["release"] }).runs).toBe(2);
    expect(released).toEqual(["released", "released"]);
  });
});

describe("two failures in one run", () => {
  const body = async (): Promise<void> => {
    const session = markAcquired(new Session());
    try {
      await operation("work", () => Promise.resolve());
    } catch (error) {
      await operation("roll back", () => Promise.resolve());
      markReleased(session);
      throw error;
    }
    markReleased(session);
  };

  test("are not tried by default", async () => {
    expect(await failEach(body)).toMatchObject({ runs: 2 });
  });

  test("show what the clean-up leaves behind when it fails, too", async () => {
    const error = await failuresOf(body, { depth: 2 });
    expect(error.runs).toBe(3);
    expect(error.failures.map(({ points }) => names(points))).toEqual([
      ["operation work 1", "operation roll back 1"],
    ]);
    expect(error.message).toContain('failure of "work", then "roll back"');
  });
});

describe("limits", () => {
  test("more points than runs are an error, and none is dropped in silence", async () => {
    const error = await failuresOf(
      () => {
        for (let count = 0; count < 10; count++) point("row");
      },
      { maxRuns: 4 },
    );
    expect(error).toMatchObject({ runs: 4, untried: 7, failures: [] });
    expect(error.message).toBe(
      "No problem in 4 runs, but not all ran:\n  7 failures not tried: maxRuns is 4",
    );
  });

  test("a body that fails by itself is told as that", async () => {
    const cause = new Error("by itself");
    const error = await failuresOf(() => {
      point("a");
      throw cause;
    });
    expect(error.message).toMatch(/^The body fails without an injected failure:\n/);
    expect(error.failures[0]?.problems).toEqual(["it threw Error: by itself"]);
    expect(error.cause).toBe(cause);
    expect(error.runs).toBe(1);
  });

  test("a body that leaks by itself is told as that", async () => {
    const error = await failuresOf(() => {
      point("a");
      markAcquired(new Session());
    });
    expect(error.failures[0]?.points).toEqual([]);
    expect(error.failures[0]?.leaks).toHaveLength(1);
  });

  test("a body that does not end is given up, and what was not tried is told", async () => {
    const error = await failuresOf(
      async () => {
        try {
          await operation("a", () => Promise.resolve());
        } catch {
          await new Promise(() => {});
        }
        point("b");
      },
      { timeout: 20, settle: 0 },
    );
    expect(error.failures[0]?.problems).toEqual(["the body did not end within 20 ms"]);
    expect(error.untried).toBe(1);
    expect(error.message).toContain("1 failure not tried: a run did not end");
  });

  test("a body that does not do the same in each run is told so", async () => {
    let runs = 0;
    const error = await failuresOf(() => {
      point(`run ${runs++}`);
    });
    expect(error.failures[0]?.problems).toEqual([
      "it was not reached: the body does not do the same in each run",
    ]);
  });
});

test("the result is a promise only where the body's is one", () => {
  expectTypeOf(failEach(() => point("a"))).toEqualTypeOf<FailEachReport>();
  const late = failEach(() => operation("a", () => Promise.resolve()));
  expectTypeOf(late).toEqualTypeOf<Promise<FailEachReport>>();
  return late;
});

test("it takes a function", () => {
  expect(() => failEach(1 as never)).toThrow(
    new TypeError("failEach() takes a function that it runs: failEach(() => …)"),
  );
});
