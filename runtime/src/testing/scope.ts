import { AsyncLocalStorage } from "node:async_hooks";

import { type Held, rootsOf } from "./held.js";
import { type Leak, leak } from "./leak.js";
import type { Listener } from "./dispatch.js";
import type { NodeHandle } from "./node-handle.js";
import { isKnownClosed, keptBy } from "./node-handle.js";
import { captureTrace, isRunners } from "./places.js";

/** What counts as a leak, and what is looked at. */
export interface TrackOptions {
  /**
   * Whether Node's own resources count: sockets, servers, timers, child processes, workers and
   * `FileHandle`s. True by default; on other engines it has no effect.
   */
  readonly node?: boolean;
  /**
   * Whether resources that do not keep the process alive (`unref()`) count: a timer that was unrefed
   * on purpose, or a connection that waits in a pool for its next use. False by default.
   */
  readonly unref?: boolean;
  /** Whether to capture where resources were acquired. True by default; costs a few µs for each. */
  readonly stacks?: boolean;
  /**
   * For how long to wait for what is being released when the body ends, in milliseconds. 100 by
   * default. A body that leaves nothing behind waits for a turn of the event loop only; a synchronous
   * one not at all.
   */
  readonly settle?: number;
  /** Leaks that are meant to be: one that outlives all tests. See also `untracked`. */
  readonly ignore?: (leak: Leak) => boolean;
}

/** What was acquired in one body, or one test, and not yet released. */
export class Scope {
  readonly options: TrackOptions;
  readonly #held = new Set<Held>();
  readonly handles = new Set<NodeHandle>();
  /** Operations of Node that may yet acquire something. */
  readonly pending = new Set<number>();
  /** What is acquired after the end is nobody's. */
  closed = false;
  /** Whether it has given back what watches for it. */
  ended = false;

  constructor(options: TrackOptions) {
    this.options = options;
  }

  hold(held: Held): void {
    held.scope = this;
    this.#held.add(held);
  }

  release(held: Held): void {
    this.#held.delete(held);
  }

  /**
   * The roots of what is held now.
   *
   * @param now - Whether it has to be told in the same turn, in which Node does not know yet what
   *   was just closed.
   */
  leaks(now = false): Leak[] {
    const { unref = false, ignore } = this.options;
    const found: { order: number; leak: Leak }[] = [];
    for (const { first, resource, holds } of rootsOf(this.#held)) {
      found.push({ order: first.order, leak: leak(resource, first.trace, holds) });
    }
    const living = [...this.handles].filter(
      (handle) => handle.isOpen() && (unref || handle.isRef()) && !(now && isKnownClosed(handle)),
    );
    const kept = keptBy([...this.#held].map(({ subject }) => subject));
    for (const handle of living) {
      if (kept.has(handle.resource) || handle.isPartOf(living) || isRunners(handle.trace)) continue;
      found.push({ order: handle.order, leak: leak(handle.description, handle.trace) });
    }
    const leaks = found.sort((a, b) => a.order - b.order).map((one) => one.leak);
    return ignore === undefined ? leaks : leaks.filter((one) => !ignore(one));
  }
}

/** In which scope, or outside of which, code runs. */
const scopes = new AsyncLocalStorage<Scope | "untracked">();

/** The scope for what is acquired in no scope of its own: a test's whose hooks opened it. */
let ambient: Scope | undefined;

/** Sets the scope of those that have no async context of their own. */
export function setAmbient(scope: Scope | undefined): void {
  ambient = scope;
}

/** The scope in which the running code acquires; undefined where nobody wants to know. */
export function currentScope(): Scope | undefined {
  const scope = scopes.getStore();
  if (scope === "untracked") return undefined;
  const current = scope === undefined || scope.closed ? ambient : scope;
  return current?.closed === false ? current : undefined;
}

/** Runs a function in a scope. */
export function runIn<R>(scope: Scope, body: () => R): R {
  return scopes.run(scope, body);
}

/**
 * Runs a function whose acquisitions are meant to outlive the test: a server for all tests, a pool
 * that is opened on first use. They count for no test, also not what it begins asynchronously.
 *
 * @param fn - Acquires what no test counts; it may be async.
 * @returns What the function returns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExitStack } from "unwind";
 * import { trackResources, untracked } from "unwind/testing";
 *
 * const shared = new ExitStack();
 * trackResources(() => {
 *   untracked(() => shared.defer(() => {}));
 * });
 * assert.equal(shared.disposed, false);
 * ```
 */
export function untracked<R>(fn: () => R): R {
  return scopes.run("untracked", fn);
}

/** Enters into scopes what is acquired through unwind. */
export const intoScopes: Listener = {
  acquiring(held) {
    const scope = currentScope();
    if (scope === undefined) return;
    held.scope = scope;
    // At once, for an async way in has left the caller's stack when it has succeeded.
    if (scope.options.stacks !== false) held.trace = captureTrace();
  },
  acquired(held) {
    const { scope } = held;
    if (scope instanceof Scope && !scope.closed) scope.hold(held);
  },
  released(held) {
    held.scope?.release(held);
  },
};
