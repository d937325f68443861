import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";

import { expectTypeOf, test } from "vitest";

import {
  accumulate,
  type Accumulated,
  decodeText,
  type MeasuredStream,
  withMetrics,
} from "../../src/streams/index.js";

// None of these is called: what they would give is what counts.
const streams = (): {
  text: ReadableStream<string>;
  bytes: NodeStream<Uint8Array>;
  response: Response;
  events: ReadableStream<{ text?: string }>;
  iterable: AsyncIterable<{ text: string | null }>;
} => {
  throw new Error("Never called");
};

test("the chunks' types are those of the source", () => {
  const examples = () => {
    const { text, bytes, response, events, iterable } = streams();
    expectTypeOf(withMetrics(text)).toEqualTypeOf<MeasuredStream<string>>();
    expectTypeOf(withMetrics(bytes)).toEqualTypeOf<MeasuredStream<Uint8Array>>();
    expectTypeOf(withMetrics(response).metrics.bytes).toBeNumber();
    expectTypeOf(withMetrics([] as string[])).toEqualTypeOf<MeasuredStream<string>>();
    decodeText(createReadStream("x"));
    decodeText(Readable.from([]), { encoding: "utf-16le", fatal: true });
    accumulate(response, { encoding: "latin1" });
    accumulate(decodeText(withMetrics(bytes)));
    accumulate(events, {
      select: (event) => {
        expectTypeOf(event).toEqualTypeOf<{ text?: string }>();
        return event.text;
      },
    });
    const measured = withMetrics(iterable, { select: (event) => event.text });
    expectTypeOf(measured).toEqualTypeOf<MeasuredStream<{ text: string | null }>>();
    expectTypeOf(accumulate(text).next()).resolves.toEqualTypeOf<
      IteratorResult<Accumulated, undefined>
    >();
  };
  expectTypeOf(examples).toBeFunction();
});

test("mistakes are errors of types", () => {
  const mistakes = () => {
    const { events, iterable } = streams();
    // @ts-expect-error -- a text is no source of texts
    decodeText("text");
    // @ts-expect-error -- nor are bytes
    decodeText(new Uint8Array());
    // @ts-expect-error -- a promise has to be awaited
    accumulate(fetch("http://x"));
    // @ts-expect-error -- objects need a select
    accumulate(events);
    // @ts-expect-error -- also where they are measured
    withMetrics(iterable);
    // @ts-expect-error -- which gives text or bytes
    decodeText(iterable, { select: () => 1 });
    // @ts-expect-error -- numbers are neither
    withMetrics([1, 2]);
  };
  expectTypeOf(mistakes).toBeFunction();
});
