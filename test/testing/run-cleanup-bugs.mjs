// Runs in each Node: tries failEach on both versions of each sample; prints what it said as JSON.
import { readdirSync } from "node:fs";

import { failEach, FailEachError } from "unwind/testing";

import { files } from "../samples/cleanup-bugs/world.mjs";

const folder = new URL("../samples/cleanup-bugs/", import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".mjs") && name !== "world.mjs")
  .map((name) => name.slice(0, -".mjs".length));

const results = {};
for (const name of names) {
  const { buggy, corrected, options, cleanUp } = await import(new URL(`${name}.mjs`, folder));
  const said = {};
  for (const [version, body] of Object.entries({ buggy, corrected })) {
    try {
      const { points, runs } = await failEach(body, options);
      said[version] = { points: points.length, runs };
    } catch (error) {
      if (!(error instanceof FailEachError)) throw error;
      said[version] = {
        message: error.message,
        failures: error.failures.map(({ points, problems, leaks, place }) => ({
          points: points.map((point) => point.name),
          problems,
          leaks: leaks.map(({ resource }) => resource),
          line: place?.line,
        })),
      };
    }
    cleanUp?.();
    await files.closeAll();
  }
  results[name] = said;
}
console.log(JSON.stringify(results));
