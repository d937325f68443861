import { describeLeak, framesOf, type Leak, listLeaks } from "./leak.js";

/**
 * Says which resources were acquired and not released, and where. Only roots are listed: what an
 * exit stack holds that is itself unreleased is not listed again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExitStack } from "unwind";
 * import { ResourceLeakError, trackResources } from "unwind/testing";
 *
 * function forgetful() {
 *   const stack = new ExitStack();
 *   stack.defer(() => {});
 *   stack.defer(() => {});
 * }
 *
 * assert.throws(
 *   () => trackResources(forgetful),
 *   (error) =>
 *     error instanceof ResourceLeakError &&
 *     error.leaks.length === 1 &&
 *     error.leaks[0]?.resource === "an ExitStack",
 * );
 * ```
 */
export class ResourceLeakError extends Error {
  /** The roots, in the order in which they were acquired. */
  readonly leaks: readonly Leak[];

  /**
   * @param leaks - At least one.
   * @param where - Whose they are, for the message: the names of tests.
   */
  constructor(leaks: readonly Leak[], where = "") {
    // The first line tells of a resource, too: it is all that a list of failed tests shows.
    const [first] = leaks;
    const rest = leaks.length > 1 ? `, and ${leaks.length - 1} more` : "";
    const summary = first === undefined ? "" : `: ${describeLeak(first)}${rest}`;
    const lines = first && leaks.length === 1 ? framesOf(first, "    ") : [listLeaks(leaks, "  ")];
    super([`Not released${where}${summary}`, ...lines].join("\n"));
    this.leaks = leaks;
  }

  static {
    Object.defineProperty(this.prototype, "name", {
      value: "ResourceLeakError",
      configurable: true,
    });
  }
}
