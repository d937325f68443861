// Runs in Node: `node-run.mjs [--using]`. Prints the checks' results as one line of JSON.
import * as unwind from "../../runtime/dist/index.js";
import * as unwindNode from "../../runtime/dist/node/index.js";
import { run } from "./checks.mjs";
import { nodeChecks } from "./node-checks.mjs";

const results = await run(nodeChecks(unwind, unwindNode));
if (process.argv.includes("--using")) {
  const { nodeUsingChecks } = await import("./node-using-checks.mjs");
  Object.assign(results, await run(nodeUsingChecks(unwind, unwindNode)));
}
console.log(JSON.stringify(results));
