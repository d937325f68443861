// Runs in each Node: tracks each of the sample's bodies; prints what was said of it as JSON.
import { fileURLToPath } from "node:url";

import { ResourceLeakError, trackResources } from "unwind/testing";

import { clean } from "../samples/leaking-tests/clean.mjs";
import { leaks } from "../samples/leaking-tests/leaks.mjs";

const results = { leaks: {}, clean: {} };
const samples = fileURLToPath(new URL("../samples/leaking-tests/", import.meta.url));

for (const [name, body] of Object.entries(leaks)) {
  let release;
  try {
    await trackResources(async () => {
      release = await body();
    });
    results.leaks[name] = [];
  } catch (error) {
    if (!(error instanceof ResourceLeakError)) throw error;
    results.leaks[name] = error.leaks.map(({ resource, place }) => ({
      resource,
      file: place?.file.replace(samples, ""),
      line: place?.line,
    }));
  }
  await release?.();
}

for (const [name, body] of Object.entries(clean)) {
  try {
    await trackResources(body);
    results.clean[name] = "";
  } catch (error) {
    results.clean[name] = `${error.stack}`;
  }
}
console.log(JSON.stringify(results));
