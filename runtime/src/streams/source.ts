/** What has text in it: text itself, or bytes of it, which may end in the middle of a character. */
export type TextChunk = string | ArrayBuffer | ArrayBufferView;

/** A web `ReadableStream`, as far as it is needed here. */
export interface WebStream<T> {
  readonly locked: boolean;
  getReader(): WebStreamReader;
  /** @param reason - Why nobody wants the rest. */
  cancel(reason?: unknown): PromiseLike<void>;
  /**
   * Not called: this tells the compiler what the chunks are, which overloads of the reader hide.
   *
   * @param destination - What takes such chunks.
   */
  pipeTo(destination: { getWriter(): { write(chunk?: T): PromiseLike<void> } }): PromiseLike<void>;
}

/** The reader of a {@link WebStream}, which is locked as long as there is one. */
export interface WebStreamReader {
  read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  /** @param reason - Why nobody wants the rest. */
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** A `Response`, or whatever else has a stream for its body. Without a body, it is an empty source. */
export interface WithBody<T> {
  readonly body: WebStream<T> | AsyncIterable<T> | null;
}

/**
 * What can be read chunk by chunk: a web `ReadableStream`, a `Response`, a `Readable` of Node, the
 * stream of an SDK, any other async iterable, or an iterable such as an array of chunks. Not a single
 * string or buffer, and not a promise.
 */
export type Source<T> = WebStream<T> | AsyncIterable<T> | (Iterable<T> & object) | WithBody<T>;

/**
 * Finds the text in what a source gives, where that is neither text nor bytes: in an event object.
 * `undefined` and `null` stand for an event without text.
 */
export type Select<T> = (chunk: T) => TextChunk | null | undefined;

/** Options of what reads text from a source of objects. */
export interface SelectOptions<T> {
  /** Gives the text, or the bytes, in each object. */
  readonly select: Select<T>;
}
