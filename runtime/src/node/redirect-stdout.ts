import type { ContextManager } from "../index.js";
import type { RedirectTarget } from "./output.js";
import { RedirectedStream } from "./redirection.js";
import { TextCollector } from "./text-collector.js";

const stdout = new RedirectedStream(() => process.stdout);

/**
 * Sends what the body writes to `process.stdout`, by `console.log` for example, elsewhere, as Python's
 * `contextlib.redirect_stdout` does. Redirections nest.
 *
 * It holds for the body and all that it calls and awaits, and not for what else runs at the same time:
 * concurrent bodies may have different targets. What outlives the body writes to the outer target
 * again. Under `using` and in a stack, it holds for the code that follows, up to the exit; there, and
 * while further managers of a tuple are being entered, it also holds for what the caller starts
 * before it awaits anything.
 *
 * What does not go through `process.stdout.write` is not redirected: child processes with inherited
 * output, `fs.writeSync(1, …)`, native code.
 *
 * @param target - A `Writable`, which gets the chunks as they are and is not ended; or an object with
 *   `write(text)`, which gets text, also where bytes were written (as UTF-8). What it writes itself
 *   goes to the outer target. A new `TextCollector` by default.
 * @returns A manager, for both forms, that enters to the target. It may be entered again, also while it
 *   is entered.
 * @throws TypeError where the target has no `write` method.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { setTimeout as sleep } from "node:timers/promises";
 * import { withAsyncContext } from "unwind";
 * import { redirectStdout } from "unwind/node";
 *
 * async function report(name: string) {
 *   process.stdout.write(`${name} begins\n`);
 *   await sleep(5);
 *   process.stdout.write(`${name} ends\n`);
 * }
 * const collect = (name: string) =>
 *   withAsyncContext(redirectStdout(), async (out) => {
 *     await report(name);
 *     return out.text;
 *   });
 *
 * const [a, b] = await Promise.all([collect("a"), collect("b")]);
 * assert.equal(a, "a begins\na ends\n");
 * assert.equal(b, "b begins\nb ends\n");
 * ```
 */
export function redirectStdout(): ContextManager<TextCollector, void>;
export function redirectStdout<T extends RedirectTarget>(target: T): ContextManager<T, void>;
export function redirectStdout(
  target: RedirectTarget = new TextCollector(),
): ContextManager<RedirectTarget, void> {
  return stdout.redirect(target);
}
