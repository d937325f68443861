// Measures what it costs to track resources: `tracking.mjs ROW`, each in a process of its own, because
// code that was compiled while something is tracked is other code. Prints nanoseconds an acquisition.
import { fileURLToPath } from "node:url";

import { measure } from "mitata";
import { ExitStack } from "unwind";

/** In nanoseconds: how long a row is measured. */
const time = 3e8;

/** How many resources are acquired in one call that is measured. */
const acquisitions = 100;

const release = () => {};

/** A stack for each resource: what all of a stack have in common is shared out among none. */
function acquireAll() {
  for (let count = 0; count < acquisitions; count++) {
    const stack = new ExitStack();
    stack.adopt({ count }, release);
    stack.dispose();
  }
}

/** The same, where the resources are released in a later turn. */
async function acquireAndWait() {
  const stacks = [];
  for (let count = 0; count < acquisitions; count++) {
    const stack = new ExitStack();
    stack.adopt({ count }, release);
    stacks.push(stack);
  }
  await null;
  for (const stack of stacks) stack.dispose();
}

const tracking = (options) => async () => {
  const { trackResources } = await import("unwind/testing");
  return () => trackResources(acquireAll, options);
};
const warning = (options, fn) => async () => {
  const { warnUnreleased } = await import("unwind/testing");
  warnUnreleased(options);
  return fn;
};

/**
 * What is measured. `limit` is what a row may cost more than `base` does, in nanoseconds for each
 * acquisition.
 *
 * @type {Record<string, { make: () => unknown, base?: string, limit?: number }>}
 */
export const rows = {
  off: { make: () => acquireAll },
  "off, unwind/testing loaded": {
    async make() {
      await import("unwind/testing");
      return acquireAll;
    },
    base: "off",
  },
  "trackResources, no stacks": { make: tracking({ stacks: false }), base: "off", limit: 500 },
  "warnUnreleased, no stacks": { make: warning({}, acquireAll), base: "off", limit: 500 },
  "trackResources, with stacks": { make: tracking({}), base: "off" },
  "warnUnreleased, with stacks": { make: warning({ stacks: true }, acquireAll), base: "off" },
  "off, released in a later turn": { make: () => acquireAndWait },
  "warnUnreleased in a later turn": {
    make: warning({}, acquireAndWait),
    base: "off, released in a later turn",
    limit: 500,
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fn = await rows[process.argv[2]].make();
  const { p50 } = await measure(fn, { min_cpu_time: time });
  console.log(p50 / acquisitions);
}
