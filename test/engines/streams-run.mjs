// Runs in the engine: `streams-run.mjs URL [--using]`. Prints the checks' results as one line of JSON,
// and ends by itself: a connection that stays open would keep it from that.
import * as streams from "../../runtime/dist/streams/index.js";
import { run } from "./checks.mjs";
import { streamsChecks } from "./streams-checks.mjs";

const [url, using] = globalThis.process.argv.slice(2);
const results = await run(streamsChecks(streams, url));
if (using === "--using") {
  const { streamsUsingChecks } = await import("./streams-using-checks.mjs");
  Object.assign(results, await run(streamsUsingChecks(streams, url)));
}
console.log(JSON.stringify(results));
