// Runs in Node with --experimental-vm-modules: the runtime in a vm context, with the checks in the
// same realm and in another one. Prints the results as one line of JSON.
import { readFileSync } from "node:fs";
import { createContext, runInContext, SourceTextModule } from "node:vm";

import { checks, run } from "./checks.mjs";

// A context has the language only; its clock and console have to be brought.
const context = createContext({ performance, console });

async function load(file) {
  const modules = new Map();
  const module = (url) => {
    let found = modules.get(url.href);
    if (found === undefined) {
      found = new SourceTextModule(readFileSync(url, "utf8"), { context, identifier: url.href });
      modules.set(url.href, found);
    }
    return found;
  };
  const entry = module(new URL(file, import.meta.url));
  await entry.link((specifier, from) => module(new URL(specifier, from.identifier)));
  await entry.evaluate();
  return entry.namespace;
}

const unwind = await load("../../runtime/dist/index.js");
const inside = await load("checks.mjs");
const results = {};
const add = (where, some) => {
  for (const [name, result] of Object.entries(some)) results[`${where}: ${name}`] = result;
};
add("in a vm context", await inside.run(inside.checks(unwind)));
add("across realms", await run(checks(unwind, runInContext("Symbol", context))));
console.log(JSON.stringify(results));
