// Runs in the engine: `run.mjs [--using]`. Prints the checks' results as one line of JSON.
import * as unwind from "../../runtime/dist/index.js";
import { checks, run } from "./checks.mjs";

const results = await run(checks(unwind));
if (globalThis.process.argv.includes("--using")) {
  const { usingChecks } = await import("./using-checks.mjs");
  Object.assign(results, await run(usingChecks(unwind)));
}
console.log(JSON.stringify(results));
