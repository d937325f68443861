import type { Resource } from "../catalogue.js";
import { asyncMethod, globals, method, origins } from "../entries.js";

const symbolsSince = [
  [18, 18],
  [20, 4],
] as const;

const filling = ["adopt", "defer", "use"];
const fillingWithManagers = [...filling, "enterContext", "push"];

/** What this project's own runtime gives out, and the engine's own stacks. */
export const unwind: readonly Resource[] = [
  {
    noun: "entered manager",
    acquire: origins("unwind", "enter"),
    async: false,
    release: [{ kind: "symbol", async: false }],
    idempotentRelease: true,
    value: "object",
    dispose: { symbol: "sync", since: symbolsSince },
  },
  {
    noun: "entered manager",
    acquire: origins("unwind", "enterAsync"),
    async: true,
    release: [{ kind: "symbol", async: true }],
    idempotentRelease: true,
    value: "object",
    dispose: { symbol: "async", since: symbolsSince },
  },
  {
    noun: "exit stack",
    acquire: origins("unwind", "ExitStack"),
    async: false,
    release: [method("dispose")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: fillingWithManagers,
    handingOver: ["move"],
    dispose: { symbol: "sync", since: symbolsSince },
  },
  {
    noun: "exit stack",
    acquire: origins("unwind", "AsyncExitStack"),
    async: false,
    release: [asyncMethod("disposeAsync")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: fillingWithManagers,
    handingOver: ["move"],
    dispose: { symbol: "async", since: symbolsSince },
  },
  {
    noun: "disposable stack",
    acquire: globals("DisposableStack"),
    async: false,
    release: [method("dispose")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: filling,
    handingOver: ["move"],
    dispose: { symbol: "sync", since: [[24, 0]] },
  },
  {
    noun: "disposable stack",
    acquire: globals("AsyncDisposableStack"),
    async: false,
    release: [asyncMethod("disposeAsync")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: filling,
    handingOver: ["move"],
    dispose: { symbol: "async", since: [[24, 0]] },
  },
];
