export { AsyncExitStack } from "./async-exit-stack.js";
export { closing } from "./closing.js";
export { defer, type DisposedBy } from "./defer.js";
export { ExitStack } from "./exit-stack.js";
export { flattenErrors } from "./flatten-errors.js";
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
export { SuppressedError, type SuppressedErrorConstructor } from "./suppressed-error.js";
export { asyncDispose, dispose } from "./symbols.js";
export { UnknownOutcome } from "./unknown-outcome.js";
export { withAsyncContext } from "./with-async-context.js";
export { type NotPromise, withContext } from "./with-context.js";
