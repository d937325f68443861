/*
 * Imported first: takes the engine's own stacks out of the way, because the polyfills would otherwise
 * give these in place of their own.
 */

export const NativeStack = globalThis.DisposableStack;
export const NativeAsyncStack = globalThis.AsyncDisposableStack;

delete globalThis.DisposableStack;
delete globalThis.AsyncDisposableStack;
