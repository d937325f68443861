import type { WebStream, WebStreamReader } from "./source.js";

/** The result of an iterator that has nothing more to give. */
export const end: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Reads one source. Nothing is locked or opened before the first `read`. */
export interface Reader<T> {
  /** May throw as well as reject. Not called again before the last one has settled. */
  read(): Promise<IteratorResult<T, unknown>>;
  /** The source has ended or failed by itself: gives back what was held of it. */
  release(): void;
  /**
   * Leaves a source that has more to give, and tells it so.
   *
   * @param waiting - Whether a `read` has not settled yet.
   */
  cancel(reason: unknown, waiting: boolean): PromiseLike<unknown> | undefined;
  /** Whether the source was aborted by its own controller: some then end as if nothing was missing. */
  aborted(): boolean;
}

/** Reads a web stream by a reader: that locks it, and not every engine can iterate over one. */
export class WebReader<T> implements Reader<T> {
  readonly #stream: WebStream<T>;
  #reader: WebStreamReader | undefined;

  constructor(stream: WebStream<T>) {
    this.#stream = stream;
  }

  read(): Promise<IteratorResult<T, unknown>> {
    return (this.#reader ??= this.#stream.getReader()).read() as Promise<
      IteratorResult<T, unknown>
    >;
  }

  release(): void {
    this.#reader?.releaseLock();
  }

  cancel(reason: unknown): PromiseLike<unknown> | undefined {
    if (this.#reader === undefined) return this.#stream.cancel(reason);
    // At once, as the standard's own iterator does it: what waits for the lock need not wait longer.
    const cancelled = this.#reader.cancel(reason);
    this.#reader.releaseLock();
    return cancelled;
  }

  aborted(): boolean {
    return false;
  }
}

/** How the async iterables that hold something are left by other means than their iterator. */
interface Interruptible {
  /** Node's streams. */
  destroy?(): unknown;
  /** The streams of the OpenAI and Anthropic SDKs. */
  readonly controller?: Partial<AbortControllerLike>;
}

interface AbortControllerLike {
  abort(): void;
  readonly signal: { readonly aborted: boolean };
}

/** Reads by the async iterator of a Node stream, of an SDK's stream, of a generator. */
export class AsyncReader<T> implements Reader<T> {
  readonly #iterable: AsyncIterable<T>;
  #iterator: AsyncIterator<T, unknown> | undefined;

  constructor(iterable: AsyncIterable<T>) {
    this.#iterable = iterable;
  }

  read(): Promise<IteratorResult<T, unknown>> {
    this.#iterator ??= this.#iterable[Symbol.asyncIterator]();
    const result = this.#iterator.next();
    // Iterators written by hand may give something else.
    return result instanceof Promise ? result : Promise.resolve(result);
  }

  release(): void {
    // An iterator that has ended holds nothing.
  }

  cancel(_reason: unknown, waiting: boolean): PromiseLike<unknown> | undefined {
    const begun = this.#iterator !== undefined;
    // Before the source is stopped: some iterators listen for that, and it is an error unheard.
    this.#iterator ??= this.#iterable[Symbol.asyncIterator]();
    // A generator that has not begun has no `finally` to run, and one that waits runs it only after
    // the next chunk: what it reads from has to be stopped in another way.
    if (waiting || !begun) this.#interrupt();
    return this.#iterator.return?.();
  }

  aborted(): boolean {
    return (this.#iterable as Interruptible).controller?.signal?.aborted === true;
  }

  #interrupt(): void {
    const source = this.#iterable as Interruptible;
    if (source.destroy !== undefined) source.destroy();
    else source.controller?.abort?.();
  }
}

/** Reads an iterable. Promises in it are awaited, as `for await` does. */
export class SyncReader<T> implements Reader<T> {
  readonly #iterable: Iterable<T>;
  #iterator: Iterator<T, unknown> | undefined;

  constructor(iterable: Iterable<T>) {
    this.#iterable = iterable;
  }

  async read(): Promise<IteratorResult<T, unknown>> {
    this.#iterator ??= this.#iterable[Symbol.iterator]();
    const result = this.#iterator.next();
    return result.done === true ? end : { done: false, value: await result.value };
  }

  release(): void {
    // An iterator that has ended holds nothing.
  }

  cancel(): undefined {
    (this.#iterator ??= this.#iterable[Symbol.iterator]()).return?.();
  }

  aborted(): boolean {
    return false;
  }
}
