/*
 * What the runtime promises, in checks that any engine can run: plain JavaScript without imports.
 * The runtime may come from another realm than this file, so errors are told by their names.
 */

/**
 * @param {typeof import("unwind")} unwind
 * @param {SymbolConstructor} [symbols] of the runtime's realm
 * @returns {Record<string, () => void | Promise<void>>} checks by name; one that throws has failed
 */
export function checks(unwind, symbols = Symbol) {
  const { dispose, asyncDispose } = unwind;

  /** A manager, sync and async, that writes down what happens to it. */
  const manager = (log, name, answer) => {
    const exit = (failure) => {
      log.push(`exit ${name} ${failure === undefined ? "-" : describe(failure.error)}`);
      if (typeof answer === "function") return answer(failure);
      return answer;
    };
    return {
      enter: () => log.push(`enter ${name}`) && name,
      exit,
      enterAsync: async () => log.push(`enter ${name}`) && name,
      exitAsync: async (failure) => exit(failure),
    };
  };
  const onlySync = ({ enter, exit }) => ({ enter, exit });
  const onlyAsync = ({ enterAsync, exitAsync }) => ({ enterAsync, exitAsync });

  return {
    "the symbols are the engine's, or the documented fallback"() {
      same(dispose, symbols.dispose ?? Symbol.for("Symbol.dispose"));
      same(asyncDispose, symbols.asyncDispose ?? Symbol.for("Symbol.asyncDispose"));
    },

    "withContext enters from left to right and exits from right to left"() {
      const log = [];
      const result = unwind.withContext([manager(log, "a"), manager(log, "b")], ([a, b]) => a + b);
      same(result, "ab");
      equal(log, ["enter a", "enter b", "exit b -", "exit a -"]);
    },

    "exits see the newest failure, and exactly true suppresses"() {
      const log = [];
      const failing = manager(log, "b", () => {
        throw new RangeError("newer");
      });
      const result = unwind.withContext([manager(log, "a", true), failing], () => {
        throw new Error("older");
      });
      same(result, undefined);
      equal(log, ["enter a", "enter b", "exit b Error: older", "exit a RangeError: newer"]);
      const truthy = manager([], "c", 1);
      same(thrown(() => unwind.withContext(truthy, () => fail("seen"))).message, "seen");
    },

    "undefined is a failure like any other"() {
      const log = [];
      let caught = "nothing";
      try {
        unwind.withContext(manager(log, "a"), () => {
          throw undefined;
        });
      } catch (error) {
        caught = error;
      }
      same(caught, undefined);
      equal(log, ["enter a", "exit a undefined"]);
    },

    "a failing enter exits what was entered before, and not itself"() {
      const log = [];
      const failing = { enter: () => fail("enter"), exit: () => void log.push("never") };
      thrown(() => unwind.withContext([manager(log, "a"), failing], () => log.push("never")));
      equal(log, ["enter a", "exit a Error: enter"]);
    },

    "an exit's own error is combined with the one on its way"() {
      const error = thrown(() =>
        unwind.withContext({ enter() {}, exit: () => fail("newer") }, () => fail("older")),
      );
      same(error.name, "SuppressedError");
      same(error.error.message, "newer");
      same(error.suppressed.message, "older");
      same(unwind.primaryError(error).message, "older");
      equal(
        unwind.flattenErrors(error).map(({ message }) => message),
        ["older", "newer"],
      );
    },

    "a translation replaces the error that is its cause"() {
      const translating = {
        enter() {},
        exit({ error }) {
          throw new Error("translated", { cause: error });
        },
      };
      const error = thrown(() => unwind.withContext(translating, () => fail("original")));
      same(error.message, "translated");
      same(error.cause.message, "original");
    },

    "what cannot be managed is refused before anything is entered"() {
      const log = [];
      for (const wrong of [{}, null, 1, onlyAsync(manager(log, "b"))]) {
        const error = thrown(() => unwind.withContext([manager(log, "a"), wrong], () => {}));
        same(error.name, "TypeError");
      }
      equal(log, []);
      const promised = thrown(() => unwind.withContext(manager(log, "a"), async () => {}));
      same(promised.name, "TypeError");
    },

    async "withAsyncContext takes managers and disposables of both kinds"() {
      const log = [];
      const sync = onlySync(manager(log, "a"));
      const async = onlyAsync(manager(log, "b"));
      const disposable = { [dispose]: () => void log.push("dispose c") };
      const asyncDisposable = { [asyncDispose]: async () => void log.push("dispose d") };
      const result = await unwind.withAsyncContext(
        [sync, async, disposable, asyncDisposable],
        async ([a, b]) => {
          await null;
          return a + b;
        },
      );
      same(result, "ab");
      equal(log, ["enter a", "enter b", "dispose d", "dispose c", "exit b -", "exit a -"]);
    },

    async "withAsyncContext suppresses and combines"() {
      const suppressing = onlyAsync(manager([], "a", true));
      same(await unwind.withAsyncContext(suppressing, async () => fail("seen")), undefined);
      const failing = onlyAsync(manager([], "b", () => fail("newer")));
      const error = await rejected(unwind.withAsyncContext(failing, async () => fail("older")));
      equal(
        unwind.flattenErrors(error).map(({ message }) => message),
        ["older", "newer"],
      );
    },

    "ExitStack releases in reverse order, whatever fails"() {
      const log = [];
      const stack = new unwind.ExitStack();
      same(stack.use(null), null);
      stack.use({ [dispose]: () => void log.push("use") });
      same(
        stack.adopt("value", (value) => void log.push(`adopt ${value}`)),
        "value",
      );
      stack.defer(() => fail("first"));
      stack.defer(() => fail("second"));
      const error = thrown(() => stack.dispose());
      equal(log, ["adopt value", "use"]);
      same(error.name, "SuppressedError");
      same(error.error.message, "first");
      same(stack.disposed, true);
      stack.dispose();
      same(thrown(() => stack.defer(() => {})).name, "ReferenceError");
    },

    "ExitStack moves, and is a context manager that tells the outcome"() {
      const log = [];
      const stack = new unwind.ExitStack();
      same(stack.enterContext(manager(log, "a", true)), "a");
      const moved = stack.move();
      same(stack.disposed, true);
      same(
        unwind.withContext(moved, () => fail("seen")),
        undefined,
      );
      equal(log, ["enter a", "exit a Error: seen"]);
    },

    "without an outcome, managers exit as failed unless complete() was called"() {
      const log = [];
      const unknown = new unwind.ExitStack();
      unknown.enterContext(onlySync(manager(log, "a")));
      unknown[dispose]();
      const known = new unwind.ExitStack();
      known.enterContext(onlySync(manager(log, "b")));
      known.complete();
      known[dispose]();
      equal(
        log.map((line) => line.replace(/UnknownOutcome: .*/u, "UnknownOutcome")),
        ["enter a", "exit a UnknownOutcome", "enter b", "exit b -"],
      );
    },

    async "AsyncExitStack releases one after the other"() {
      const log = [];
      const stack = new unwind.AsyncExitStack();
      stack.use({ [dispose]: () => void log.push("sync") });
      stack.defer(async () => {
        await null;
        log.push("async");
      });
      await stack.enterContext(onlyAsync(manager(log, "a")));
      stack.push(async (failure) => failure === undefined || fail("unexpected"));
      const moved = stack.move();
      moved.complete();
      await moved.disposeAsync();
      equal(log, ["enter a", "exit a -", "async", "sync"]);
    },

    "enter() brings a manager to using"() {
      const log = [];
      const handle = unwind.enter(onlySync(manager(log, "a")));
      same(handle.value, "a");
      handle.complete();
      handle[dispose]();
      handle[dispose]();
      equal(log, ["enter a", "exit a -"]);
    },

    async "enterAsync() brings a manager to await using"() {
      const log = [];
      const handle = await unwind.enterAsync(onlyAsync(manager(log, "a")));
      same(handle.value, "a");
      await handle[asyncDispose]();
      equal(
        log.map((line) => line.replace(/UnknownOutcome: .*/u, "UnknownOutcome")),
        ["enter a", "exit a UnknownOutcome"],
      );
    },

    "a generator makes managers for one use each"() {
      const log = [];
      const make = unwind.contextManager(function* (name) {
        log.push(`enter ${name}`);
        try {
          yield name;
        } finally {
          log.push(`exit ${name}`);
        }
      });
      const once = make("a");
      same(
        unwind.withContext(once, (name) => name),
        "a",
      );
      thrown(() => unwind.withContext(once, () => {}));
      thrown(() => unwind.withContext(make("b"), () => fail("seen")));
      equal(log, ["enter a", "exit a", "enter b", "exit b"]);
    },

    "a generator suppresses only where that is declared"() {
      const swallow = function* () {
        try {
          yield;
        } catch {
          // The failure goes on all the same, unless it is declared.
        }
      };
      const undeclared = unwind.contextManager(swallow);
      same(thrown(() => unwind.withContext(undeclared(), () => fail("seen"))).message, "seen");
      const declared = unwind.contextManager(swallow, { suppresses: true });
      unwind.withContext(declared(), () => fail("unseen"));
    },

    async "an async generator makes managers, and wraps functions of every kind"() {
      const log = [];
      const make = unwind.asyncContextManager(async function* () {
        log.push("enter");
        try {
          yield;
        } finally {
          await null;
          log.push("exit");
        }
      });
      const call = make().wrap(async (n) => {
        await null;
        log.push(`call ${n}`);
        return n;
      });
      same(await call(1), 1);
      const each = make().wrap(async function* () {
        yield "one";
        yield "two";
      });
      for await (const item of each()) log.push(item);
      equal(log, ["enter", "call 1", "exit", "enter", "one", "two", "exit"]);
    },

    "wrapWith opens a fresh context at each call"() {
      const log = [];
      const double = unwind.wrapWith(() => manager(log, "a"))((n) => 2 * n);
      same(double(2) + double(3), 10);
      equal(log, ["enter a", "exit a -", "enter a", "exit a -"]);
    },

    async "closing gives an object its dispose method, and takes it away again"() {
      const log = [];
      const socket = { close: () => void log.push("close") };
      same(unwind.closing(socket), socket);
      socket[dispose]();
      same(dispose in socket, false);
      unwind.closing(socket, async () => void log.push("release"));
      await socket[asyncDispose]();
      equal(log, ["close", "release"]);
      same(thrown(() => unwind.closing(Object.freeze({ close() {} }))).name, "TypeError");
    },

    async "defer calls its function once"() {
      const log = [];
      const deferred = unwind.defer(() => void log.push("sync"));
      deferred[dispose]();
      deferred[dispose]();
      await unwind.defer(async () => void log.push("async"))[asyncDispose]();
      equal(log, ["sync", "async"]);
    },

    "suppress names classes, shapes and predicates, and splits aggregates"() {
      const run = (filter, error) =>
        unwind.withContext(unwind.suppress(filter), () => {
          throw error;
        });
      same(run(RangeError, new RangeError("named")), undefined);
      same(run({ code: "ENOENT" }, Object.assign(new Error(), { code: "ENOENT" })), undefined);
      same(
        run((error) => error.message === "named", new Error("named")),
        undefined,
      );
      same(thrown(() => run(RangeError, new TypeError("other"))).message, "other");
      const both = new AggregateError([new RangeError("named"), new TypeError("other")]);
      const rest = thrown(() => run(RangeError, both));
      equal(
        rest.errors.map(({ message }) => message),
        ["other"],
      );
    },

    async "nullContext does nothing, in both forms"() {
      same(
        unwind.withContext(unwind.nullContext(1), (n) => n),
        1,
      );
      same(await unwind.withAsyncContext(unwind.nullContext(2), (n) => n), 2);
    },

    "timed measures, and tells the outcome"() {
      let timing;
      const measured = unwind.timed("work", (one) => {
        timing = one;
      });
      thrown(() => unwind.withContext(measured, () => fail("seen")));
      same(timing.name, "work");
      same(timing.duration >= 0, true);
      same(timing.failure.error.message, "seen");
    },

    async "classes of managers release once for each acquisition"() {
      const log = [];
      class Door extends unwind.AbstractContextManager {
        acquire() {
          log.push("open");
          return this;
        }
        release(failure) {
          log.push(failure === undefined ? "close" : `close ${failure.error.name}`);
        }
      }
      new Door()[dispose]();
      unwind.withContext(new Door(), () => {});
      const door = new Door();
      door.enter();
      door[dispose]();
      door[dispose]();
      class Gate extends unwind.AbstractAsyncContextManager {
        async acquire() {
          log.push("open gate");
        }
        async release() {
          log.push("close gate");
        }
      }
      await unwind.withAsyncContext(new Gate(), () => {});
      equal(log, ["open", "close", "open", "close UnknownOutcome", "open gate", "close gate"]);
    },

    "SuppressedError is an Error with both errors in it"() {
      const error = new unwind.SuppressedError(1, 2, "both");
      equal(
        [error.error, error.suppressed, error.message, error.name],
        [1, 2, "both", "SuppressedError"],
      );
      same(Object.prototype.toString.call(error), "[object Error]");
      same(unwind.SuppressedError(1, 2).constructor, unwind.SuppressedError);
    },
  };
}

/**
 * Runs checks one after another.
 *
 * @param {Record<string, () => unknown>} all
 * @returns {Promise<Record<string, string>>} what went wrong by the check's name; empty where nothing
 */
export async function run(all) {
  const results = {};
  for (const [name, check] of Object.entries(all)) {
    try {
      await check();
      results[name] = "";
    } catch (error) {
      results[name] = error?.stack?.includes(error.message) ? error.stack : describe(error);
    }
  }
  return results;
}

export function fail(message) {
  throw new Error(message);
}

export function same(actual, expected) {
  if (!Object.is(actual, expected)) fail(`${String(actual)} is not ${String(expected)}`);
}

export function equal(actual, expected) {
  same(JSON.stringify(actual), JSON.stringify(expected));
}

function thrown(fn) {
  try {
    fn();
  } catch (error) {
    return error;
  }
  return fail("nothing was thrown");
}

async function rejected(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return fail("it was not rejected");
}

function describe(error) {
  return typeof error === "object" && error !== null
    ? `${error.name}: ${error.message}`
    : `${error}`;
}
