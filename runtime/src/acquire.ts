import type { Entry } from "./entry.js";
import { isPromiseLike } from "./objects.js";
import { report } from "./observe.js";

/**
 * Begins to enter what was looked up, for a stack if one is given. That it was acquired is for the
 * caller to report: where that takes time, and only when it is in good hands.
 */
export function acquire(entry: Entry, owner?: object): unknown {
  const { self, enter } = entry;
  report?.("enter", entry, owner);
  return enter === undefined ? self : enter.call(self);
}

/** Whether that takes time. A disposable is there already, even one that is a promise, too. */
export function isEntering({ enter }: Entry, value: unknown): value is PromiseLike<unknown> {
  return enter !== undefined && isPromiseLike(value);
}
