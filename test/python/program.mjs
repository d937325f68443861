import fc from "fast-check";

/*
 * Random programs over the primitives, as plain data that oracle.py runs in Python's contextlib and
 * interpreter.mjs in ours.
 *
 * Where we differ from Python on purpose, programs do not go, or the traces are written so that the
 * difference does not show:
 *
 * - An exit suppresses by exactly `true`, not by any truthy value: exits answer true, false or nothing.
 * - Generator managers suppress by `{ suppresses: true }` only: all generator managers here have it.
 * - What Python keeps in `__context__` we throw as a `SuppressedError`: traces name the newest error
 *   that an exit saw, and of what came out the errors from the newest to the oldest.
 * - A stack that was closed or moved is not used again: nothing is put into one here.
 * - `close()` tells Python's exits of success; we cannot know, and `complete()` says it: the
 *   interpreter calls it before.
 * - All managers are checked before the first one is entered, and one for a single use that is entered
 *   again is an error of its own: all managers here are valid, and are entered once.
 * - A context that is wrapped around a coroutine function stays open until the coroutine has ended,
 *   where Python's synchronous decorator closes it before the coroutine begins: the oracle opens it
 *   around the call.
 * - JavaScript's async generators have a `throw`, Python's an `athrow`; the message names it.
 * - A manager that Python collects unexited has its generator closed: the oracle keeps them all.
 * - When the body completed, Python's ExitStack forgets all errors of its exits but the newest, where
 *   its `with` and our stacks keep them: only the newest is compared then.
 * - An exit that raises anew the error it saw changes nothing. Python's ExitStack may then make that
 *   error its own context, and the older errors are lost: only the newest is compared then, too.
 */

const error = fc.constantFrom("E1", "E2", "E3", "E4");
const names = fc.subarray(["E1", "E2", "E3", "E4"], { minLength: 1 });
const perhapsError = fc.oneof(
  { arbitrary: fc.constant(null), weight: 7 },
  { arbitrary: error, weight: 1 },
);

const exit = fc.oneof(
  { arbitrary: fc.record({ k: fc.constant("pass") }), weight: 4 },
  { arbitrary: fc.record({ k: fc.constant("suppress") }), weight: 2 },
  { arbitrary: fc.record({ k: fc.constant("suppressIf"), names }), weight: 2 },
  { arbitrary: fc.record({ k: fc.constant("raise"), error }), weight: 3 },
  { arbitrary: fc.record({ k: fc.constant("rethrow") }), weight: 1 },
  { arbitrary: fc.record({ k: fc.constant("translate"), error }), weight: 2 },
);

// Numbered afterwards, so that traces can be read.
const id = fc.constant("");
const isAsync = fc.boolean();

const generator = fc.record({
  k: fc.constant("generator"),
  id,
  async: isAsync,
  enter: perhapsError,
  shape: fc.oneof(
    { arbitrary: fc.constantFrom("catch"), weight: 8 },
    { arbitrary: fc.constantFrom("finally"), weight: 3 },
    { arbitrary: fc.constantFrom("noYield", "again"), weight: 1 },
  ),
  exit,
});

const ofClass = fc.record({
  k: fc.constant("class"),
  id,
  async: isAsync,
  enter: perhapsError,
  exit,
});

const manager = fc.oneof(
  { arbitrary: ofClass, weight: 6 },
  { arbitrary: generator, weight: 4 },
  { arbitrary: fc.record({ k: fc.constant("suppress"), async: isAsync, names }), weight: 1 },
  { arbitrary: fc.record({ k: fc.constant("null"), id, async: isAsync }), weight: 1 },
  {
    arbitrary: fc.record({
      k: fc.constant("closing"),
      id,
      async: isAsync,
      error: perhapsError,
    }),
    weight: 1,
  },
);

const { body } = fc.letrec((tie) => ({
  body: fc.array(tie("statement"), {
    minLength: 1,
    maxLength: 3,
    size: "max",
    depthIdentifier: "program",
  }),
  statement: fc.oneof(
    { maxDepth: 4, depthSize: "max", depthIdentifier: "program" },
    { arbitrary: fc.record({ k: fc.constant("log"), id }), weight: 2 },
    { arbitrary: fc.record({ k: fc.constant("raise"), error }), weight: 2 },
    { arbitrary: fc.record({ k: fc.constant("try"), id, body: tie("body") }), weight: 1 },
    {
      arbitrary: fc.record({
        k: fc.constant("with"),
        id,
        managers: fc.array(manager, { minLength: 1, maxLength: 4, size: "max" }),
        body: tie("body"),
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        k: fc.constant("wrap"),
        id,
        manager: generator,
        body: tie("body"),
      }),
      weight: 1,
    },
    {
      arbitrary: fc.record({
        k: fc.constant("stack"),
        id,
        ops: fc.array(tie("op"), { maxLength: 6, size: "max", depthIdentifier: "program" }),
        end: fc.constantFrom("exit", "exit", "move", "close", "moveClose"),
        then: tie("body"),
      }),
      weight: 4,
    },
  ),
  op: fc.oneof(
    { depthIdentifier: "program" },
    { arbitrary: fc.record({ k: fc.constant("enter"), manager }), weight: 4 },
    { arbitrary: fc.record({ k: fc.constant("pushManager"), manager: ofClass }), weight: 1 },
    { arbitrary: fc.record({ k: fc.constant("push"), id, async: isAsync, exit }), weight: 2 },
    {
      arbitrary: fc.record({
        k: fc.constant("callback"),
        id,
        async: isAsync,
        error: perhapsError,
      }),
      weight: 2,
    },
    { arbitrary: fc.record({ k: fc.constant("do"), statement: tie("statement") }), weight: 1 },
  ),
}));

const program = fc.record({ async: fc.boolean(), body });

/**
 * @param {number} count
 * @param {number} seed the same one gives the same programs
 * @returns {object[]}
 */
export function programs(count, seed) {
  return fc.sample(program, { numRuns: count, seed }).map((one) => {
    // A copy of each node: fast-check may give the same object twice.
    const copy = JSON.parse(JSON.stringify(one));
    number(copy, { next: 1 });
    return copy;
  });
}

function number(node, counter) {
  if (typeof node !== "object" || node === null) return;
  if (node.id === "") node.id = String(counter.next++);
  Object.values(node).forEach((child) => number(child, counter));
}
