// Stands for the analysis in the tests of what surrounds it: does what the text says.
import { parentPort, threadId } from "node:worker_threads";

parentPort.on("message", ({ kind, id, path, text }) => {
  if (kind !== "check") return;
  if (text === "hang") for (;;);
  if (text === "crash") process.exit(3);
  if (text === "throw") throw new Error("thrown in the worker");
  if (text === "outdated") parentPort.postMessage({ outdated: true });
  if (text === "thread") parentPort.postMessage({ id, value: { path, text: String(threadId) } });
  else if (text === "fail") parentPort.postMessage({ id, failure: "failed in the worker" });
  else parentPort.postMessage({ id, value: { path, text, findings: [], typed: false } });
});
