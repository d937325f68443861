// Measures what it costs to track resources, in a process of its own; prints nanoseconds for each
// acquisition as JSON, by row. The limits stand in `limits`, for bench/main.mjs.
import { measure } from "mitata";
import { ExitStack } from "unwind";

/** In nanoseconds: how long a row is measured. */
const time = 3e8;

/** How many resources are acquired in one call that is measured. */
const acquisitions = 100;

/** What a row may cost more than `off`, in nanoseconds for each acquisition. */
export const limits = {
  off: undefined,
  "off again": 15,
  "trackResources, no stacks": 500,
  "warnUnreleased, no stacks": 500,
  trackResources: undefined,
  "warnUnreleased, stacks": undefined,
};

const release = () => {};
let sink = 0;

/** Each stack takes one resource, as a test's body does: nothing is shared out among many. */
function acquireAll() {
  for (let count = 0; count < acquisitions; count++) {
    const stack = new ExitStack();
    stack.adopt(count, release);
    stack.dispose();
    sink += count;
  }
  return sink;
}

async function nanoseconds(fn) {
  const { p50 } = await measure(fn, { min_cpu_time: time });
  return p50 / acquisitions;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const results = {};
  results.off = await nanoseconds(acquireAll);

  const { trackResources, warnUnreleased } = await import("unwind/testing");
  const tracked = (options) => () => trackResources(acquireAll, options);
  const warning = async (options) => {
    const warnings = warnUnreleased(options);
    const result = await nanoseconds(acquireAll);
    warnings[Symbol.dispose]();
    return result;
  };
  results["trackResources, no stacks"] = await nanoseconds(tracked({ stacks: false }));
  results["warnUnreleased, no stacks"] = await warning();
  results.trackResources = await nanoseconds(tracked());
  results["warnUnreleased, stacks"] = await warning({ stacks: true });
  results["off again"] = await nanoseconds(acquireAll);
  console.log(JSON.stringify(results));
}
