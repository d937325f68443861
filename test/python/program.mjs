import fc from "fast-check";

/*
 * Random programs over the primitives, as plain data that oracle.py runs in Python's contextlib and
 * interpreter.mjs in ours.
 *
 * Where we differ from Python on purpose, programs do not go, or the two sides write their traces so
 * that the difference does not show. Each such place says `differs: …`, by the name that the
 * difference has in the table of runtime/README.md; differences.test.ts holds the two together, and
 * shows that each is one. By what programs consist of:
 *
 * differs: only-true-suppresses -- exits answer true, false or nothing.
 * differs: generators-declare-suppression -- all generator managers here are declared to suppress.
 * differs: closed-stacks-stay-closed -- nothing is put into a stack that was closed or moved.
 * differs: managers-are-checked-first -- all managers here are valid.
 * differs: entering-twice-is-an-error-of-its-own -- each generator's manager is entered once.
 */

/** The classes of errors, as a tree: every error that a program makes is of one without branches. */
export const errorClasses = {
  Fault: { LookupFault: { E1: {}, E2: {} }, ValueFault: { E3: {}, E4: {} } },
};

const leaf = fc.constantFrom("E1", "E2", "E3", "E4");
const names = fc.subarray(["E1", "E2", "E3", "E4"], { minLength: 1 });

/** The name of a class, or what an ExceptionGroup, an AggregateError, holds. */
const { error } = fc.letrec((tie) => ({
  error: fc.oneof(
    { maxDepth: 2, depthSize: "max", depthIdentifier: "error" },
    { arbitrary: leaf, weight: 3 },
    {
      arbitrary: fc.record({
        group: fc.constantFrom("G1", "G2"),
        errors: fc.array(tie("error"), {
          minLength: 1,
          maxLength: 3,
          size: "max",
        }),
      }),
      weight: 1,
    },
  ),
}));
const perhapsError = fc.oneof(
  { arbitrary: fc.constant(null), weight: 6 },
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
    { arbitrary: fc.constantFrom("catch"), weight: 7 },
    { arbitrary: fc.constantFrom("finally"), weight: 3 },
    { arbitrary: fc.constantFrom("noYield", "again"), weight: 1 },
  ),
  exit,
});

const ofClass = fc.record({
  k: fc.constant("class"),
  id,
  async: isAsync,
  /** Whether it extends the base class for managers. */
  base: fc.boolean(),
  enter: perhapsError,
  exit,
});

const filter = fc.oneof(
  {
    arbitrary: fc.record({
      by: fc.constant("class"),
      name: fc.constantFrom("E1", "E3", "E4", "LookupFault", "ValueFault"),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({ by: fc.constant("class"), name: fc.constantFrom("Fault", "Exception") }),
    weight: 1,
  },
  {
    arbitrary: fc.record({ by: fc.constantFrom("shape", "predicate"), name: leaf }),
    weight: 3,
  },
);

const manager = fc.oneof(
  { arbitrary: ofClass, weight: 6 },
  { arbitrary: generator, weight: 4 },
  {
    arbitrary: fc.record({
      k: fc.constant("suppress"),
      async: isAsync,
      filters: fc.array(filter, { maxLength: 3, size: "max" }),
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ k: fc.constant("null"), id, async: isAsync }), weight: 1 },
  {
    arbitrary: fc.record({
      k: fc.constant("closing"),
      id,
      async: isAsync,
      by: fc.constantFrom("close", "release", "defer"),
      error: perhapsError,
    }),
    weight: 2,
  },
);

/** What is done with a stack. */
const operation = fc.oneof(
  { arbitrary: fc.record({ k: fc.constant("enter"), manager }), weight: 4 },
  { arbitrary: fc.record({ k: fc.constant("pushManager"), manager: ofClass }), weight: 1 },
  { arbitrary: fc.record({ k: fc.constant("push"), id, async: isAsync, exit }), weight: 2 },
  {
    arbitrary: fc.record({
      k: fc.constant("callback"),
      id,
      async: isAsync,
      by: fc.constantFrom("defer", "adopt", "use"),
      error: perhapsError,
    }),
    weight: 3,
  },
);

const { program } = fc.letrec((tie) => ({
  program: fc.record({
    async: fc.boolean(),
    body: fc.array(tie("statement"), { minLength: 1, maxLength: 4, size: "max" }),
  }),
  body: fc.array(tie("statement"), {
    minLength: 1,
    maxLength: 3,
    size: "max",
    depthIdentifier: "program",
  }),
  statement: fc.oneof(
    { maxDepth: 4, depthSize: "max", depthIdentifier: "program" },
    { arbitrary: fc.record({ k: fc.constant("log"), id }), weight: 2 },
    { arbitrary: fc.record({ k: fc.constant("raise"), error }), weight: 3 },
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
        manager: fc.oneof(generator, ofClass),
        body: tie("body"),
      }),
      weight: 1,
    },
    {
      arbitrary: fc.record({
        k: fc.constant("stack"),
        id,
        ops: tie("ops"),
        end: fc.constantFrom("exit", "exit", "move", "close", "moveClose"),
        then: tie("body"),
      }),
      weight: 4,
    },
  ),
  ops: fc.array(tie("op"), { maxLength: 6, size: "max", depthIdentifier: "program" }),
  op: fc.oneof(
    { maxDepth: 4, depthIdentifier: "program" },
    { arbitrary: operation, weight: 12 },
    { arbitrary: fc.record({ k: fc.constant("nest"), ops: tie("ops") }), weight: 1 },
    { arbitrary: fc.record({ k: fc.constant("do"), statement: tie("statement") }), weight: 2 },
  ),
}));

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
