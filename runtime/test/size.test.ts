import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";
import { expect, test } from "vitest";

import * as unwind from "../src/index.js";

const index = join(import.meta.dirname, "../src/index.ts");

/** What a user's bundle of `code` grows by, and which of our files are in it. */
async function bundle(code: string): Promise<{ bytes: number; zipped: number; files: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    alias: { unwind: index },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
    // That a bare import is dropped is what is asked for here.
    logOverride: { "ignored-bare-import": "silent" },
  });
  const [output] = Object.values(metafile.outputs);
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  return {
    bytes: contents.length,
    zipped: gzipSync(contents, { level: 9 }).length,
    files: Object.entries(output?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path.replace(/^.*\//, ""))
      .filter((name) => name !== "<stdin>"),
  };
}

test("the whole is at most 6 kB, minified and zipped", async () => {
  const { zipped } = await bundle(`export * from "unwind";`);
  expect(zipped).toBeGreaterThan(1000);
  expect(zipped).toBeLessThanOrEqual(6000);
});

test("a stack alone is at most 1.5 kB, minified and zipped", async () => {
  const { zipped } = await bundle(`export { ExitStack } from "unwind";`);
  expect(zipped).toBeGreaterThan(1000);
  expect(zipped).toBeLessThanOrEqual(1500);
});

test("importing it for nothing leaves nothing in the bundle", async () => {
  expect((await bundle(`import "unwind";`)).bytes).toBe(0);
});

/** The files of the public names; what several of them share stands in files of its own. */
const primitives: Readonly<Record<string, string>> = {
  AbstractAsyncContextManager: "abstract-async-context-manager.ts",
  AbstractContextManager: "abstract-context-manager.ts",
  asyncContextManager: "async-context-manager.ts",
  asyncDispose: "symbols.ts",
  AsyncExitStack: "async-exit-stack.ts",
  closing: "closing.ts",
  contextManager: "context-manager.ts",
  defer: "defer.ts",
  dispose: "symbols.ts",
  enter: "enter.ts",
  enterAsync: "enter-async.ts",
  ExitStack: "exit-stack.ts",
  flattenErrors: "flatten-errors.ts",
  nullContext: "null-context.ts",
  primaryError: "primary-error.ts",
  suppress: "suppress.ts",
  SuppressedError: "suppressed-error.ts",
  timed: "timed.ts",
  UnknownOutcome: "unknown-outcome.ts",
  withAsyncContext: "with-async-context.ts",
  withContext: "with-context.ts",
  wrapWith: "wrap.ts",
};

/** The primitives that another one is made of. */
const partOf: Readonly<Record<string, readonly string[]>> = {
  closing: ["defer.ts"],
  contextManager: ["wrap.ts"],
  asyncContextManager: ["wrap.ts"],
  enter: ["exit-stack.ts"],
  enterAsync: ["async-exit-stack.ts"],
  suppress: ["flatten-errors.ts"],
  timed: ["abstract-context-manager.ts"],
};
const common = ["suppressed-error.ts", "symbols.ts", "unknown-outcome.ts"];

test("each name is known here", () => {
  expect(Object.keys(primitives).sort()).toEqual(Object.keys(unwind).sort());
});

test.for(Object.entries(primitives))("%s brings no other primitive along", async ([name, file]) => {
  const { files } = await bundle(`export { ${name} } from "unwind";`);
  expect(files).toContain(file);
  const others = Object.values(primitives).filter(
    (other) => other !== file && !common.includes(other) && !partOf[name]?.includes(other),
  );
  expect(files.filter((one) => others.includes(one))).toEqual([]);
});
