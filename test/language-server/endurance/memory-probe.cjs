// Loaded into the server's process before the server, with --require and --expose-gc: on SIGUSR2, each
// thread collects its garbage, and the main thread writes what all of them then hold to the file in
// UNWIND_MEMORY. Counts rejections that nobody handles on the way, and lets them go on.
"use strict";

const { writeFileSync } = require("node:fs");
const { BroadcastChannel, isMainThread, threadId } = require("node:worker_threads");

/** Milliseconds that the other threads have to answer. */
const patience = 10_000;

const channel = new BroadcastChannel("unwind-memory");
channel.unref();

function held() {
  // Twice: the first may leave to the second what finalizers let go.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

if (isMainThread) {
  let answers = new Map();
  channel.onmessage = ({ data }) => {
    if (data.kind === "held") answers.set(data.thread, data.bytes);
  };
  process.on("SIGUSR2", () => {
    answers = new Map([[threadId, held()]]);
    const before = answers.size;
    channel.postMessage({ kind: "collect" });
    // Nobody tells how many threads there are: the two that analyse are waited for.
    const end = Date.now() + patience;
    const poll = setInterval(() => {
      if (answers.size < before + 2 && Date.now() < end) return;
      clearInterval(poll);
      const bytes = [...answers.values()].reduce((sum, each) => sum + each, 0);
      const rss = process.memoryUsage.rss();
      writeFileSync(
        process.env.UNWIND_MEMORY,
        JSON.stringify({ threads: answers.size, held: bytes, rss }),
      );
    }, 20);
  });
} else {
  channel.onmessage = ({ data }) => {
    if (data.kind !== "collect") return;
    channel.postMessage({ kind: "held", thread: threadId, bytes: held() });
  };
}
