/*
 * The two symbols that resource management hangs on. Older engines lack them; the declarations below
 * let this package compile there too, and promise nothing else that an engine may not have.
 */
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
  interface AsyncDisposable {
    [Symbol.asyncDispose](): PromiseLike<void>;
  }
}

/**
 * `Symbol.dispose`, also in an engine that lacks it: there it is `Symbol.for("Symbol.dispose")`,
 * which is what code lowered by esbuild and Babel looks for. A polyfill has to be loaded before this
 * module. Importing this module changes nothing in the engine.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dispose, withContext } from "unwind";
 *
 * let open = true;
 * const door = {
 *   [dispose]() {
 *     open = false;
 *   },
 * };
 *
 * withContext(door, () => assert.equal(open, true));
 * assert.equal(open, false);
 * ```
 */
export const dispose: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  (Symbol as Partial<typeof Symbol>).dispose ?? Symbol.for("Symbol.dispose"))() as never;

/**
 * `Symbol.asyncDispose`, also in an engine that lacks it: there it is
 * `Symbol.for("Symbol.asyncDispose")`, which is what code lowered by esbuild and Babel looks for. A
 * polyfill has to be loaded before this module.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { asyncDispose, withAsyncContext } from "unwind";
 *
 * let open = true;
 * const door = {
 *   async [asyncDispose]() {
 *     open = false;
 *   },
 * };
 *
 * await withAsyncContext(door, () => assert.equal(open, true));
 * assert.equal(open, false);
 * ```
 */
export const asyncDispose: typeof Symbol.asyncDispose = /* @__PURE__ */ (() =>
  (Symbol as Partial<typeof Symbol>).asyncDispose ?? Symbol.for("Symbol.asyncDispose"))() as never;
