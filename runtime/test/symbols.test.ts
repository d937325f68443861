import { join } from "node:path";
import { runInNewContext } from "node:vm";

import { build } from "esbuild";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";

import { asyncDispose, dispose } from "../src/index.js";

test("they are the engine's own where there are any", () => {
  expect(dispose).toBe(Symbol.dispose);
  expect(asyncDispose).toBe(Symbol.asyncDispose);
  expectTypeOf(dispose).toEqualTypeOf<typeof Symbol.dispose>();
  expectTypeOf(asyncDispose).toEqualTypeOf<typeof Symbol.asyncDispose>();
});

describe("in an engine without them", () => {
  let bundle = "";

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, "../src/index.ts")],
      bundle: true,
      format: "iife",
      globalName: "unwind",
      write: false,
    });
    bundle = outputFiles[0]?.text ?? "";
  });

  // Where the engine has the symbols natively, they cannot be deleted: `Symbol` itself is replaced.
  const bare = `{
    const own = Symbol;
    const { dispose, asyncDispose, length, name, ...kept } = Object.getOwnPropertyDescriptors(own);
    delete kept.prototype;
    globalThis.Symbol = Object.defineProperties((description) => own(description), kept);
    Symbol.prototype = own.prototype;
    delete globalThis.SuppressedError;
  }`;

  /** Runs code in a new realm without the symbols, as an older browser is. */
  function run(code: string): unknown {
    return runInNewContext(`"use strict"; ${bare} ${bundle}; (() => { ${code} })()`);
  }

  test("importing patches nothing", () => {
    const keys = `[globalThis, Symbol, Error, Object, Promise].flatMap((it) => Reflect.ownKeys(it).map(String))`;
    const before: unknown = runInNewContext(`"use strict"; ${bare} ${keys}.join()`);
    expect(run(`return ${keys}.filter((key) => key !== "unwind").join()`)).toBe(before);
  });

  test("they are those that esbuild and Babel fall back to", () => {
    expect(
      run(`return unwind.dispose === Symbol.for("Symbol.dispose")
        && unwind.asyncDispose === Symbol.for("Symbol.asyncDispose")`),
    ).toBe(true);
  });

  test("stacks, closing and withContext work with them", () => {
    expect(
      run(`
        const log = [];
        const { dispose, ExitStack, closing, defer, withContext } = unwind;
        const stack = new ExitStack();
        stack.use({ [dispose]: () => log.push("used") });
        stack.use(closing({ close: () => log.push("closed") }));
        stack.use(defer(() => log.push("deferred")));
        withContext(stack, (it) => log.push(it[dispose] === ExitStack.prototype.dispose));
        return log.join();
      `),
    ).toBe("true,deferred,closed,used");
  });

  test("errors are our own SuppressedError", () => {
    expect(
      run(`
        const fail = (error) => () => { throw error; };
        const { SuppressedError, withContext } = unwind;
        try {
          withContext({ enter: () => 1, exit: fail(2) }, fail(1));
        } catch (error) {
          return [error instanceof SuppressedError, error.name, error.error, error.suppressed].join();
        }
      `),
    ).toBe("true,SuppressedError,2,1");
  });
});
