// Runs in each Node with --expose-gc: makes garbage of what was not released; prints what was said.
import { setTimeout as sleep } from "node:timers/promises";

import { closing, ExitStack } from "unwind";
import { warnUnreleased } from "unwind/testing";

class Session {
  close() {}
}

async function collect(isDone) {
  for (let round = 0; round < 100 && !isDone(); round++) {
    globalThis.gc();
    await sleep(5);
  }
}

const dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
const kept = [];
const said = { resources: [] };
const onUnreleased = ({ resource, place }) => {
  const where = place ? `, acquired at ${place.file.replace(/^.*[\\/]/, "")}` : "";
  said.resources.push(`${resource}${where}`);
};

/** In a function of its own, so that nothing is left on the stack. */
function acquire() {
  // eslint-disable-next-line unwind/no-unmanaged-acquisition -- that is the leak
  const forgotten = new ExitStack();
  forgotten.adopt(new Session(), (one) => one.close());
  forgotten.defer(() => {});
  forgotten.defer(() => {});
  closing(new Session());

  const released = new ExitStack();
  released.defer(() => {});
  released.dispose();

  const used = new ExitStack();
  used.defer(() => {});
  kept.push(used);
}

const warnings = warnUnreleased({ onUnreleased });
acquire();
await collect(() => warnings.unreleased >= 4);
said.counts = [warnings.acquired, warnings.released, warnings.unreleased];
warnings[dispose]();

const withStacks = warnUnreleased({ stacks: true, onUnreleased });
(() => closing(new Session()))();
await collect(() => withStacks.unreleased >= 1);
withStacks[dispose]();

// As it is without a callback; once it is off, nothing more is said.
const emitted = warnUnreleased();
(() => closing(new Session()))();
await collect(() => emitted.unreleased >= 1);
(() => closing(new Session()))();
emitted[dispose]();
await collect(() => emitted.unreleased > 1);
said.emitted = [emitted.acquired, emitted.unreleased];

console.log(JSON.stringify(said));
