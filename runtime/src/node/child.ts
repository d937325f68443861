import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import type { Failure } from "../index.js";
import { nextTurn, requireGrace, within } from "./grace.js";
import { type Managed, manageInPlace } from "./manage.js";
import { OutcomeError } from "./outcome-error.js";
import { requireMethods } from "./require-methods.js";

/** How a child process ended. */
export interface ChildOutcome {
  /** Its exit code; null where a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it; null where it exited. */
  readonly signal: NodeJS.Signals | null;
  /** Whether the limit passed: it was killed, or its output was cut off. */
  readonly forced: boolean;
}

/** How {@link child} ends a process. */
export interface ChildOptions {
  /** How long it may take to end after the signal, in milliseconds; 5000 by default. */
  readonly graceMs?: number;
  /** What asks it to end; `"SIGTERM"` by default. */
  readonly signal?: NodeJS.Signals;
  /**
   * Whether to wait, after a body that completed, until the child ends by itself, without a limit, and
   * its input closed before that. After a failure, and under `await using`, it is asked to end all the
   * same.
   */
  readonly wait?: boolean;
  /** Gets the outcome, whatever it is, and is awaited; nothing is thrown for it then. */
  readonly onEnd?: (outcome: ChildOutcome) => unknown;
}

/** How long what a child has written takes to arrive at most, unless others hold its output open. */
const leastForOutput = 1000;

/**
 * Gives a child process a release that waits: it is asked to end by a signal, killed when it has not
 * done so within the limit, and its end and that of its output are awaited. Node's own
 * `[Symbol.dispose]` sends the signal and goes on.
 *
 * Its input is the body's to deal with, as by `writable(process.stdin)`.
 *
 * A child that could not be started is an error of entering (under `await using`, of the release). One
 * that ended by itself with a code other than 0 or by a signal, or that had to be forced, is an
 * `OutcomeError` of the release, unless there is an `onEnd`. One that was asked to end, by the
 * release or by the body's `kill()`, may end as it likes. After the limit, an output that others hold
 * open (its own children, who are not killed) is cut off.
 *
 * @param process - From `spawn`, `fork`, `exec` or `execFile`. It stays the same object.
 * @param options - The limit, the signal that asks for the end, whether to wait, and who is told the
 *   outcome.
 * @returns `process`, for `await using`, `withAsyncContext` and stacks.
 * @throws TypeError where it is no child process; RangeError where the limit is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { spawn } from "node:child_process";
 * import { withAsyncContext } from "unwind";
 * import { child, type ChildOutcome } from "unwind/node";
 *
 * const outcomes: ChildOutcome[] = [];
 * const sleeper = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
 * await withAsyncContext(
 *   child(sleeper, { graceMs: 2000, onEnd: (outcome) => outcomes.push(outcome) }),
 *   async (it) => assert.ok(it.pid !== undefined),
 * );
 * assert.deepEqual(outcomes, [{ code: null, signal: "SIGTERM", forced: false }]);
 * ```
 */
export function child<T extends ChildProcess>(process: T, options: ChildOptions = {}): Managed<T> {
  requireGrace("child", options.graceMs ?? 0);
  requireMethods("child", process, ["kill", "on"], "a ChildProcess");
  const managed = manageInPlace("child", process, {
    async enter() {
      if (process.pid === undefined) throw await ending.failure();
    },
    release: (failure) => ending.release(failure),
  });
  const ending = new Ending(process, options);
  return managed;
}

class Ending {
  readonly #child: ChildProcess;
  readonly #options: ChildOptions;
  #error: Failure | undefined;
  readonly #exited: Promise<void>;
  readonly #closed: Promise<void>;

  constructor(process: ChildProcess, options: ChildOptions) {
    this.#child = process;
    this.#options = options;
    // Stays: an error that nobody listens to would end the whole process, whenever it comes.
    process.on("error", (error) => (this.#error ??= { error }));
    this.#exited = hasExited(process) ? Promise.resolve() : event(process, "exit");
    this.#closed =
      hasExited(process) && process.stdio.every((stream) => stream?.closed ?? true)
        ? Promise.resolve()
        : event(process, "close");
  }

  /** What kept the child from being started. */
  async failure(): Promise<unknown> {
    if (this.#error === undefined) await once(this.#child, "close").catch(() => undefined);
    return this.#error?.error ?? new Error(`${this.#name} was not started`);
  }

  async release(failure: Failure | undefined): Promise<void> {
    const { wait = false, onEnd } = this.#options;
    if (this.#child.pid === undefined) throw await this.failure();
    // It may have ended without Node having told so.
    await nextTurn();
    let forced = false;
    let asked = this.#child.killed;
    if (!hasExited(this.#child)) {
      if (wait && failure === undefined) {
        this.#closeInput();
        await this.#exited;
      } else {
        asked = true;
        forced = await this.#end();
      }
    }
    if (!(await within(this.#closed, Math.max(this.#grace, leastForOutput)))) {
      forced = true;
      for (const stream of this.#child.stdio) stream?.destroy();
      await this.#closed;
    }

    const { exitCode: code, signalCode: signal } = this.#child;
    const outcome: ChildOutcome = { code, signal, forced };
    if (onEnd !== undefined) await onEnd(outcome);
    if (this.#error !== undefined && !isAbort(this.#error, failure)) throw this.#error.error;
    if (onEnd !== undefined) return;
    if (forced) {
      throw new OutcomeError(`${this.#name} did not end within ${this.#grace} ms`, outcome);
    }
    if (!asked && code !== 0) {
      const how = code === null ? `was ended by ${String(signal)}` : `ended with code ${code}`;
      throw new OutcomeError(`${this.#name} ${how}`, outcome);
    }
  }

  /** What it does not take any more is an error: it has not seen all of its input. */
  #closeInput(): void {
    const { stdin } = this.#child;
    stdin?.on("error", (error) => (this.#error ??= { error })).end();
  }

  /** @returns Whether the child had to be killed. */
  async #end(): Promise<boolean> {
    this.#child.kill(this.#options.signal ?? "SIGTERM");
    if (await within(this.#exited, this.#grace)) return false;
    if (!this.#child.kill("SIGKILL")) {
      await nextTurn();
      // As with a child that runs as another user.
      if (!hasExited(this.#child) && this.#error !== undefined) throw this.#error.error;
    }
    await this.#exited;
    return true;
  }

  get #grace(): number {
    return this.#options.graceMs ?? 5000;
  }

  get #name(): string {
    const { pid, spawnfile } = this.#child;
    return `The child process ${spawnfile}${pid === undefined ? "" : ` (${pid})`}`;
  }
}

function hasExited(process: ChildProcess): boolean {
  return process.exitCode !== null || process.signalCode !== null;
}

/** Not of node:events, whose promise would fail by an 'error' that is dealt with elsewhere. */
function event(process: ChildProcess, name: "exit" | "close"): Promise<void> {
  return new Promise((resolve) => void process.once(name, () => resolve()));
}

/** An abort that the body has failed by as well; Node makes an error of its own for each. */
function isAbort({ error }: Failure, failure: Failure | undefined): boolean {
  const names = [error, failure?.error].map((one) => (one instanceof Error ? one.name : ""));
  return names.every((name) => name === "AbortError");
}
