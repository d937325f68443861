import type { ContextManager } from "../index.js";
import type { RedirectTarget } from "./output.js";
import { RedirectedStream } from "./redirection.js";
import { TextCollector } from "./text-collector.js";

const stderr = new RedirectedStream(() => process.stderr);

/**
 * Sends what the body writes to `process.stderr`, by `console.error` for example, elsewhere, as Python's
 * `contextlib.redirect_stderr` does. Apart from the stream, it is `redirectStdout`: it nests, and holds
 * for the body and what that calls, not for what runs beside it.
 *
 * @param target - A `Writable`, or an object with `write(text)`; a new `TextCollector` by default.
 * @returns A manager, for both forms, that enters to the target.
 * @throws TypeError where the target has no `write` method.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withContext } from "unwind";
 * import { redirectStderr, redirectStdout } from "unwind/node";
 *
 * const text = withContext([redirectStdout(), redirectStderr(process.stdout)], ([out]) => {
 *   process.stdout.write("result\n");
 *   process.stderr.write("warning\n");
 *   return out.text;
 * });
 * assert.equal(text, "result\nwarning\n");
 * ```
 */
export function redirectStderr(): ContextManager<TextCollector, void>;
export function redirectStderr<T extends RedirectTarget>(target: T): ContextManager<T, void>;
export function redirectStderr(
  target: RedirectTarget = new TextCollector(),
): ContextManager<RedirectTarget, void> {
  return stderr.redirect(target);
}
