import { describe } from "../describe.js";
import { isObject } from "../objects.js";
import { isObserved } from "./dispatch.js";
import { Held } from "./held.js";
import { intoScopes } from "./scope.js";

/** What is acquired by marks; undefined once it was released, for a second release is a bug. */
const marks = new WeakMap<object, Held | undefined>();

/**
 * Says that a resource was acquired that neither `unwind` nor Node knows of: a connection of a fake
 * pool, a lock, a lease. Does nothing while nothing is tracked, so it may stand in a test double that
 * all tests share.
 *
 * @param resource - The object that stands for it.
 * @returns `resource`.
 * @throws TypeError where it is no object.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { markAcquired, markReleased, ResourceLeakError, trackResources } from "unwind/testing";
 *
 * class Lease {}
 * const fake = {
 *   lease: () => markAcquired(new Lease()),
 *   giveBack: (lease: Lease) => markReleased(lease),
 * };
 *
 * trackResources(() => fake.giveBack(fake.lease()));
 * assert.throws(
 *   () => trackResources(() => void fake.lease()),
 *   (error) => error instanceof ResourceLeakError && error.leaks[0]?.resource === "a Lease",
 * );
 * ```
 */
export function markAcquired<T extends object>(resource: T): T {
  if (!isObject(resource)) {
    throw new TypeError(
      `markAcquired() takes the object that stands for the resource, not ${describe(resource)}`,
    );
  }
  if (!isObserved()) return resource;
  const held = new Held("mark", resource, undefined);
  marks.set(resource, held);
  // Not for what makes acquisitions fail: that is `operation`'s business.
  intoScopes.acquiring?.(held);
  intoScopes.acquired?.(held);
  return resource;
}

/**
 * Says that a resource was released that {@link markAcquired} announced.
 *
 * @param resource - The object that was announced.
 * @throws Error where it was released already, for that may release what somebody else acquired in
 *   the meantime.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { markAcquired, markReleased, trackResources } from "unwind/testing";
 *
 * trackResources(() => {
 *   const lease = markAcquired({ id: 1 });
 *   markReleased(lease);
 *   assert.throws(() => markReleased(lease), /released twice/);
 * });
 * ```
 */
export function markReleased(resource: object): void {
  if (!marks.has(resource)) return;
  const held = marks.get(resource);
  if (held === undefined) throw new Error(`${describe(resource)} was released twice`);
  marks.set(resource, undefined);
  held.scope?.release(held);
}
