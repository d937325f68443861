/*
 * What CPython's own tests of contextlib (test_contextlib.py and test_contextlib_async.py) ask of it,
 * asked of this package. The title of each test names the Python tests that it answers, of the
 * classes that its `describe` names or of the one before the dot. contextlib-coverage.ts lists all of
 * them, and why some have no meaning here.
 */
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import {
  AbstractAsyncContextManager,
  AbstractContextManager,
  asyncContextManager,
  AsyncExitStack,
  closing,
  contextManager,
  defer,
  ExitStack,
  type Failure,
  flattenErrors,
  nullContext,
  withAsyncContext,
  withContext,
  wrapWith,
} from "../src/index.js";

const nextTurn = (): Promise<void> => Promise.resolve();

class ZeroDivisionError extends Error {}
class LookupError extends Error {}
class IndexError extends LookupError {}
class KeyError extends LookupError {}

function raise(error: unknown): never {
  throw error;
}

async function caught(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("has to throw");
}

describe("TestAbstractContextManager", () => {
  class Own extends AbstractContextManager<Own> {
    protected acquire(): this {
      return this;
    }
    protected release(): void {}
  }
  class OwnAsync extends AbstractAsyncContextManager<OwnAsync> {
    protected acquire(): Promise<this> {
      return Promise.resolve(this);
    }
    protected release(): Promise<void> {
      return nextTurn();
    }
  }

  test("test_enter; TestAbstractAsyncContextManager.test_enter: entering gives what is acquired", async () => {
    const manager = new Own();
    expect(manager.enter()).toBe(manager);
    const asyncManager = new OwnAsync();
    expect(await asyncManager.enterAsync()).toBe(asyncManager);
    await asyncManager.exitAsync();
    await withAsyncContext(asyncManager, (value) => expect(value).toBe(asyncManager));
  });

  test("test_exit_is_abstract; TestAbstractAsyncContextManager.test_exit_is_abstract: a type error", () => {
    // @ts-expect-error -- without release
    class MissingRelease extends AbstractContextManager {
      protected acquire(): void {}
    }
    // @ts-expect-error -- without release
    class MissingAsyncRelease extends AbstractAsyncContextManager {
      protected acquire(): Promise<void> {
        return nextTurn();
      }
    }
    expect(() => withContext(new MissingRelease(), () => {})).toThrow(TypeError);
    return expect(withAsyncContext(new MissingAsyncRelease(), () => {})).rejects.toThrow(TypeError);
  });

  test("test_structural_subclassing; TestAbstractAsyncContextManager.test_structural_subclassing: the methods make the manager", async () => {
    const sync = { enter: () => 1, exit: (): void => {} };
    expect(withContext(sync, (value) => value)).toBe(1);
    for (const key of ["enter", "exit"]) {
      expect(() => withContext({ ...sync, [key]: null } as never, () => 1)).toThrow(TypeError);
    }
    const own = { enterAsync: () => Promise.resolve(1), exitAsync: nextTurn };
    expect(await withAsyncContext(own, (value) => value)).toBe(1);
    for (const key of ["enterAsync", "exitAsync"]) {
      const broken = { ...own, [key]: null } as never;
      await expect(withAsyncContext(broken, () => 1)).rejects.toThrow(TypeError);
    }
  });

  test("TestAbstractAsyncContextManager.test_async_gen_propagates_generator_exit: a generator left early exits its context", async () => {
    const log: string[] = [];
    const context = asyncContextManager(async function* () {
      await nextTurn();
      yield log.push("enter");
      log.push("exit");
    });
    const count = context().wrap(async function* () {
      await nextTurn();
      yield 11;
    });
    for await (const value of count()) {
      expect(value).toBe(11);
      break;
    }
    expect(log).toEqual(["enter", "exit"]);
  });
});

