import type { Failure } from "../protocol.js";
import { asyncDispose } from "../symbols.js";
import { settle, thrown } from "../unwinding.js";
import { readSource } from "./read-source.js";
import { end, type Reader } from "./readers.js";
import type { Source } from "./source.js";

/**
 * How a stream came to its end. `cancelled`: the consumer left early, or aborted the source.
 */
export type StreamOutcome = "completed" | "cancelled" | "failed";

/** What iterating over a source gives, where `return()` and `await using` leave the source early. */
export interface StreamIterator<T> extends AsyncDisposable {
  next(): Promise<IteratorResult<T, undefined>>;
  /** Leaves early: the source is cancelled, and its lock released. `break` calls it. */
  return(): Promise<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): this;
}

type Answer<T> = IteratorResult<T, undefined> | Promise<IteratorResult<T, undefined>>;

/**
 * One pass over a source, chunk by chunk, written by hand: generators and `TransformStream` cost
 * several times as much, and a generator cannot be left while it waits for a chunk.
 */
export abstract class SourceIterator<In, Out> implements StreamIterator<Out> {
  readonly #reader: Reader<In>;
  #ended = false;
  /** Whether the source has been asked for a chunk that has not come yet. */
  #reading = false;
  /** How many calls of `next` wait for one before them. */
  #queued = 0;
  #last: Promise<unknown> | undefined;

  constructor(source: Source<In>) {
    this.#reader = readSource(source);
  }

  /**
   * Takes a chunk.
   *
   * @param result - What the source gave, to hand on as it is where nothing is to be changed.
   * @returns `undefined` where nothing is to be given for it.
   */
  protected abstract take(
    chunk: In,
    result: IteratorYieldResult<In>,
  ): IteratorResult<Out, undefined> | undefined;

  /** The source has ended: what is left to give, if there is something. */
  protected flush(): IteratorResult<Out, undefined> | undefined {
    return undefined;
  }

  /** Called once, at the end, however that came. */
  protected ended(_outcome: StreamOutcome, _failure: Failure | undefined): void {
    // Nothing to do, unless somebody wants to know.
  }

  next(): Promise<IteratorResult<Out, undefined>> {
    const turn = this.#reading || this.#queued > 0 ? this.#readAfterLast() : this.#read();
    this.#last = turn;
    return turn;
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    if (!this.#ended) await this.#leave("cancelled");
    return end;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [asyncDispose](): Promise<void> {
    await this.return();
  }

  #read(): Promise<IteratorResult<Out, undefined>> {
    if (this.#ended) return Promise.resolve(end);
    this.#reading = true;
    try {
      return this.#reader.read().then(this.#received, this.#failed);
    } catch (error) {
      return Promise.reject(error as Error).catch(this.#failed);
    }
  }

  /** Calls are answered in their order, also where a chunk gives nothing and another one is read. */
  #readAfterLast(): Promise<IteratorResult<Out, undefined>> {
    this.#queued++;
    const read = (): Promise<IteratorResult<Out, undefined>> => {
      this.#queued--;
      return this.#read();
    };
    return (this.#last as Promise<unknown>).then(read, read);
  }

  readonly #received = (result: IteratorResult<In, unknown>): Answer<Out> =>
    this.#answer(result) ?? this.#readOn();

  readonly #failed = (error: unknown): IteratorResult<Out, undefined> => {
    this.#reading = false;
    // What is left fails because it was left.
    if (this.#ended) return end;
    this.#ended = true;
    this.#reader.release();
    const outcome = isAbort(error) || this.#reader.aborted() ? "cancelled" : "failed";
    this.#tell(outcome, { error });
    throw error;
  };

  #answer(result: IteratorResult<In, unknown>): Answer<Out> | undefined {
    this.#reading = false;
    if (this.#ended) return end;
    try {
      if (result.done !== true) return this.take(result.value, result);
    } catch (error) {
      return this.#leave("failed", { error });
    }
    this.#ended = true;
    this.#reader.release();
    let last: IteratorResult<Out, undefined> | undefined;
    try {
      last = this.flush();
    } catch (error) {
      this.#tell("failed", { error });
      throw error;
    }
    this.ended(this.#reader.aborted() ? "cancelled" : "completed", undefined);
    return last ?? end;
  }

  /** Reads until there is something to give. In a loop: promises that wait for each other add up. */
  async #readOn(): Promise<IteratorResult<Out, undefined>> {
    for (;;) {
      let result: IteratorResult<In, unknown>;
      try {
        this.#reading = true;
        result = await this.#reader.read();
      } catch (error) {
        return this.#failed(error);
      }
      const answer = this.#answer(result);
      if (answer !== undefined) return answer;
    }
  }

  /** Tells of a failure; where that fails too, both errors are thrown. */
  #tell(outcome: StreamOutcome, failure: Failure): void {
    const older: unknown[] = [];
    try {
      this.ended(outcome, failure);
    } catch (error) {
      settle(thrown(error, failure, undefined, older), undefined, older);
    }
  }

  /** Leaves a source that has more to give. What fails meanwhile is thrown, together with `failure`. */
  async #leave(outcome: StreamOutcome, failure?: Failure): Promise<IteratorResult<Out, undefined>> {
    this.#ended = true;
    const older: unknown[] = [];
    let current = failure;
    try {
      this.ended(outcome, failure);
    } catch (error) {
      current = thrown(error, current, undefined, older);
    }
    try {
      await this.#reader.cancel(failure?.error, this.#reading);
    } catch (error) {
      current = thrown(error, current, undefined, older);
    }
    settle(current, undefined, older);
    return end;
  }
}

/** Whether an error is the one by which what is aborted fails, unless another reason was given. */
function isAbort(error: unknown): boolean {
  return (error as Partial<Error> | null | undefined)?.name === "AbortError";
}
