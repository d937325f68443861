// Whether the catalogue alone, without types, can know an acquisition: it names the function, and
// the file imports the module that it comes from. Says nothing about what the analysis makes of it.
import { builtInCatalogue } from "../../../eslint-plugin/dist/resources/index.js";

/** By the last name of a function, constructor or method: the modules that it may come from. */
const modules = new Map();
const distinctive = new Set();
for (const { acquire, distinctiveMethods = [], dormantUntil = [] } of builtInCatalogue.resources) {
  for (const { module, name } of acquire) {
    for (const last of [lastName(name), ...dormantUntil]) {
      modules.set(last, [...(modules.get(last) ?? []), module]);
    }
  }
  for (const method of distinctiveMethods) distinctive.add(method);
}

/**
 * @param {string} source the text of the site's file
 * @param {number} line the site's line, from 1
 */
export function catalogueKnows(source, line) {
  const imported = importedModules(source);
  return [...called(source.split("\n").slice(line - 1, line + 1))].some(
    (name) =>
      distinctive.has(name) ||
      modules.get(name)?.some((module) => module === "" || imported.has(module)),
  );
}

/** The names that are called or constructed on the site's line, or on the next one. */
function* called(lines) {
  for (const [, name] of lines.join("\n").matchAll(/([\w$]+)\s*(?:<[^<>()]*>)?\s*\(/g)) yield name;
}

function importedModules(source) {
  const found = new Set();
  const pattern = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["']([^"']+)["']/g;
  for (const [, specifier] of source.matchAll(pattern)) {
    found.add(specifier.replace(/^node:/, ""));
  }
  return found;
}

function lastName(name) {
  return name.split(/[.#]/).findLast(Boolean) ?? name;
}
