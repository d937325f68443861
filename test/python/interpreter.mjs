import { AsyncExitStack, defer, ExitStack, withAsyncContext, withContext, wrapWith } from "unwind";

import { chain, fault } from "./faults.mjs";
import { managersOf } from "./managers.mjs";

/**
 * Runs a program of program.mjs in our primitives, as oracle.py does in Python's.
 *
 * @param {{ async: boolean, body: object[] }} program
 * @param {(what: string) => void} hit told of each thing that it does
 * @returns {Promise<string[]>} its trace
 */
export async function run(program, hit) {
  const trace = [];
  const log = (...parts) => trace.push(parts.join(" "));
  const { make, makeEntered, makeExit } = managersOf(program.async, log, hit);
  const { drive, withManagers, newStack, dispose } = program.async ? asynchronous : synchronous;

  // What can wait is written as a generator, so that both kinds of programs run by the same code.
  function* attempt(id, body) {
    let errors = [];
    try {
      yield* block(body);
    } catch (error) {
      errors = chain(error);
      hit(errors.length > 1 ? "out: several errors" : "out: one error");
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

  const after = (id, finished) => {
    if (finished !== true) hit("out: suppressed");
    log("after", id, finished === true ? "finished" : "suppressed");
  };

  const statements = {
    *log({ id }) {
      // In asynchronous programs, a turn.
      yield;
      log("log", id);
    },
    *raise({ error }) {
      yield;
      const thrown = fault(error);
      hit(typeof error === "string" ? "error: in a body" : "error: a group in a body");
      if (error.errors?.some((one) => typeof one !== "string")) hit("error: a group in a group");
      log("raise", chain(thrown)[0]);
      throw thrown;
    },
    *try({ id, body }) {
      yield* attempt(id, body);
    },
    *with({ id, managers, body }) {
      const made = managers.map(make);
      const alone = made.length === 1;
      hit(alone ? "with: one manager" : "with: a tuple");
      const finished = yield withManagers(alone ? made[0] : made, (values) => {
        for (const value of alone ? [values] : values) log("value", shown(value));
        return whole(body)();
      });
      after(id, finished);
    },
    *wrap({ id, manager, body }) {
      const call = whole(body);
      const fn = program.async ? async () => call() : () => call();
      const made = make(manager);
      hit(manager.k === "generator" ? "wrap" : "wrapWith");
      const wrapped = manager.k === "generator" ? made.wrap(fn) : wrapWith(() => made)(fn);
      after(id, yield wrapped());
    },
    *stack({ id, ops, end, then }) {
      let stack = newStack();
      hit(program.async ? "AsyncExitStack" : "ExitStack");
      if (ops.length === 0) hit("stack: empty");
      if (end === "close" || end === "moveClose") {
        yield* fill(stack, ops);
        // differs: close-is-no-success -- before or after a move: it goes along.
        const early = Number(id) % 2 === 0;
        if (early) stack.complete();
        if (end === "moveClose") {
          hit(early ? "stack: complete, move, dispose" : "stack: move, complete, dispose");
          stack = stack.move();
        } else hit("stack: dispose");
        if (!early) stack.complete();
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
      if (moved !== undefined) {
        hit("stack: move, then enter");
        finished = yield withManagers(moved, whole(then));
      }
      return after(id, finished);
    },
  };

  function* fill(stack, ops) {
    for (const op of ops) {
      // Only what may have to be waited for is a generator.
      const steps = operations[op.k](stack, op);
      if (steps !== undefined) yield* steps;
    }
  }

  const operations = {
    *do(_, { statement }) {
      try {
        yield* block([statement]);
      } catch (error) {
        hit("stack: fails half-way");
        throw error;
      }
    },
    *enter(stack, { manager }) {
      hit("enterContext");
      log("value", shown(yield stack.enterContext(make(manager))));
    },
    *nest(stack, { ops }) {
      hit("stack: in a stack");
      yield* fill(yield stack.enterContext(newStack()), ops);
    },
    pushManager(stack, { manager }) {
      hit("push: a manager");
      stack.push(makeEntered(manager));
    },
    push(stack, op) {
      hit("push: a function");
      stack.push(makeExit(op));
    },
    callback(stack, { id, async, by, error }) {
      const call = () => {
        log("callback", id);
        if (error !== null) {
          hit("error: in a callback");
          throw fault(error);
        }
        // What a callback answers counts for nothing.
        return true;
      };
      const callAsync = async () => {
        await undefined;
        return call();
      };
      const release = program.async && async ? callAsync : call;
      hit(`stack: ${by}`);
      if (by === "defer") stack.defer(release);
      else if (by === "adopt") stack.adopt(id, release);
      else stack.use(defer(release));
    },
  };

  await drive(attempt("program", program.body));
  return trace;
}

const synchronous = {
  withManagers: withContext,
  newStack: () => new ExitStack(),
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

function shown(value) {
  return value === undefined ? "None" : String(value);
}
