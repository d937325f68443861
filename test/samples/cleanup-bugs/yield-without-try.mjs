/* A manager made of a generator whose clean-up stands after the `yield`, but in no `finally`. */
import { asyncContextManager, withAsyncContext } from "unwind";
import { operation } from "unwind/testing";

import { Lock } from "./world.mjs";

const leaky = asyncContextManager(async function* (lock) {
  const release = await lock.acquire();
  yield;
  release();
});

const sound = asyncContextManager(async function* (lock) {
  const release = await lock.acquire();
  try {
    yield;
  } finally {
    release();
  }
});

const work = () => operation("work", async () => {});

export const buggy = () => withAsyncContext(leaky(new Lock()), work);

export const corrected = () => withAsyncContext(sound(new Lock()), work);
