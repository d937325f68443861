import { describe } from "../describe.js";
import { dispose } from "../symbols.js";
import { listen } from "./dispatch.js";
import { type Held, nextOrder, type Remains } from "./held.js";
import { leak, type Leak } from "./leak.js";
import { captureTrace, formatPlace } from "./places.js";

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
 * called. Needs no Node. When the engine collects garbage is its own affair, so a warning may come
 * late or, at the end of the process, never.
 *
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

let end: (() => void) | undefined;
/** What was acquired before has remains of an earlier registry, or none. */
let beginning = 0;

function begin(): void {
  beginning = nextOrder();
  const registry = new FinalizationRegistry<Remains>(({ resource, trace, order, living }) => {
    for (const watcher of watchers) {
      if (order < watcher.since) continue;
      watcher.unreleased += living;
      watcher.tell(leak(resource, trace));
    }
  });

  end = listen({
    acquiring(held) {
      if (watchers.stacks === true) held.trace ??= captureTrace();
    },
    acquired(held) {
      for (const watcher of watchers) watcher.acquired++;
      // A stack is told of once, whatever it holds.
      const target = held.owner ?? held;
      const known = remainsOf(target);
      if (known !== undefined && known.living > 0) {
        known.living++;
        return;
      }
      const remains = describeRemains(held);
      target.remains = remains;
      registry.register(target, remains, target);
    },
    released(held) {
      const target = held.owner ?? held;
      const remains = remainsOf(target);
      if (remains === undefined || held.order < beginning) return;
      for (const watcher of watchers) if (held.order > watcher.since) watcher.released++;
      if (--remains.living === 0) registry.unregister(target);
    },
  });
}

function remainsOf({ remains }: { readonly remains: Remains | undefined }): Remains | undefined {
  return remains !== undefined && remains.order > beginning ? remains : undefined;
}

function describeRemains({ owner, subject, trace, order }: Held): Remains {
  const whose = owner === undefined ? "" : `${describe(owner.stack)} that holds `;
  return { resource: `${whose}${describe(subject)}`, trace, order, living: 1 };
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
