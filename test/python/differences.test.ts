import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { loadPyodide, type PyodideInterface } from "pyodide";
import {
  asyncContextManager,
  contextManager,
  ExitStack,
  type Failure,
  flattenErrors,
  suppress,
  withAsyncContext,
  withContext,
} from "unwind";
import { beforeAll, describe, expect, test } from "vitest";

/*
 * Where we differ from Python on purpose, the comparison of random programs does not look. Each such
 * difference stands in a table of the README, and is shown here to be one: where Python or we change,
 * the exclusion has to go.
 */

interface Difference {
  /** Python code whose `trace` is compared. */
  readonly python: string;
  readonly theirs: readonly unknown[];
  readonly run: (trace: unknown[]) => unknown;
  readonly ours: readonly unknown[];
}

function raise(error: unknown): never {
  throw error;
}

async function caught(run: () => unknown): Promise<unknown> {
  try {
    await run();
    return "nothing";
  } catch (error) {
    return error;
  }
}

/** Node has a function for it only in contexts that are made after this flag is set. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

const messages = (error: unknown) => flattenErrors(error).map((one) => (one as Error).message);

const differences: Readonly<Record<string, Difference>> = {
  "only-true-suppresses": {
    python: `
class Truthy:
    def __enter__(self): pass
    def __exit__(self, *_): return 1
with Truthy(): raise ValueError("lost")
trace.append("goes on")`,
    theirs: ["goes on"],
    run: async (trace) => {
      const truthy = { enter: () => 1, exit: () => 1 as unknown as boolean };
      trace.push(messages(await caught(() => withContext(truthy, () => raise(new Error("kept"))))));
    },
    ours: [["kept"]],
  },
  "generators-declare-suppression": {
    python: `
@contextlib.contextmanager
def catching():
    try: yield
    except ValueError: pass
with catching(): raise ValueError("lost")
trace.append("goes on")`,
    theirs: ["goes on"],
    run: async (trace) => {
      const catching = contextManager(function* () {
        try {
          yield;
        } catch {
          // Forgets to throw.
        }
      });
      trace.push(
        messages(await caught(() => withContext(catching(), () => raise(new Error("kept"))))),
      );
    },
    ours: [["kept"]],
  },
  "suppressed-error-keeps-both": {
    python: `
try:
    with contextlib.ExitStack() as stack:
        stack.push(lambda *_: 1 / 0)
        raise ValueError("body")
except Exception as error: trace.extend([type(error).__name__, str(error.__context__)])`,
    theirs: ["ZeroDivisionError", "body"],
    run: async (trace) => {
      const failing = { enter: () => 1, exit: () => raise(new Error("exit")) };
      const out = await caught(() => withContext(failing, () => raise(new Error("body"))));
      trace.push((out as Error).name, ...messages(out));
    },
    ours: ["SuppressedError", "body", "exit"],
  },
  "suppress-asks-for-all-errors": {
    python: `
with contextlib.suppress(KeyError):
    try: raise ValueError("body")
    finally: raise KeyError("newest")
trace.append("goes on")`,
    theirs: ["goes on"],
    run: async (trace) => {
      const failing = { enter: () => 1, exit: () => raise(new RangeError("newest")) };
      const out = await caught(() =>
        withContext(suppress(RangeError), () =>
          withContext(failing, () => raise(new TypeError("body"))),
        ),
      );
      trace.push(messages(out));
    },
    ours: [["body", "newest"]],
  },
  "rest-replaces-its-group": {
    python: `
try:
    with contextlib.suppress(ValueError):
        raise ExceptionGroup("g", [ValueError(), KeyError()])
except ExceptionGroup as rest: trace.extend([len(rest.exceptions), len(rest.__context__.exceptions)])`,
    theirs: [1, 2],
    run: async (trace) => {
      const group = new AggregateError([new RangeError(), new TypeError()], "g");
      const rest = await caught(() => withContext(suppress(RangeError), () => raise(group)));
      trace.push((rest as AggregateError).errors.length, flattenErrors(rest).length);
    },
    ours: [1, 1],
  },
  "closed-stacks-stay-closed": {
    python: `
stack = contextlib.ExitStack()
stack.close()
stack.callback(trace.append, "called")
stack.close()`,
    theirs: ["called"],
    run: async (trace) => {
      using stack = new ExitStack();
      stack.dispose();
      trace.push(((await caught(() => stack.defer(() => 1))) as Error).name);
    },
    ours: ["ReferenceError"],
  },
  "close-is-no-success": {
    python: `
stack = contextlib.ExitStack()
stack.push(lambda kind, *_: trace.append(kind))
stack.close()`,
    theirs: [undefined],
    run: (trace) => {
      const stack = new ExitStack();
      stack.push((failure) => void trace.push((failure?.error as Error).name));
      stack.dispose();
    },
    ours: ["UnknownOutcome"],
  },
  "managers-are-checked-first": {
    python: `
class Manager:
    def __enter__(self): trace.append("enter")
    def __exit__(self, *_): trace.append("exit")
try:
    with Manager(), 5: pass
except TypeError as error: trace.append("TypeError")`,
    theirs: ["enter", "exit", "TypeError"],
    run: async (trace) => {
      const manager = { enter: () => trace.push("enter"), exit: () => void trace.push("exit") };
      trace.push(((await caught(() => withContext([manager, 5] as never, () => 1))) as Error).name);
    },
    ours: ["TypeError"],
  },
  "entering-twice-is-an-error-of-its-own": {
    python: `
@contextlib.contextmanager
def once(): yield
manager = once()
with manager: pass
try:
    with manager: pass
except Exception as error: trace.append(type(error).__name__)`,
    theirs: ["AttributeError"],
    run: async (trace) => {
      const manager = contextManager(function* () {
        yield;
      })();
      withContext(manager, () => 1);
      trace.push(((await caught(() => withContext(manager, () => 1))) as Error).name);
    },
    ours: ["Error"],
  },
  "contexts-outlast-async-calls": {
    python: `
@contextlib.contextmanager
def held():
    yield
    trace.append("exit")
@held()
async def work(): trace.append("work")
call = work()
try: call.send(None)
except StopIteration: pass`,
    theirs: ["exit", "work"],
    run: async (trace) => {
      const held = contextManager(function* () {
        yield;
        trace.push("exit");
      });
      await held().wrap(async () => {
        await Promise.resolve();
        trace.push("work");
      })();
    },
    ours: ["work", "exit"],
  },
  "throw-has-one-name": {
    python: `
@contextlib.asynccontextmanager
async def again():
    try: yield
    except ValueError: yield
async def main():
    async with again(): raise ValueError()
try: main().send(None)
except RuntimeError as error: trace.append(str(error))`,
    theirs: ["generator didn't stop after athrow()"],
    run: async (trace) => {
      const again = asyncContextManager(async function* () {
        try {
          yield await Promise.resolve();
        } catch {
          yield;
        }
      });
      const out = await caught(() => withAsyncContext(again(), () => raise(new Error())));
      trace.push(messages(out).at(-1));
    },
    ours: ["generator didn't stop after throw()"],
  },
  "unexited-managers-stay-open": {
    python: `
@contextlib.contextmanager
def held():
    try: yield
    finally: trace.append("closed")
manager = held()
manager.__enter__()
del manager
gc.collect()`,
    theirs: ["closed"],
    run: (trace) => {
      const held = contextManager(function* () {
        try {
          yield;
        } finally {
          trace.push("closed");
        }
      });
      held().enter();
      collectGarbage();
    },
    ours: [],
  },
  "stacks-keep-older-errors": {
    python: `
def fail(name): raise ValueError(name)
try:
    with contextlib.ExitStack() as stack:
        stack.callback(fail, "newer")
        stack.callback(fail, "older")
except ValueError as error: trace.extend([str(error), error.__context__])`,
    theirs: ["newer", undefined],
    run: async (trace) => {
      const out = await caught(() =>
        withContext(new ExitStack(), (stack) => {
          stack.defer(() => raise(new Error("newer")));
          stack.defer(() => raise(new Error("older")));
        }),
      );
      trace.push(...messages(out));
    },
    ours: ["older", "newer"],
  },
  "rethrowing-changes-nothing": {
    python: `
def again(kind, error, traceback):
    trace.append(str(error))
    raise error
def fail(*_): raise ValueError("exit")
try:
    with contextlib.ExitStack() as stack:
        stack.push(again)
        stack.push(fail)
        raise ValueError("body")
except ValueError as error:
    trace.extend([str(error), error.__context__ is error or error.__context__.__context__ is error])`,
    theirs: ["exit", "exit", true],
    run: async (trace) => {
      const out = await caught(() =>
        withContext(new ExitStack(), (stack) => {
          stack.push((failure?: Failure) => {
            trace.push((failure?.error as Error).message);
            throw failure?.error;
          });
          stack.push(() => raise(new Error("exit")));
          raise(new Error("body"));
        }),
      );
      trace.push(...messages(out));
    },
    ours: ["exit", "body", "exit"],
  },
};

describe("each difference", () => {
  let python: PyodideInterface;
  beforeAll(async () => {
    python = await loadPyodide();
  });

  test.each(Object.entries(differences))("%s is one", async (_, { python: code, ...rest }) => {
    const result = python.runPython(`import contextlib, gc\ntrace = []\n${code}\ntrace`) as {
      toJs(): unknown[];
    };
    expect(result.toJs()).toEqual(rest.theirs);
    const trace: unknown[] = [];
    await rest.run(trace);
    expect(trace).toEqual(rest.ours);
    expect(rest.ours).not.toEqual(rest.theirs);
  });
});

const here = import.meta.dirname;
const ids = Object.keys(differences).sort();

test("the README's table lists these differences, and no others", () => {
  const readme = readFileSync(join(here, "../../runtime/README.md"), "utf8");
  const [, section = ""] = readme.split("### Where it differs, and why\n");
  const rows = section
    .split(/^#/m, 1)
    .join("")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) => line.split("|")[1]?.trim().toLowerCase().replaceAll(" ", "-"));
  expect(rows.sort()).toEqual(ids);
});

test("each is applied somewhere in the comparison, and each exclusion there is one of them", () => {
  const sources = ["program.mjs", "interpreter.mjs", "managers.mjs", "faults.mjs", "oracle.py"];
  const applied = sources.flatMap((name) =>
    [...readFileSync(join(here, name), "utf8").matchAll(/differs: ([a-z-]+[a-z])/g)].map(
      ([, id]) => id,
    ),
  );
  expect([...new Set(applied)].sort()).toEqual(ids);
});
