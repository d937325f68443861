import {
  asyncContextManager,
  AsyncExitStack,
  closing,
  contextManager,
  ExitStack,
  nullContext,
  suppress,
  withAsyncContext,
  withContext,
} from "unwind";

/**
 * Runs a program of program.mjs in our primitives, as oracle.py does in Python's.
 *
 * @param {{ async: boolean, body: object[] }} program
 * @returns {Promise<string[]>} its trace
 */
export async function run(program) {
  const trace = [];
  const log = (...parts) => trace.push(parts.join(" "));
  const { drive, withManagers, newStack, enterInto, dispose } = program.async
    ? asynchronous
    : synchronous;

  // What can wait is written as a generator, so that both kinds of programs run by the same code.
  function* attempt(id, body) {
    let errors = [];
    try {
      yield* block(body);
    } catch (error) {
      errors = chain(error);
    }
    log("out of", id, JSON.stringify(errors));
  }

  function* block(body) {
    for (const statement of body) yield* statements[statement.k](statement);
  }

  const whole = (body) => () =>
    drive(
      (function* () {
        yield* block(body);
        return true;
      })(),
    );

  const after = (id, finished) => log("after", id, finished === true ? "finished" : "suppressed");

  const statements = {
    *log({ id }) {
      // In asynchronous programs, a turn.
      yield;
      log("log", id);
    },
    *raise({ error }) {
      yield;
      log("raise", error);
      throw new Error(error);
    },
    *try({ id, body }) {
      yield* attempt(id, body);
    },
    *with({ id, managers, body }) {
      const made = managers.map((spec) => makers[spec.k](spec));
      const alone = made.length === 1;
      const finished = yield withManagers(alone ? made[0] : made, (values) => {
        for (const value of alone ? [values] : values) log("value", shown(value));
        return whole(body)();
      });
      after(id, finished);
    },
    *wrap({ id, manager, body }) {
      const call = whole(body);
      const fn = program.async ? async () => call() : () => call();
      after(id, yield makers.generator(manager).wrap(fn)());
    },
    *stack({ id, ops, end, then }) {
      let stack = newStack();
      if (end === "close" || end === "moveClose") {
        yield* fill(stack, ops);
        if (end === "moveClose") stack = stack.move();
        stack.complete();
        yield dispose(stack);
        return after(id, true);
      }
      let moved;
      const fillAndMove = function* (entered) {
        yield* fill(entered, ops);
        if (end === "move") moved = entered.move();
        return true;
      };
      let finished = yield withManagers(stack, (entered) => drive(fillAndMove(entered)));
      log("left", id, finished === true ? "finished" : "suppressed");
      if (moved !== undefined) finished = yield withManagers(moved, whole(then));
      return after(id, finished);
    },
  };

  function* fill(stack, ops) {
    for (const op of ops) {
      if (op.k === "do") yield* block([op.statement]);
      else if (op.k === "enter") {
        log("value", shown(yield enterInto(stack, makers[op.manager.k](op.manager))));
      } else if (op.k === "pushManager") stack.push(makers[op.manager.k](op.manager));
      else if (op.k === "push") stack.push(exitFunction(op));
      else stack.defer(callback(op));
    }
  }

  function exitFunction(op) {
    const exit = (failure) => {
      saw(op.id, failure);
      return behave(op.exit, failure);
    };
    if (!program.async || !op.async) return exit;
    return async (failure) => {
      await undefined;
      return exit(failure);
    };
  }

  function callback({ id, async, error }) {
    const call = () => {
      log("callback", id);
      if (error !== null) throw new Error(error);
      // What a callback answers counts for nothing.
      return true;
    };
    if (!program.async || !async) return call;
    return async () => {
      await undefined;
      return call();
    };
  }

  const enter = (spec) => {
    log("enter", spec.id);
    if (spec.enter !== null) throw new Error(spec.enter);
    return spec.id;
  };
  const saw = (id, failure) => log("exit", id, "saw", failure ? newest(failure.error) : "-");

  const recorder = { log, enter, saw };
  const makers = {
    class(spec) {
      const manager = {
        enter: () => enter(spec),
        exit(failure) {
          saw(spec.id, failure);
          return behave(spec.exit, failure);
        },
      };
      return program.async && spec.async ? asyncOf(manager) : manager;
    },
    generator(spec) {
      return program.async && spec.async
        ? asyncGenerator(recorder, spec)
        : generator(recorder, spec);
    },
    suppress(spec) {
      const manager = suppress((error) => spec.names.includes(newest(error)));
      return program.async && spec.async ? asyncOf(manager) : manager;
    },
    null: ({ id }) => nullContext(id),
    closing({ id, async, error }) {
      const thing = {
        toString: () => id,
        close() {
          log("close", id);
          if (error !== null) throw new Error(error);
        },
      };
      if (!program.async || !async) return closing(thing);
      return closing(thing, async (one) => {
        await undefined;
        one.close();
      });
    },
  };

  await drive(attempt("program", program.body));
  return trace;
}

