import type { Failure } from "../protocol.js";
import { callable, refuse } from "../refuse.js";
import { ArrivalClock, now } from "./arrival-clock.js";
import { textChunk } from "./chunk-text.js";
import type { Select, SelectOptions, Source, TextChunk } from "./source.js";
import { SourceIterator, type StreamIterator, type StreamOutcome } from "./source-iterator.js";
import { Utf8Length } from "./utf8-length.js";

/** What was measured of a stream, or has been by now. All times are milliseconds, with fractions. */
export interface StreamMetrics {
  /** From the start to the first chunk, whatever is in it; `undefined` where none has come. */
  readonly timeToFirstByte: number | undefined;
  /** From the start to the first chunk that is not empty; `undefined` where none has come. */
  readonly timeToFirstOutput: number | undefined;
  /** From the start to the end, or to now. */
  readonly totalTime: number;
  /** How many chunks have come, empty ones included. */
  readonly chunks: number;
  /** How many bytes they had; texts are counted as UTF-8. */
  readonly bytes: number;
  /** The mean time between one chunk and the next; `undefined` where there were not two. */
  readonly meanGap: number | undefined;
  /** The longest time between one chunk and the next; `undefined` where there were not two. */
  readonly longestGap: number | undefined;
  /** How it ended; `undefined` as long as it has not. */
  readonly outcome: StreamOutcome | undefined;
  /** What it failed with, or was aborted with. */
  readonly failure: Failure | undefined;
}

/** What was measured of a stream that has ended. */
export interface EndedStreamMetrics extends StreamMetrics {
  readonly outcome: StreamOutcome;
}

/** A source, chunk by chunk as it is, that is measured as it is read. */
export interface MeasuredStream<T> extends StreamIterator<T> {
  /** What has been measured by now. */
  readonly metrics: StreamMetrics;
}

/** Options of {@link withMetrics}. */
export interface MetricsOptions {
  /**
   * When it began, as `performance.now()` told it: take it before the request is sent, so that what
   * the server needed for its first byte is measured. The call of `withMetrics` by default.
   */
  readonly startedAt?: number;
  /**
   * Is told once, however it ended: when the last chunk was read, the consumer has left, or the
   * source failed. What it throws, the consumer gets.
   */
  readonly onEnd?: (metrics: EndedStreamMetrics) => unknown;
}

/**
 * Measures a stream while somebody else reads it. The chunks pass through as they are. A chunk counts
 * from when it has come, not from when the consumer was done with the one before.
 *
 * @param source - A `ReadableStream`, a `Response`, a Node stream, an iterable: see {@link Source}.
 *   It is read once, from the first `next()` on. `break`, `return()` and `await using` cancel it.
 * @param options - `startedAt`, `onEnd`, and for a source of objects `select`, which finds what is
 *   counted in each.
 * @returns An async iterator over the same chunks, with `metrics`.
 * @throws TypeError where it is no source, or where somebody else reads it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type EndedStreamMetrics, withMetrics } from "unwind/streams";
 *
 * const log: EndedStreamMetrics[] = [];
 * const measured = withMetrics(["", "Grüße", "!"], { onEnd: (metrics) => log.push(metrics) });
 * for await (const chunk of measured) if (chunk === "Grüße") break;
 *
 * assert.equal(log[0]?.outcome, "cancelled");
 * assert.equal(log[0].chunks, 2);
 * assert.equal(log[0].bytes, 7);
 * assert.ok((log[0].timeToFirstByte ?? NaN) <= (log[0].timeToFirstOutput ?? NaN));
 * assert.deepEqual(measured.metrics, log[0]);
 * ```
 */
export function withMetrics<T extends TextChunk>(
  source: Source<T>,
  options?: MetricsOptions,
): MeasuredStream<T>;
export function withMetrics<T>(
  source: Source<T>,
  options: MetricsOptions & SelectOptions<T>,
): MeasuredStream<T>;
export function withMetrics<T>(
  source: Source<T>,
  options: MetricsOptions & Partial<SelectOptions<T>> = {},
): MeasuredStream<T> {
  return new MeasuringIterator(source, options);
}

class MeasuringIterator<T> extends SourceIterator<T, T> implements MeasuredStream<T> {
  readonly #select: Select<T> | undefined;
  readonly #onEnd: ((metrics: EndedStreamMetrics) => unknown) | undefined;
  readonly #startedAt: number;
  readonly #clock = new ArrivalClock();
  #firstChunkAt = 0;
  #firstOutputAt: number | undefined;
  #lastChunkAt = 0;
  #longestGap = 0;
  #chunks = 0;
  #bytes = 0;
  readonly #utf8 = new Utf8Length();
  #final: EndedStreamMetrics | undefined;

  constructor(
    source: Source<T>,
    { select, startedAt = now(), onEnd }: MetricsOptions & Partial<SelectOptions<T>>,
  ) {
    super(source);
    if (select !== undefined) this.#select = callable(select);
    if (onEnd !== undefined) this.#onEnd = callable(onEnd);
    if (!Number.isFinite(startedAt)) {
      refuse(startedAt, "is no time: startedAt is what performance.now() gave");
    }
    this.#startedAt = startedAt;
  }

  get metrics(): StreamMetrics {
    return this.#final ?? this.#measured(undefined, undefined);
  }

  protected take(chunk: T, result: IteratorYieldResult<T>): IteratorYieldResult<T> {
    const at = this.#clock.arrival();
    if (this.#chunks++ === 0) this.#firstChunkAt = at;
    else if (at - this.#lastChunkAt > this.#longestGap) this.#longestGap = at - this.#lastChunkAt;
    this.#lastChunkAt = at;
    const bytes = this.#count(
      typeof chunk === "string" && this.#select === undefined
        ? chunk
        : textChunk(chunk, this.#select),
    );
    this.#bytes += bytes;
    if (bytes > 0 && this.#firstOutputAt === undefined) this.#firstOutputAt = at;
    return result;
  }

  protected override ended(outcome: StreamOutcome, failure: Failure | undefined): void {
    this.#final = this.#measured(outcome, failure);
    this.#onEnd?.(this.#final);
  }

  #count(chunk: TextChunk): number {
    if (typeof chunk === "string") return this.#utf8.add(chunk);
    this.#utf8.interrupt();
    return chunk.byteLength;
  }

  #measured<O extends StreamOutcome | undefined>(
    outcome: O,
    failure: Failure | undefined,
  ): StreamMetrics & { readonly outcome: O } {
    const chunks = this.#chunks;
    const since = (at: number | undefined): number | undefined =>
      at === undefined ? undefined : at - this.#startedAt;
    const gaps = chunks - 1;
    return {
      timeToFirstByte: since(chunks > 0 ? this.#firstChunkAt : undefined),
      timeToFirstOutput: since(this.#firstOutputAt),
      totalTime: now() - this.#startedAt,
      chunks,
      bytes: this.#bytes,
      meanGap: gaps > 0 ? (this.#lastChunkAt - this.#firstChunkAt) / gaps : undefined,
      longestGap: gaps > 0 ? this.#longestGap : undefined,
      outcome,
      failure,
    };
  }
}
