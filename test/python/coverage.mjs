/**
 * What programs have to do often enough, for a comparison of programs that never do it says nothing
 * about it. The interpreter counts each when it is done, not when it is written in a program.
 */
const both = [
  "a manager of its own",
  "AbstractContextManager",
  "contextManager",
  "nullContext",
  "closing",
  "closing: with a release",
  "defer",
  "wrap",
  "wrapWith",
  "with: one manager",
  "with: a tuple",
  "enterContext",
  "push: a function",
  "push: a manager",
  "stack: defer",
  "stack: adopt",
  "stack: use",
  "stack: empty",
  "stack: in a stack",
  "stack: fails half-way",
  "stack: dispose",
  "stack: complete, move, dispose",
  "stack: move, complete, dispose",
  "stack: move, then enter",
  "generator: catch",
  "generator: finally",
  "generator: noYield",
  "generator: again",
  "generator: yields again",
  "suppress: by class",
  "suppress: by shape",
  "suppress: by predicate",
  "suppress: several filters",
  "suppress: without filters",
  "suppress: an error",
  "suppress: another error",
  "suppress: a whole group",
  "suppress: a part of a group",
  "suppress: nothing of a group",
  "error: in a body",
  "error: a group in a body",
  "error: a group in a group",
  "error: in enter",
  "error: in a callback",
  "exit: suppresses",
  "exit: fails",
  "exit: fails while unwinding",
  "exit: throws what it saw",
  "exit: translates",
  "out: suppressed",
  "out: one error",
  "out: several errors",
];
const onlySync = ["ExitStack"];
const onlyAsync = ["AsyncExitStack", "asyncContextManager", "AbstractAsyncContextManager"];

/** One program in how many has to do each thing, of each kind of programs. */
const oneIn = 250;

/**
 * @typedef {object} Coverage
 * @property {number} required how often each thing has to be done in programs of each kind
 * @property {string[]} missed what is done less often, or not expected to be done at all
 * @property {string} table how often each is done
 *
 * @param {import("./compare.mjs").Comparison} comparison
 * @returns {Coverage}
 */
export function coverage({ compared, hits }) {
  const required = Math.ceil(compared / 2 / oneIn);
  const rows = [];
  const missed = [];
  const add = (what, kinds) => {
    const counts = hits.get(what) ?? { sync: 0, async: 0 };
    const cell = (kind) => (kinds.includes(kind) ? String(counts[kind]) : "-").padStart(8);
    rows.push(`${what.padEnd(30)}${cell("sync")}${cell("async")}`);
    for (const kind of kinds) {
      if (counts[kind] < required) missed.push(`${what} (${kind}): ${counts[kind]}`);
    }
  };
  for (const what of both) add(what, ["sync", "async"]);
  for (const what of onlySync) add(what, ["sync"]);
  for (const what of onlyAsync) add(what, ["async"]);
  const expected = new Set([...both, ...onlySync, ...onlyAsync]);
  for (const what of hits.keys()) {
    if (!expected.has(what)) missed.push(`${what}: counted, but not listed`);
  }
  const title = `Done in programs that are (at least ${required} each)`;
  return {
    required,
    missed,
    table: [title, `${" ".repeat(30)}    sync   async`, ...rows].join("\n"),
  };
}
