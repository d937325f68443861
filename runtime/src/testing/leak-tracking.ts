import type { Leak } from "./leak.js";
import { ResourceLeakError } from "./resource-leak-error.js";
import { lateHook, testOf } from "./runner.js";
import { Scope, setAmbient, type TrackOptions } from "./scope.js";
import { settle } from "./settle.js";
import { track, trackResources } from "./track-resources.js";

/** What is called around each test. */
export interface LeakTrackingHooks {
  /**
   * Begins to track.
   *
   * @param context - What the runner gives to its hooks.
   */
  beforeEach(this: unknown, ...context: unknown[]): void;
  /**
   * Waits for what is being released, and checks.
   *
   * @param context - What the runner gives to its hooks: tells whether the test has failed.
   * @returns Rejects with a ResourceLeakError, unless the test has failed anyway.
   */
  afterEach(this: unknown, ...context: unknown[]): Promise<void>;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- each runner has types of its own for these */
/** The functions by which a runner takes hooks: those of node:test, Vitest, Jest or Mocha. */
export interface RunnerHooks {
  readonly beforeEach: (hook: (this: any) => void) => unknown;
  readonly afterEach: (hook: (this: any) => Promise<void>) => unknown;
  /** Of Vitest 4.1 and newer: tells concurrent tests apart, which the others cannot. */
  readonly aroundEach?:
    ((hook: (runTest: () => Promise<void>, context: any) => Promise<void>) => unknown) | undefined;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** Tests that run at the same time: nobody can tell which of them acquired something. */
interface Together {
  readonly scope: Scope;
  readonly stop: () => void;
  readonly names: string[];
  running: number;
  /** Whether one of them failed, so that it may have left something behind because of that. */
  failed: boolean;
}

/**
 * Makes hooks that check after each test that all it acquired was released, as `trackResources` does
 * for a body. For runners that take hooks as an object: Mocha's root hook plugins.
 *
 * Tests of one file that run at the same time share what is acquired; a leak is then reported by the
 * last of them, and names them all.
 *
 * @param options - As for `trackResources`.
 * @returns The hooks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExitStack } from "unwind";
 * import { leakTrackingHooks, ResourceLeakError } from "unwind/testing";
 *
 * // In the file that .mocharc names under "require": export const mochaHooks = leakTrackingHooks();
 * const mochaHooks = leakTrackingHooks({ settle: 0 });
 *
 * mochaHooks.beforeEach();
 * new ExitStack().defer(() => {});
 * await assert.rejects(mochaHooks.afterEach(), ResourceLeakError);
 * ```
 */
export function leakTrackingHooks(options: TrackOptions = {}): LeakTrackingHooks {
  let together: Together | undefined;
  /** Whether the runner calls the check later than its `afterEach`, when all other hooks have run. */
  let isLate = false;

  async function check(self: unknown, context: unknown): Promise<void> {
    const current = together;
    // A hook before ours failed, so ours was not called.
    if (current === undefined) return;
    const test = testOf(self, context);
    current.names.push(test.name);
    current.failed ||= test.failed;
    if (--current.running > 0) return;
    together = undefined;
    let leaks: Leak[];
    try {
      leaks = await settle(current.scope);
    } finally {
      current.stop();
      setAmbient(undefined);
    }
    if (leaks.length === 0 || current.failed) return;
    const names = current.names.map((name) => JSON.stringify(name)).join(", ");
    const where = current.names.length > 1 ? ` by one of the concurrent tests ${names}` : "";
    throw new ResourceLeakError(leaks, where);
  }

  return {
    // Without a declared parameter, which Mocha would take for a callback to wait for.
    beforeEach(...[context]) {
      if (together === undefined) {
        const scope = new Scope(options);
        together = { scope, stop: track(scope), names: [], running: 0, failed: false };
        setAmbient(scope);
      }
      together.running++;
      isLate = lateHook(this, context, check);
    },
    async afterEach(...[context]) {
      if (!isLate) await check(this, context);
    },
  };
}

/**
 * Has a runner check after each test that all it acquired was released, as `trackResources` does for
 * a body. Its place is before all other hooks; with Jest, after those that stand outside of any
 * `describe`, for Jest calls hooks in the order in which they were declared.
 *
 * @param runner - The runner's own functions: `{ beforeEach, afterEach }` of node:test, Vitest, Jest
 *   or Mocha; with Vitest 4.1 or newer also `aroundEach`, which tells concurrent tests apart.
 * @param options - As for `trackResources`.
 * @throws TypeError where they are no functions.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { installLeakTracking } from "unwind/testing";
 *
 * // With a runner: import { afterEach, beforeEach } from "node:test";
 * const installed: string[] = [];
 * const beforeEach = () => installed.push("beforeEach");
 * const afterEach = () => installed.push("afterEach");
 *
 * installLeakTracking({ beforeEach, afterEach });
 * assert.deepEqual(installed, ["beforeEach", "afterEach"]);
 * ```
 */
export function installLeakTracking(runner: RunnerHooks, options: TrackOptions = {}): void {
  const { beforeEach, afterEach, aroundEach } = runner;
  if (typeof aroundEach === "function") {
    aroundEach((runTest, context: unknown) => around(runTest, context, options));
    return;
  }
  if (typeof beforeEach !== "function" || typeof afterEach !== "function") {
    throw new TypeError(
      "installLeakTracking() takes the runner's own functions: installLeakTracking({ beforeEach, afterEach })",
    );
  }
  const hooks = leakTrackingHooks(options);
  // Without parameters: Jest and Mocha would take one for a callback to wait for, and Vitest reads
  // the parameters' names.
  beforeEach(function (this: unknown) {
    // eslint-disable-next-line prefer-rest-params -- see above
    hooks.beforeEach.call(this, arguments[0]);
  });
  afterEach(function (this: unknown) {
    // eslint-disable-next-line prefer-rest-params -- see above
    return hooks.afterEach.call(this, arguments[0]);
  });
}

async function around(
  runTest: () => Promise<void>,
  context: unknown,
  options: TrackOptions,
): Promise<void> {
  try {
    await trackResources(runTest, options);
  } catch (error) {
    if (error instanceof ResourceLeakError && testOf(undefined, context).failed) return;
    throw error;
  }
}
