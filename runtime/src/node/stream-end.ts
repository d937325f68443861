import type { Duplex, Writable } from "node:stream";

import { describe } from "../describe.js";
import type { Failure } from "../index.js";
import { nextTurn, within } from "./grace.js";
import { closesItself, isDuplex, isRead, isStalled, isTransform } from "./stream-kinds.js";

/** How long an HTTP message that was destroyed may take to say so, in milliseconds: it need not. */
const messageCloses = 1000;
/** How often at most it is looked whether a transform's output is read, in milliseconds. */
const leastLook = 20;

/** Watches a stream from now on, and brings it to its end. */
export class StreamEnd {
  readonly #stream: Writable;
  readonly #graceMs: number;
  #failure: Failure | undefined;
  #finished = false;
  #closed = false;
  readonly #waiting = new Set<() => void>();
  readonly #listeners: readonly (readonly [string, (value?: unknown) => void])[];

  constructor(stream: Writable, graceMs: number) {
    this.#stream = stream;
    this.#graceMs = graceMs;
    const on = (name: string, note: (value?: unknown) => void) =>
      [
        name,
        (value?: unknown) => {
          note(value);
          for (const ask of this.#waiting) ask();
        },
      ] as const;
    this.#listeners = [
      on("error", (error) => (this.#failure ??= { error })),
      on("finish", () => (this.#finished = true)),
      on("end", () => undefined),
      on("close", () => (this.#closed = true)),
    ];
    for (const [name, listener] of this.#listeners) stream.on(name, listener);
  }

  /** What the stream failed by: known to it before it tells, or to nobody but us, as of old streams. */
  get #failed(): Failure | undefined {
    const { errored } = this.#stream as { errored?: Error | null };
    return errored ? { error: errored } : this.#failure;
  }

  /** Has all written, and what it stands on closed; rejects where not all was written. */
  async finish(): Promise<void> {
    const stream = this.#stream;
    try {
      if (!stream.destroyed && !stream.writableEnded && !this.#failed) stream.end();
      const written = this.#until(() => this.#isWritten());
      if (isTransform(stream)) {
        await this.#whileRead(stream, written, isStalled);
        if (isRead(stream)) {
          const read = this.#until(() => this.#isEnded(stream));
          await this.#whileRead(stream, read, (it) => !isRead(it));
        }
      } else {
        await written;
        if (isDuplex(stream)) await this.#endReading(stream);
        else if (closesItself(stream)) await this.#untilClosed();
      }
      this.#rethrow();
    } catch (error) {
      await this.#abandon(error);
      throw error;
    } finally {
      this.#forget();
    }
  }

  /** Destroys the stream; rejects where that, or the stream before, failed by something else. */
  async destroy({ error }: Failure): Promise<void> {
    try {
      const given = await this.#abandon(error);
      const own = this.#failed;
      if (own !== undefined && own.error !== given && !causes(own.error, error)) throw own.error;
    } finally {
      this.#forget();
    }
  }

  /** Destroys the stream and waits until it is closed; returns what it was destroyed with. */
  async #abandon(error: unknown): Promise<unknown> {
    const stream = this.#stream;
    // A stream would take what is falsy for no error.
    const given =
      error instanceof Error
        ? error
        : new Error("What wrote to this stream failed", { cause: error });
    if (!stream.destroyed) stream.destroy(given);
    await this.#untilClosed();
    return given;
  }

  async #untilClosed(): Promise<void> {
    const closed = this.#until(() => this.#closed || this.#stream.closed);
    if (closesItself(this.#stream)) await closed;
    else await within(closed, messageCloses);
    // What is closed tells its last error only now, and nobody would listen to it later.
    await nextTurn();
  }

  #rethrow(): void {
    const failure = this.#failed;
    if (failure) throw failure.error;
  }

  #isWritten(): boolean {
    this.#rethrow();
    if (this.#finished || this.#stream.writableFinished) return true;
    if (this.#closed || this.#stream.closed) throw premature(this.#stream, "all was written");
    return false;
  }

  #isEnded(stream: Duplex): boolean {
    this.#rethrow();
    if (stream.readableEnded) return true;
    if (this.#closed || stream.closed) throw premature(stream, "all of its output was read");
    return false;
  }

  /** Once the body is over, nobody may come to read a transform's output: it would wait for ever. */
  async #whileRead(
    stream: Duplex,
    done: Promise<void>,
    isGivenUp: (stream: Duplex) => boolean,
  ): Promise<void> {
    while (!(await within(done, Math.max(this.#graceMs, leastLook)))) {
      if (isGivenUp(stream)) {
        throw new Error(
          `Nobody reads the output of ${describe(stream)}, so not all can be written: pipe it on, or read it`,
        );
      }
    }
  }

  /** The other half is its peer's to end. */
  async #endReading(stream: Duplex): Promise<void> {
    if (this.#graceMs === 0) {
      stream.destroy();
      return this.#untilClosed();
    }
    // Unread, the end would never be seen.
    if (!isRead(stream)) stream.resume();
    const ended = this.#until(
      () => this.#failed !== undefined || stream.readableEnded || this.#closed,
    );
    if (await within(ended, this.#graceMs)) {
      if (closesItself(stream)) await this.#untilClosed();
      return;
    }
    throw new Error(
      `All was written to ${describe(stream)}, but its other side did not end within ${this.#graceMs} ms`,
    );
  }

  /** Asks at once, and at each event of the stream. */
  #until(condition: () => boolean): Promise<void> {
    const until = new Promise<void>((resolve, reject) => {
      const ask = (): void => {
        try {
          if (!condition()) return;
          resolve();
        } catch (error) {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the stream gave it
          reject(error);
        }
        this.#waiting.delete(ask);
      };
      this.#waiting.add(ask);
      ask();
    });
    // It may be given up for another error.
    until.catch(() => undefined);
    return until;
  }

  #forget(): void {
    for (const [name, listener] of this.#listeners) this.#stream.off(name, listener);
  }
}

function premature(stream: Writable, before: string): Error {
  const error = new Error(`${describe(stream)} was destroyed before ${before}`);
  return Object.assign(error, { code: "ERR_STREAM_PREMATURE_CLOSE" });
}

/** Whether the body failed by the stream's own error, or by one that names it. */
function causes(own: unknown, error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let next = error; next !== undefined && !seen.has(next);) {
    if (next === own) return true;
    seen.add(next);
    next = next instanceof Error ? next.cause : undefined;
  }
  return false;
}
