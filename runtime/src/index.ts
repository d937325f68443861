export { AbstractAsyncContextManager } from "./abstract-async-context-manager.js";
export { AbstractContextManager } from "./abstract-context-manager.js";
export { asyncContextManager, type AsyncGeneratorContextManager } from "./async-context-manager.js";
export { AsyncExitStack } from "./async-exit-stack.js";
export { closing } from "./closing.js";
export { contextManager, type GeneratorContextManager } from "./context-manager.js";
export { defer, type DisposedBy } from "./defer.js";
export { enter, type EnteredContext } from "./enter.js";
export { enterAsync, type EnteredAsyncContext } from "./enter-async.js";
export { ExitStack } from "./exit-stack.js";
export { flattenErrors } from "./flatten-errors.js";
export type { GeneratorOptions } from "./generator-manager.js";
export { nullContext, type NullContext } from "./null-context.js";
export { primaryError } from "./primary-error.js";
export type {
  AsyncContext,
  AsyncContextManager,
  Context,
  ContextManager,
  Entered,
  EnteredAll,
  EnteredAllAsync,
  EnteredAsync,
  Failure,
  Skipped,
  SkippedAsync,
} from "./protocol.js";
export { type ErrorFilter, suppress } from "./suppress.js";
export { SuppressedError, type SuppressedErrorConstructor } from "./suppressed-error.js";
export { asyncDispose, dispose } from "./symbols.js";
export { timed, type Timer, type Timing } from "./timed.js";
export { UnknownOutcome } from "./unknown-outcome.js";
export { withAsyncContext } from "./with-async-context.js";
export { type NotPromise, withContext } from "./with-context.js";
export { type AnyFunction, type Wrapped, type Wrapper, wrapWith } from "./wrap.js";