/** Both kinds of generator managers, the sync one also in the sync form. */
const generators = [
  {
    kind: "ContextManagerTestCase",
    make: <A extends unknown[], T>(fn: (...args: A) => Generator<T, unknown, undefined>) =>
      contextManager(fn, { suppresses: true }),
    run: (manager: unknown, body: (value: never) => unknown) =>
      nextTurn().then(() => withContext(manager as Disposable, body as () => number)),
  },
  {
    kind: "AsyncContextManagerTestCase",
    make: <A extends unknown[], T>(fn: (...args: A) => Generator<T, unknown, undefined>) =>
      asyncContextManager(
        async function* (...args: A) {
          await nextTurn();
          return yield* fn(...args);
        },
        { suppresses: true },
      ),
    run: (manager: unknown, body: (value: never) => unknown) =>
      withAsyncContext(manager as Disposable, body as () => number),
  },
];

describe.for(generators)("$kind", ({ make, run }) => {
  test("test_contextmanager_plain", async () => {
    const state: unknown[] = [];
    const manager = make(function* () {
      state.push(1);
      yield 42;
      state.push(999);
    });
    await run(manager(), (value) => {
      expect(state).toEqual([1]);
      state.push(value);
    });
    expect(state).toEqual([1, 42, 999]);
  });

  test("test_contextmanager_finally", async () => {
    const state: unknown[] = [];
    const manager = make(function* () {
      state.push(1);
      try {
        yield 42;
      } finally {
        state.push(999);
      }
    });
    const error = new ZeroDivisionError();
    expect(await caught(() => run(manager(), () => raise(error)))).toBe(error);
    expect(state).toEqual([1, 999]);
  });

  test("test_contextmanager_traceback: the error's stack is the one it was thrown with", async () => {
    const manager = make(function* () {
      yield;
    });
    const error = new RangeError("42");
    const { stack } = error;
    const out = (await caught(() => run(manager(), () => raise(error)))) as Error;
    expect(out).toBe(error);
    expect(out.stack).toBe(stack);
  });

  test("test_contextmanager_no_reraise: exiting by hand does not throw the failure", async () => {
    const manager = make(function* () {
      yield;
    })();
    const failure = { error: new TypeError("foo") };
    if ("exit" in manager) {
      manager.enter();
      expect(manager.exit(failure)).toBe(false);
    } else {
      await manager.enterAsync();
      expect(await manager.exitAsync(failure)).toBe(false);
    }
  });

  test("test_contextmanager_trap_yield_after_throw", async () => {
    let closed = false;
    const manager = make(function* () {
      try {
        yield;
      } catch {
        try {
          yield;
        } finally {
          closed = true;
        }
      }
    });
    const error = await caught(() => run(manager(), () => raise(new TypeError("foo"))));
    expect(String(error)).toMatch(/generator didn't stop after throw\(\)/);
    expect(closed).toBe(true);
  });

  test("test_contextmanager_trap_no_yield", async () => {
    const manager = make(function* () {
      if (closed()) yield;
    });
    const closed = () => false;
    expect(await caught(() => run(manager(), () => 1))).toEqual(
      new Error("generator didn't yield"),
    );
  });

  test("test_contextmanager_trap_second_yield", async () => {
    const manager = make(function* () {
      yield;
      yield;
    });
    expect(await caught(() => run(manager(), () => 1))).toEqual(new Error("generator didn't stop"));
  });

  test("test_contextmanager_non_normalised: what it throws instead comes out", async () => {
    const manager = make(function* () {
      try {
        yield;
      } catch (cause) {
        throw new SyntaxError("instead", { cause });
      }
    });
    expect(await caught(() => run(manager(), () => raise(new RangeError())))).toBeInstanceOf(
      SyntaxError,
    );
  });

  test("test_contextmanager_except: catching suppresses, as declared", async () => {
    const state: unknown[] = [];
    const manager = make(function* () {
      try {
        yield;
      } catch (error) {
        state.push((error as Error).message);
      }
    });
    await run(manager(), () => raise(new ZeroDivisionError("999")));
    expect(state).toEqual(["999"]);
  });

  test("test_contextmanager_except_stopiter, test_contextmanager_except_pep479: an iterator's result is a failure like any other", async () => {
    const manager = make(function* () {
      yield;
    });
    const thrown = { done: true, value: "spam" };
    expect(await caught(() => run(manager(), () => raise(thrown)))).toBe(thrown);
  });

  test("test_contextmanager_wrap_runtimeerror, test_contextmanager_do_not_unchain_non_stopiteration_exceptions", async () => {
    const manager = make(function* () {
      try {
        yield;
      } catch (cause) {
        throw new Error(`caught ${String(cause)}`, { cause });
      }
    });
    const error = new ZeroDivisionError("x");
    const out = (await caught(() => run(manager(), () => raise(error)))) as Error;
    expect(out.message).toBe("caught Error: x");
    expect(out.cause).toBe(error);
  });

  test("test_keywords, test_param_errors: all arguments arrive; wrong ones are type errors", async () => {
    const manager = make(function* (self: number, fn: number) {
      yield [self, fn];
    });
    await run(manager(11, 22), (value) => {
      expect(value).toEqual([11, 22]);
    });
    // @ts-expect-error -- one too few
    expect(manager(11)).toBeDefined();
  });

  test("test_recursive", async () => {
    let [depth, entered] = [0, 0];
    const manager = make(function* () {
      entered++;
      const before = depth++;
      yield;
      expect(--depth).toBe(before);
    });
    const recursive: () => unknown = wrapWith(() => manager() as unknown as Disposable)(() =>
      depth < 10 ? recursive() : undefined,
    );
    await recursive();
    expect([entered, depth]).toEqual([10, 0]);
  });
});

test("ContextManagerTestCase.test_contextmanager_attribs; AsyncContextManagerTestCase.test_contextmanager_attribs", () => {
  function* baz(_spam: number) {
    yield;
  }
  async function* bazAsync(_spam: number) {
    yield nextTurn();
  }
  const made = contextManager(Object.assign(baz, { foo: "bar" }));
  const madeAsync = asyncContextManager(Object.assign(bazAsync, { foo: "bar" }));
  expect([made.name, made.length, (made as unknown as { foo: string }).foo]).toEqual([
    "baz",
    1,
    "bar",
  ]);
  expect(madeAsync.name).toBe("bazAsync");
  expect((madeAsync as unknown as { foo: string }).foo).toBe("bar");
});

describe("ClosingTestCase, AclosingTestCase", () => {
  function resource(state: number[]) {
    return { close: () => void state.push(1) };
  }

  test("test_closing; test_aclosing", async () => {
    const state: number[] = [];
    const x = resource(state);
    withContext(closing(x), (y) => {
      expect(y).toBe(x);
      expect(state).toEqual([]);
    });
    await withAsyncContext(
      closing({ close: async () => void state.push(await Promise.resolve(2)) }),
      () => {},
    );
    expect(state).toEqual([1, 2]);
  });

  test("test_closing_error; test_aclosing_error", async () => {
    const state: number[] = [];
    const error = new ZeroDivisionError();
    expect(await caught(() => withContext(closing(resource(state)), () => raise(error)))).toBe(
      error,
    );
    const asyncResource = { close: async () => void state.push(await Promise.resolve(2)) };
    expect(await caught(() => withAsyncContext(closing(asyncResource), () => raise(error)))).toBe(
      error,
    );
    expect(state).toEqual([1, 2]);
  });

  test("test_aclosing_bpo41229: an async generator is closed, and with it what it holds", async () => {
    const state: number[] = [];
    const held = contextManager(function* () {
      try {
        yield;
      } finally {
        state.push(1);
      }
    });
    const values = held().wrap(async function* () {
      yield -1;
      await nextTurn();
      yield -2;
    })();
    const error = new ZeroDivisionError();
    const out = await caught(() =>
      withAsyncContext(
        closing(values, (it) => it.return(undefined)),
        async (it) => {
          expect((await it.next()).value).toBe(-1);
          raise(error);
        },
      ),
    );
    expect(out).toBe(error);
    expect(state).toEqual([1]);
  });
});

test("NullcontextTestCase.test_nullcontext; TestAsyncNullcontext.test_async_nullcontext", async () => {
  const c = {};
  withContext(nullContext(c), (it) => expect(it).toBe(c));
  await withAsyncContext(nullContext(c), (it) => expect(it).toBe(c));
});

test("FileContextTestCase.testWithOpen", () => {
  const directory = mkdtempSync(join(tmpdir(), "contextlib-"));
  using _ = defer(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "file");
  const open = contextManager(function* (flags: string) {
    const fd = openSync(path, flags);
    try {
      yield fd;
    } finally {
      closeSync(fd);
    }
  });
  const fd = withContext(open("w"), (it) => {
    writeSync(it, "Booh\n");
    return it;
  });
  expect(() => fstatSync(fd)).toThrow("EBADF");
  expect(() =>
    withContext(open("r"), (it) => {
      expect(readFileSync(it, "utf8")).toBe("Booh\n");
      throw new ZeroDivisionError("1/0");
    }),
  ).toThrow("1/0");
  expect(() => fstatSync(fd)).toThrow("EBADF");
});

test("LockContextTestCase.testWithLock, LockContextTestCase.testWithRLock, LockContextTestCase.testWithCondition, LockContextTestCase.testWithSemaphore, LockContextTestCase.testWithBoundedSemaphore", () => {
  let free = 1;
  const lock = { enter: () => void free--, exit: (): void => void free++ };
  withContext(lock, () => expect(free).toBe(0));
  expect(free).toBe(1);
  expect(() => withContext(lock, () => raise(new ZeroDivisionError("1/0")))).toThrow("1/0");
  expect(free).toBe(1);
});

describe("TestContextDecorator", () => {
  class Context {
    started = false;
    seen: (Failure | undefined)[] = [];
    catch = false;
    enter(): this {
      this.started = true;
      return this;
    }
    exit(failure?: Failure): boolean {
      this.seen.push(failure);
      return this.catch;
    }
  }

  test("test_contextdecorator, test_contextdecorator_with_exception", () => {
    const context = new Context();
    withContext(context, (it) => expect([it, it.started]).toEqual([context, true]));
    const error = new Error("foo");
    expect(() => withContext(context, () => raise(error))).toThrow(error);
    context.catch = true;
    withContext(context, () => raise(error));
    expect(context.seen).toEqual([undefined, { error }, { error }]);
  });

  test("test_decorator, test_decorator_with_exception, test_contextdecorator_as_mixin", async () => {
    const context = new Context();
    const run = wrapWith(() => context)(() => {
      expect([context.started, context.seen]).toEqual([true, []]);
    });
    run();
    expect(context.seen).toEqual([undefined]);
    const error = new Error("foo");
    expect(wrapWith(() => context)(() => raise(error))).toThrow(error);
    await expect(wrapWith(() => context)(() => nextTurn().then(() => raise(error)))()).rejects.toBe(
      error,
    );
    expect(context.seen).toEqual([undefined, { error }, { error }]);
  });

  test("test_decorating_method: this and arguments arrive", async () => {
    class Test {
      declare args: unknown[];
      method(...args: unknown[]): void {
        this.args = args;
      }
      async methodAsync(...args: unknown[]): Promise<void> {
        await nextTurn();
        this.args = args;
      }
    }
    const wrap = wrapWith(() => new Context());
    const [one, two] = [new Test(), new Test()];
    wrap(one.method).call(one, "a", "b", "c");
    await wrap(two.methodAsync).call(two, 1, 2);
    expect([one.args, two.args]).toEqual([
      ["a", "b", "c"],
      [1, 2],
    ]);
  });

  test("test_typo_enter, test_typo_exit", () => {
    const typo = /has no (synchronous )?release: (add one by|use) closing\(\)/;
    expect(() => withContext({ unter() {}, exit() {} } as never, () => {})).toThrow(typo);
    expect(() => withContext({ enter() {}, uxit() {} } as never, () => {})).toThrow(typo);
  });

  test("test_contextmanager_as_decorator: the wrapped function is reusable", () => {
    const state: unknown[] = [];
    const woohoo = contextManager(function* (y: number) {
      state.push(y);
      yield;
      state.push(999);
    });
    const run = woohoo(1).wrap((x: string) => state.push(x));
    run("something");
    run("something else");
    expect(state).toEqual([1, "something", 999, 1, "something else", 999]);
  });
});

type AnyStack = AsyncExitStack;

/** What the tests of both stacks have in common, with every call awaited. */
const stacks = [
  {
    kind: "TestExitStack",
    make: () => new ExitStack() as unknown as AnyStack,
    run: (stack: AnyStack, body: (stack: AnyStack) => unknown) =>
      nextTurn().then(() => withContext(stack as unknown as ExitStack, body as never)),
    close: (stack: AnyStack) => nextTurn().then(() => (stack as unknown as ExitStack).dispose()),
  },
  {
    kind: "TestAsyncExitStack",
    make: () => new AsyncExitStack(),
    run: (stack: AnyStack, body: (stack: AnyStack) => unknown) => withAsyncContext(stack, body),
    close: (stack: AnyStack) => stack.disposeAsync(),
  },
];

describe.for(stacks)("$kind", ({ make, run, close }) => {
  test("test_no_resources", async () => {
    expect(await run(make(), () => 1)).toBe(1);
  });

  test("test_callback; test_async_callback: called in reverse order, without arguments", async () => {
    const result: unknown[] = [];
    await run(make(), (stack) => {
      stack.defer((...args: unknown[]) => void result.push(args));
      stack.adopt(1, (...args: unknown[]) => void result.push(args));
      expect(() => stack.defer(1 as never)).toThrow(TypeError);
      expect(() => stack.adopt(1, undefined as never)).toThrow(TypeError);
    });
    expect(result).toEqual([[1], []]);
  });

  test("test_push; test_async_push, test_exit_suppress, test_body_exception_suppress", async () => {
    const error = new ZeroDivisionError();
    const seen: unknown[] = [];
    const see = (failure?: Failure): void => void seen.push(failure?.error);
    const manager = { enter: () => raise("not to be called"), exit: see };
    await run(make(), (stack) => {
      expect(stack.push(see)).toBe(see);
      expect(stack.push(manager)).toBe(manager);
      stack.push(() => true);
      stack.push(manager);
      stack.push(see);
      raise(error);
    });
    expect(seen).toEqual([error, error, undefined, undefined]);
  });

  test("test_enter_context; test_enter_async_context", async () => {
    const result: number[] = [];
    const manager = { enter: () => result.push(1), exit: (): void => void result.push(3) };
    const stack = make();
    stack.defer(() => void result.push(4));
    await stack.enterContext(manager);
    await run(stack, () => result.push(2));
    expect(result).toEqual([1, 2, 3, 4]);
  });

  test("test_enter_context_errors, test_instance_bypass; test_enter_async_context_errors, test_instance_bypass_async", async () => {
    const stack = make();
    for (const wrong of [{}, { exit() {} }, { enter() {} }, { enter: {}, exit: {} }]) {
      const error = await caught(async () => stack.enterContext(wrong as never));
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toMatch(/has no (synchronous )?release/);
    }
    expect(() => stack.push({ exit: {} } as never)).toThrow(TypeError);
    await close(stack);
  });

  test("test_close", async () => {
    const result: number[] = [];
    const stack = make();
    stack.defer(() => void result.push(1));
    await close(stack);
    result.push(2);
    await close(stack);
    expect(result).toEqual([1, 2]);
  });

  test("test_pop_all", async () => {
    const result: number[] = [];
    let moved = make();
    await run(make(), (stack) => {
      stack.defer(() => void result.push(3));
      moved = stack.move();
      result.push(1);
    });
    result.push(2);
    await close(moved);
    expect(result).toEqual([1, 2, 3]);
  });

  test("test_exit_raise", async () => {
    const error = new ZeroDivisionError();
    const out = caught(() =>
      run(make(), (stack) => {
        stack.push(() => false);
        raise(error);
      }),
    );
    expect(await out).toBe(error);
  });

  test("test_exit_exception_chaining, test_exit_exception_chaining_reference, test_exit_exception_traceback; test_async_exit_exception_chaining", async () => {
    const [index, key, attribute, value, zero]: readonly Error[] = [
      new IndexError(),
      new KeyError(),
      new TypeError(),
      new RangeError(),
      new ZeroDivisionError(),
    ];
    let saved: unknown;
    const out = await caught(() =>
      run(make(), (stack) => {
        stack.defer(() => raise(index));
        stack.defer(() => raise(key));
        stack.defer(() => raise(attribute));
        stack.push((failure) => {
          saved = failure?.error;
          return true;
        });
        stack.defer(() => raise(value));
        raise(zero);
      }),
    );
    // What was suppressed is gone; the exit saw the newest error as it was thrown.
    expect(flattenErrors(out)).toEqual([attribute, key, index]);
    expect(saved).toBe(value);
  });

  test("test_exit_exception_explicit_none_context, test_dont_reraise_RuntimeError; test_async_exit_exception_explicit_none_context: a translation stands alone", async () => {
    const second = contextManager(function* () {
      try {
        yield 1;
      } catch (cause) {
        throw new KeyError("new", { cause });
      }
    });
    const first = contextManager(function* () {
      try {
        yield 1;
      } catch (error) {
        raise(error);
      }
    });
    const stack = make();
    await stack.enterContext(second());
    await stack.enterContext(first());
    const error = new RangeError("please no infinite loop.");
    const out = (await caught(() => run(stack, () => raise(error)))) as Error;
    expect(out).toBeInstanceOf(KeyError);
    expect(out.cause).toBe(error);
  });

  test("test_exit_exception_non_suppressing", async () => {
    const [index, key] = [new IndexError(), new KeyError()];
    const one = caught(() =>
      run(make(), (stack) => {
        stack.defer(() => {});
        stack.defer(() => raise(index));
      }),
    );
    expect(await one).toBe(index);
    const other = caught(() =>
      run(make(), (stack) => {
        stack.defer(() => raise(key));
        stack.push(() => true);
        stack.defer(() => raise(index));
      }),
    );
    expect(await other).toBe(key);
  });

  test("test_exit_exception_with_correct_context, test_exit_exception_with_existing_context: every error once, in order", async () => {
    const errors = [1, 2, 3, 4].map((n) => new Error(String(n)));
    const failing = contextManager(function* (error: unknown) {
      try {
        yield;
      } finally {
        raise(error);
      }
    });
    const stack = make();
    for (const error of errors.slice(1).reverse()) await stack.enterContext(failing(error));
    expect(flattenErrors(await caught(() => run(stack, () => raise(errors[0]))))).toEqual(errors);
  });

  test("test_exit_exception_chaining_suppress", async () => {
    await run(make(), (stack) => {
      stack.push(() => true);
      stack.push(() => raise(new ZeroDivisionError()));
      stack.push(() => raise(new KeyError()));
    });
    expect.assertions(0);
  });

  test("test_excessive_nesting", async () => {
    let called = 0;
    await run(make(), (stack) => {
      for (let i = 0; i < 10_000; i++) stack.defer(() => void called++);
    });
    expect(called).toBe(10_000);
  });
});
