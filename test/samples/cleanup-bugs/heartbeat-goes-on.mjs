/* The timer that keeps a lease alive is stopped only when the job succeeds. */
import { operation } from "unwind/testing";

const beat = () => {};
const job = () => operation("job", async () => "done");

/** So that the samples do not keep the process alive: a test sees the timer all the same. */
export const timers = [];

export async function buggy() {
  const heartbeat = setInterval(beat, 60_000);
  timers.push(heartbeat);
  const result = await job();
  clearInterval(heartbeat);
  return result;
}

export async function corrected() {
  const heartbeat = setInterval(beat, 60_000);
  try {
    return await job();
  } finally {
    clearInterval(heartbeat);
  }
}

export const cleanUp = () => timers.splice(0).forEach(clearInterval);
