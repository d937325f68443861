import { describe } from "../describe.js";
import { dispose } from "../symbols.js";
import { listen } from "./dispatch.js";
import { type Count, type Held, nextOrder } from "./held.js";
import { leak, type Leak } from "./leak.js";
import { captureTrace, formatPlace, type Trace } from "./places.js";

/** A resource that became garbage without having been released. */
export type Unreleased = Leak;

/** What to do about resources that nobody released. */
export interface UnreleasedOptions {
  /** Whether to capture where resources are acquired: a few µs for each. False by default. */
  readonly stacks?: boolean;
  /**
   * Is told of each; by default a `ResourceWarning` is emitted by `process.emitWarning`, or where there
   * is none, printed by `console.warn`.
   */
  readonly onUnreleased?: (resource: Unreleased) => void;
}

/** The warnings while they are on; disposing of it turns them off. */
export interface UnreleasedWarnings extends Disposable {
  /** How many resources were acquired since. */
  readonly acquired: number;
  /** How many of these were released. */
  readonly released: number;
  /** How many of these became garbage before. */
  readonly unreleased: number;
}

/**
 * Warns of what was acquired through `unwind` and became garbage without having been released, as
 * Python's `ResourceWarning` does: nobody can release it any more. For development; off unless this is
 * called. When the engine collects garbage is its own affair, so a warning may come
 * late or, at the end of the process, never.
 *
 * @param options - Who is told, and whether with stacks.
 * @returns Counters; disposing of it ends the warnings.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExitStack } from "unwind";
 * import { warnUnreleased } from "unwind/testing";
 *
 * const warnings = warnUnreleased({ stacks: true });
 * const stack = new ExitStack();
 * stack.defer(() => {});
 * assert.equal(warnings.acquired, 1);
 *
 * stack.dispose();
 * assert.equal(warnings.released, 1);
 * warnings[Symbol.dispose]();
 * ```
 */
export function warnUnreleased(options: UnreleasedOptions = {}): UnreleasedWarnings {
  const { stacks = false, onUnreleased = emit } = options;
  const watcher = new Watcher(stacks, onUnreleased);
  if (watchers.size === 0) begin();
  watchers.add(watcher);
  watchers.stacks = [...watchers].some((one) => one.stacks);
  return watcher;
}

class Watcher implements UnreleasedWarnings {
  readonly stacks: boolean;
  readonly tell: (resource: Unreleased) => void;
  acquired = 0;
  released = 0;
  unreleased = 0;
  /** What was acquired before is not counted when it is released. */
  readonly since: number = nextOrder();

  constructor(stacks: boolean, tell: (resource: Unreleased) => void) {
    this.stacks = stacks;
    this.tell = tell;
  }

  [dispose](): void {
    if (watchers.delete(this) && watchers.size === 0) end?.();
  }
}

/** All that are on; they share one registry. */
const watchers: Set<Watcher> & { stacks?: boolean } = new Set<Watcher>();

/** How many acquisitions of one turn are kept track of before they are registered after all. */
const turnLimit = 1000;

let end: (() => void) | undefined;
/** What was acquired before has remains of an earlier registry, or none. */
let beginning = 0;

/** What is known of a resource when it is garbage; nothing in it may lead to the resource. */
interface Remains {
  readonly count: Count;
  readonly trace: Trace | undefined;
  /** The classes of the stack, if any, and of what it held; of a function its text. */
  readonly stack: unknown;
  readonly subject: unknown;
}

function begin(): void {
  beginning = nextOrder();
  const registry = new FinalizationRegistry<Remains>((remains) => {
    const { order, living } = remains.count;
    for (const watcher of watchers) {
      if (order < watcher.since) continue;
      watcher.unreleased += living;
      watcher.tell(leak(describeRemains(remains), remains.trace));
    }
  });

  /*
   * Registering is what costs most. What is released in the turn in which it was acquired, as most is,
   * does not need it: so it is done when the turn is over.
   */
  let young: Held[] = [];
  const settle = (): void => {
    const all = young;
    young = [];
    for (const held of all) {
      const holder = held.owner ?? held;
      const { count } = holder;
      if (count === undefined || count.living === 0 || count.registered) continue;
      count.registered = true;
      registry.register(holder, remainsOf(held, count), holder);
    }
  };

  end = listen({
    acquiring(held) {
      if (watchers.stacks === true) held.trace ??= captureTrace();
    },
    acquired(held) {
      for (const watcher of watchers) watcher.acquired++;
      // A stack is told of once, whatever it holds.
      const holder = held.owner ?? held;
      const known = countOf(holder);
      if (known !== undefined && known.living > 0) {
        known.living++;
        return;
      }
      holder.count = { order: held.order, living: 1, registered: false };
      if (young.length === 0) queueMicrotask(settle);
      if (young.push(held) >= turnLimit) settle();
    },
    released(held) {
      const holder = held.owner ?? held;
      const count = countOf(holder);
      if (count === undefined || held.order < beginning) return;
      for (const watcher of watchers) if (held.order > watcher.since) watcher.released++;
      if (--count.living === 0 && count.registered) registry.unregister(holder);
    },
  });
}

function countOf({ count }: { readonly count: Count | undefined }): Count | undefined {
  return count !== undefined && count.order > beginning ? count : undefined;
}

function remainsOf({ owner, subject, trace }: Held, count: Count): Remains {
  return { count, trace, stack: owner && classOf(owner.stack), subject: classOf(subject) };
}

/** Describing takes longer than all else, so it waits until there is something to tell. */
function classOf(value: unknown): unknown {
  return typeof value === "object" && value !== null
    ? (value as { constructor?: unknown }).constructor
    : { text: describe(value) };
}

function describeRemains({ stack, subject }: Remains): string {
  const resource = describeClass(subject);
  return stack === undefined ? resource : `${describeClass(stack)} that holds ${resource}`;
}

function describeClass(one: unknown): string {
  if (typeof one === "object" && one !== null && "text" in one) return String(one.text);
  return describe({ constructor: one });
}

type EmitWarning = (warning: string, options: { type: string; code: string }) => void;

function emit({ resource, place, stack }: Unreleased): void {
  const { process, console } = globalThis as {
    process?: { emitWarning?: EmitWarning };
    console?: { warn(text: string): void };
  };
  const where =
    place === undefined
      ? "; warnUnreleased({ stacks: true }) tells where it was acquired"
      : `, acquired at ${formatPlace(place)}\n${stack.replaceAll(/^/gm, "    ")}`;
  const message = `${resource} became garbage without having been released${where}`;
  if (typeof process?.emitWarning === "function") {
    process.emitWarning(message, { type: "ResourceWarning", code: "UNWIND_UNRELEASED" });
  } else {
    console?.warn(`ResourceWarning: ${message}`);
  }
}
