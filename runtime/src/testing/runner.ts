import { isObject } from "../objects.js";

/*
 * What is known of the runners, by what they give to their hooks. None is imported: the names below are
 * looked for where they may be, and where they are not, the hooks do without.
 */

type Check = (self: unknown, context: unknown) => Promise<void>;

const registered = new WeakSet<object>();

/**
 * Has the runner call the check after all `afterEach` hooks, also those that were declared after ours:
 * node:test and Mocha call hooks in the order of their declaration. Vitest calls them in reverse, so
 * that ours is the last anyway; Jest has no such way.
 *
 * @param self - What the runner's `beforeEach` hook is called on.
 * @param context - What it is given.
 * @returns Whether the runner will.
 */
export function lateHook(self: unknown, context: unknown, check: Check): boolean {
  // node:test: the context of the test, whose own `after` comes after all `afterEach`.
  const after = member(context, "after");
  if (typeof after === "function" && typeof member(context, "diagnostic") === "function") {
    after.call(context, () => check(self, context));
    return true;
  }
  // Mocha: the suite to which our hook belongs, at the end of whose hooks there is room.
  const suite = member(member(self, "test"), "parent");
  const add = member(suite, "afterEach");
  if (typeof add !== "function" || member(self, "currentTest") === undefined) return false;
  if (!registered.has(suite as object)) {
    registered.add(suite as object);
    add.call(suite, function (this: unknown) {
      return check(this, undefined);
    });
  }
  return true;
}

/** The name of the test that a hook was called for, and whether it failed. */
export function testOf(self: unknown, context: unknown): { name: string; failed: boolean } {
  // Vitest: context.task; Mocha: this.currentTest; node:test: the context itself.
  const test = member(context, "task") ?? member(self, "currentTest") ?? context;
  const name = member(test, "name") ?? member(test, "title");
  const errors = member(member(test, "result"), "errors");
  const error = member(test, "error");
  const failed =
    member(test, "state") === "failed" ||
    (Array.isArray(errors) && errors.length > 0) ||
    (error !== undefined && error !== null);
  return { name: typeof name === "string" ? name : "?", failed };
}

function member(value: unknown, key: string): unknown {
  // Vitest's context is a function.
  return isObject(value) ? Reflect.get(value, key) : undefined;
}
