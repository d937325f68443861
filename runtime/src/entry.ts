import type { Failure } from "./protocol.js";
import { refuse, refuseSync } from "./refuse.js";
import { asyncDispose, dispose } from "./symbols.js";

/**
 * One thing to be exited or released. Its methods are looked up once, before it is entered.
 *
 * @internal
 */
export interface Entry {
  /** The receiver of the methods; for functions, what they release, if that is known. */
  readonly self: unknown;
  /** Is told the outcome, and may suppress it. */
  readonly exit: ((failure?: Failure) => unknown) | undefined;
  /**
   * Is told nothing: the only way of a plain disposable, and the way of a manager that has one while
   * the outcome is unknown.
   */
  readonly release: (() => unknown) | undefined;
  /** Where it is missing, `self` is entered by being there. */
  readonly enter: (() => unknown) | undefined;
  /**
   * The one entered before it, which exits after it. Entries that are held together lead from the
   * newest to the oldest, the way that exits go, for a list of them costs more than most exits do.
   */
  below: Newest;
}

/** The first one of those that exit together. */
export type Newest = Entry | undefined;

/** All entries are made here: what has one shape is quick to read. */
export function entry(
  self: unknown,
  release?: Entry["release"],
  exit?: Entry["exit"],
  enter?: Entry["enter"],
): Entry {
  return { self, release, exit, enter, below: undefined };
}

/** What an entry is about: what is observed, and what messages name. */
export function subject({ self, release }: Entry): unknown {
  return self ?? release;
}

/**
 * Where a release of something that holds managers carries the exit that takes the outcome instead.
 * On the function, not on the object: whoever overrides the release is not passed over, and looking
 * for what is not there is slow where objects are of many shapes, while functions are of few.
 * Registered, so that two copies of this package understand each other.
 */
const takesOutcome: unique symbol = Symbol.for("unwind.exit") as never;

interface TakingOutcome {
  [takesOutcome]?: Entry["exit"];
}

/**
 * Makes a release into one that stacks and `withContext` call as `exit`, with the outcome, where
 * they know it.
 *
 * @internal
 */
export function takingOutcome<F extends Method>(
  release: F,
  exit: (failure?: Failure) => unknown,
): F {
  (release as TakingOutcome)[takesOutcome] = exit;
  return release;
}

/**
 * The method by which a manager calls the body itself, in the async form: only so can something be set
 * for a body, as by `AsyncLocalStorage.run`, without being set for what its caller does meanwhile.
 * Registered, so that two copies of this package understand each other.
 *
 * @internal
 */
export const runsBody: unique symbol = Symbol.for("unwind.runsBody") as never;

interface RunsBody {
  readonly [runsBody]?: (body: () => unknown) => unknown;
}

/** Calls a body, through the managers that have a say in it; the newest one is the innermost. */
export function runBody(newest: Newest, body: () => unknown): unknown {
  let run = body;
  for (let entry = newest; entry; entry = entry.below) {
    const { self } = entry;
    run = (self as RunsBody)[runsBody]?.bind(self, run) ?? run;
  }
  return run();
}

type Method = () => unknown;

/** What is asked of a value that may be anything. */
type Members = Offers | null | undefined;
type Offers = Partial<Readonly<Record<PropertyKey, unknown>>>;

/** Looks up how a sync form enters and exits a value; throws a TypeError that names the cure. */
export function syncEntrance(value: unknown): Entry {
  const enter = (value as Members)?.["enter"];
  // Null and undefined have no `enter`.
  const exit = typeof enter === "function" && (value as Offers)["exit"];
  return typeof exit === "function"
    ? entry(value, (value as Offers)[dispose] as Method, exit as Method, enter as Method)
    : syncResource(value);
}

/** What a stack's `use` holds, by the standard's rules for a value that is neither null nor undefined. */
export function syncResource(value: unknown): Entry {
  const release = (value as Members)?.[dispose];
  return typeof release === "function"
    ? entry(value, release as Method, (release as TakingOutcome)[takesOutcome])
    : refuseSync(value);
}

/** Looks up how an async form enters and exits a value; throws a TypeError that names the cure. */
export function asyncEntrance(value: unknown): Entry {
  return (
    asyncManager(value, "enterAsync", "exitAsync") ??
    asyncManager(value, "enter", "exit") ??
    asyncResource(value)
  );
}

/** As {@link syncResource}; `[Symbol.asyncDispose]` goes before `[Symbol.dispose]`. */
export function asyncResource(value: unknown): Entry {
  const release = asyncRelease(value);
  return typeof release === "function"
    ? entry(value, release as Method, (release as TakingOutcome)[takesOutcome])
    : refuse(value, "has no release: add one by closing() or adopt()");
}

/** Each method is asked for only where those before it are there. */
function asyncManager(value: unknown, enterKey: string, exitKey: string): Entry | undefined {
  const members = value as Members;
  const enter = members?.[enterKey];
  const exit = typeof enter === "function" && members?.[exitKey];
  return typeof exit === "function"
    ? entry(value, asyncRelease(value) as Method, exit as Method, enter as Method)
    : undefined;
}

function asyncRelease(value: unknown): unknown {
  const members = value as Members;
  return members?.[asyncDispose] ?? members?.[dispose];
}

/** Whether a sync form may take the value: whether it offers a synchronous way in and out. */
export function offersSync(value: unknown): boolean {
  const members = value as Members;
  return [members?.["enter"] && members["exit"], members?.[dispose]].some(
    (one) => typeof one === "function",
  );
}
