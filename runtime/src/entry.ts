import { describe } from "./describe.js";
import { isObject } from "./objects.js";
import type { Failure } from "./protocol.js";
import { asyncDispose, dispose } from "./symbols.js";

/**
 * One thing to be exited or released. Its methods are looked up once, before it is entered.
 *
 * @internal
 */
export interface Entry {
  readonly self: unknown;
  /** Is told the outcome, and may suppress it. */
  readonly exit: ((failure?: Failure) => unknown) | undefined;
  /**
   * Is told nothing: the only way of a plain disposable, and the way of a manager that has one while
   * the outcome is unknown.
   */
  readonly release: (() => unknown) | undefined;
}

/**
 * An {@link Entry} that has yet to be entered; without `enter`, its own object is what one gets.
 *
 * @internal
 */
export interface Entrance extends Entry {
  readonly enter: (() => unknown) | undefined;
}

/**
 * The method by which a disposable that holds managers takes the outcome of the stack around it.
 * Registered, so that two copies of this package understand each other.
 *
 * @internal
 */
export const takesOutcome: symbol = Symbol.for("unwind.takesOutcome");

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

/** Calls a body, through the managers that have a say in it; the first one is the outermost. */
export function runBody(entered: readonly Entry[], body: () => unknown): unknown {
  return entered.reduceRight(
    (run, { self }) => (self as RunsBody)[runsBody]?.bind(self, run) ?? run,
    body,
  )();
}

/** Looks up how a sync form enters and exits a value; throws a TypeError that names the cure. */
export function syncEntrance(value: unknown): Entrance {
  if (isObject(value)) {
    const entrance = manager(value, "enter", "exit", syncRelease) ?? disposable(value, syncRelease);
    if (entrance) return entrance;
    if (isMethod(value, "enterAsync") || isMethod(value, asyncDispose)) {
      throw new TypeError(
        `${describe(value)} is an async context manager: use withAsyncContext or an AsyncExitStack`,
      );
    }
  }
  throw new TypeError(
    `${describe(value)} is no context manager: it offers neither enter() and exit() nor [Symbol.dispose](). ${cure}`,
  );
}

/** Looks up how an async form enters and exits a value; throws a TypeError that names the cure. */
export function asyncEntrance(value: unknown): Entrance {
  const entrance = isObject(value)
    ? (manager(value, "enterAsync", "exitAsync", asyncRelease) ??
      manager(value, "enter", "exit", asyncRelease) ??
      disposable(value, asyncRelease))
    : undefined;
  if (entrance) return entrance;
  throw new TypeError(
    `${describe(value)} is no context manager: it offers neither enter() and exit() nor [Symbol.dispose](), nor their async forms. ${cure}`,
  );
}

/** Whether a sync form may take the value: whether it offers a synchronous way in and out. */
export function offersSync(value: unknown): boolean {
  return (
    isObject(value) &&
    ((isMethod(value, "enter") && isMethod(value, "exit")) || isMethod(value, dispose))
  );
}

/** What a stack's `use` holds, by the standard's rules for a value that is neither null nor undefined. */
export function syncResource(value: unknown): Entry {
  const entry = isObject(value) ? disposable(value, syncRelease) : undefined;
  if (entry) return entry;
  throw new TypeError(`${describe(value)} has no [Symbol.dispose]() method. ${cure}`);
}

/** As {@link syncResource}; `[Symbol.asyncDispose]` goes before `[Symbol.dispose]`. */
export function asyncResource(value: unknown): Entry {
  const entry = isObject(value) ? disposable(value, asyncRelease) : undefined;
  if (entry) return entry;
  throw new TypeError(
    `${describe(value)} has neither a [Symbol.asyncDispose]() nor a [Symbol.dispose]() method. ${cure}`,
  );
}

const cure = "closing(object, release) adds one, or a stack takes it by adopt(object, release)";

type Method = () => unknown;
type Lookup = (value: object) => Method | undefined;

const syncRelease: Lookup = (value) => method(value, dispose);
const asyncRelease: Lookup = (value) => method(value, asyncDispose) ?? method(value, dispose);

function manager(
  value: object,
  enterKey: string,
  exitKey: string,
  release: Lookup,
): Entrance | undefined {
  const members = value as Readonly<Record<string, unknown>>;
  const enter = members[enterKey];
  if (typeof enter !== "function") return undefined;
  const exit = members[exitKey];
  if (typeof exit !== "function") return undefined;
  return { self: value, enter: enter as Method, exit: exit as Method, release: release(value) };
}

function disposable(value: object, lookup: Lookup): Entrance | undefined {
  const release = lookup(value);
  if (release === undefined) return undefined;
  return { self: value, enter: undefined, exit: method(value, takesOutcome), release };
}

/** As the standard's GetMethod: null counts as absent; anything else has to be a function. */
function method(value: object, key: PropertyKey): Method | undefined {
  const found = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  if (found === undefined || found === null) return undefined;
  if (typeof found !== "function") {
    throw new TypeError(`${String(key)} of ${describe(value)} is not a function`);
  }
  return found as Method;
}

function isMethod(value: object, key: PropertyKey): boolean {
  return typeof (value as Readonly<Record<PropertyKey, unknown>>)[key] === "function";
}
