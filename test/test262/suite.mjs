import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

import { createRealm } from "./realm.mjs";

/** The directories below `test/built-ins` whose globals the runtime stands for. */
const directories = ["DisposableStack", "AsyncDisposableStack", "SuppressedError"];

/** After which an asynchronous test has failed. */
const limitSeconds = 10;

/**
 * The tests of a clone of tc39/test262.
 *
 * @param {string} clone
 * @returns {string[]} paths below `test/built-ins`, with slashes
 * @throws {Error} when the clone lacks one of the directories
 */
export function testsOf(clone) {
  const builtIns = join(clone, "test", "built-ins");
  return directories.flatMap((directory) =>
    readdirSync(join(builtIns, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
      .map((entry) => relative(builtIns, join(entry.parentPath ?? entry.path, entry.name)))
      .map((path) => path.split(sep).join("/"))
      .sort(),
  );
}

/**
 * Runs one test as test262's INTERPRETING.md demands: in realms of its own, in sloppy and in strict
 * mode, with the harness files that it names.
 *
 * @param {string} clone
 * @param {string} test one of {@link testsOf}
 * @returns {Promise<string | undefined>} what went wrong; undefined when it passed in both modes
 */
export async function runTest(clone, test) {
  const text = readFileSync(join(clone, "test", "built-ins", test), "utf8");
  const frontmatter = /\/\*---\n(.*?)\n---\*\//su.exec(text)?.[1];
  if (frontmatter === undefined) return "It has no frontmatter.";
  const flags = list(frontmatter, "flags");
  const unknown = flags.filter((flag) => flag !== "async");
  if (unknown.length > 0 || /^negative:/mu.test(frontmatter)) {
    return `This runner does not know what it asks for: ${unknown.join(", ") || "negative"}.`;
  }
  const asynchronous = flags.includes("async");
  const includes = ["assert.js", "sta.js", ...list(frontmatter, "includes")];
  if (asynchronous) includes.push("doneprintHandle.js");

  for (const strict of [false, true]) {
    const problem = await runOnce({ clone, test, text, includes, asynchronous, strict });
    if (problem !== undefined) return `${strict ? "strict" : "sloppy"} mode: ${problem}`;
  }
  return undefined;
}

async function runOnce({ clone, test, text, includes, asynchronous, strict }) {
  const { global, evaluate } = await createRealm();
  let timer;
  const printed = new Promise((resolve) => {
    global.print = (message) => resolve(String(message));
    timer = setTimeout(() => resolve(`nothing after ${limitSeconds} s`), limitSeconds * 1000);
  });
  // A test asks for it synchronously, and loading the runtime's modules takes time.
  const other = text.includes("createRealm") ? await createRealm() : undefined;
  global.$262 = { global, createRealm: () => ({ global: other?.global }) };
  try {
    for (const include of new Set(includes)) {
      evaluate(readFileSync(join(clone, "harness", include), "utf8"), include);
    }
    evaluate(strict ? `"use strict";\n${text}` : text, test);
    if (!asynchronous) return undefined;
    const message = await printed;
    return message === "Test262:AsyncTestComplete" ? undefined : message;
  } catch (error) {
    // Of another realm, so no `instanceof`.
    return `${error?.constructor?.name}: ${error?.message}`;
  } finally {
    clearTimeout(timer);
  }
}

/** A list of the frontmatter, in either of YAML's two ways. */
function list(frontmatter, key) {
  const inline = new RegExp(`^${key}: *\\[(.*)\\]`, "mu").exec(frontmatter)?.[1];
  if (inline !== undefined) return inline.split(",").map((item) => item.trim());
  const block = new RegExp(`^${key}: *\\n((?: +- .*\\n?)+)`, "mu").exec(frontmatter)?.[1] ?? "";
  return [...block.matchAll(/- *(.*)/gu)].map(([, item]) => item.trim());
}