const synchronous = {
  withManagers: withContext,
  newStack: () => new ExitStack(),
  enterInto: (stack, manager) => stack.enterContext(manager),
  dispose: (stack) => stack.dispose(),
  drive(steps) {
    let result = steps.next();
    while (!result.done) result = steps.next(result.value);
    return result.value;
  },
};

const asynchronous = {
  withManagers: withAsyncContext,
  newStack: () => new AsyncExitStack(),
  enterInto: (stack, manager) => stack.enterContext(manager),
  dispose: (stack) => stack.disposeAsync(),
  async drive(steps) {
    let result = steps.next();
    while (!result.done) {
      let value;
      try {
        value = await result.value;
      } catch (error) {
        result = steps.throw(error);
        continue;
      }
      result = steps.next(value);
    }
    return result.value;
  },
};

function asyncOf(manager) {
  return {
    async enterAsync() {
      await undefined;
      return manager.enter();
    },
    async exitAsync(failure) {
      await undefined;
      return manager.exit(failure);
    },
  };
}

function behave(exit, failure) {
  switch (exit.k) {
    case "suppress":
      return true;
    case "suppressIf":
      return failure !== undefined && exit.names.includes(newest(failure.error));
    case "raise":
      throw new Error(exit.error);
    case "rethrow":
      if (failure !== undefined) throw failure.error;
      return undefined;
    case "translate":
      if (failure !== undefined) throw new Error(exit.error, { cause: failure.error });
      return undefined;
    default:
      return undefined;
  }
}

const generator = contextManager(
  function* ({ log, enter, saw }, spec) {
    const value = enter(spec);
    if (spec.shape === "noYield") return;
    if (spec.shape === "finally") {
      try {
        yield value;
      } finally {
        log("finally", spec.id);
      }
      return;
    }
    let failure;
    try {
      yield value;
    } catch (error) {
      failure = { error };
    }
    saw(spec.id, failure);
    if (spec.shape === "again") {
      yield value;
      return;
    }
    if (behave(spec.exit, failure) !== true && failure !== undefined) throw failure.error;
  },
  { suppresses: true },
);

const asyncGenerator = asyncContextManager(
  async function* ({ log, enter, saw }, spec) {
    await undefined;
    const value = enter(spec);
    if (spec.shape === "noYield") return;
    if (spec.shape === "finally") {
      try {
        yield value;
      } finally {
        await undefined;
        log("finally", spec.id);
      }
      return;
    }
    let failure;
    try {
      yield value;
    } catch (error) {
      failure = { error };
    }
    saw(spec.id, failure);
    if (spec.shape === "again") {
      yield value;
      return;
    }
    if (behave(spec.exit, failure) !== true && failure !== undefined) throw failure.error;
  },
  { suppresses: true },
);

const isSuppressed = (error) => "suppressed" in error;

function newest(error) {
  return isSuppressed(error) ? newest(error.error) : error.message;
}

/** The messages from the newest to the oldest. */
function chain(error, seen = new Set()) {
  if (seen.has(error)) return [];
  seen.add(error);
  if (isSuppressed(error)) return [...chain(error.error, seen), ...chain(error.suppressed, seen)];
  return [error.message, ...(error.cause === undefined ? [] : chain(error.cause, seen))];
}

function shown(value) {
  return value === undefined ? "None" : String(value);
}
