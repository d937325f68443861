import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

import { describe, expect, test } from "vitest";

import { accumulate, decodeText, type Source, withMetrics } from "../../src/streams/index.js";
import { asyncDispose, flattenErrors } from "../../src/index.js";
import { collect, rejection } from "./collect.js";

const texts = ["Hel", "lo, ", "wor", "ld"];
const encoded = texts.map((text) => new TextEncoder().encode(text));

/** A web stream, and what it was cancelled with. */
function webStream<T>(chunks: readonly T[]): { stream: ReadableStream<T>; cancelled: unknown[] } {
  const cancelled: unknown[] = [];
  const rest = [...chunks];
  const stream = new ReadableStream<T>({
    pull(controller) {
      const [chunk] = rest.splice(0, 1);
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: (reason) => void cancelled.push(reason),
  });
  return { stream, cancelled };
}

async function* generate<T>(chunks: readonly T[], log: string[] = []): AsyncGenerator<T> {
  try {
    for (const chunk of chunks) {
      await Promise.resolve();
      yield chunk;
    }
  } finally {
    log.push("left");
  }
}

describe("each kind of source is read to its end", () => {
  const sources: Record<string, () => Source<string | Uint8Array>> = {
    "a web stream": () => webStream(encoded).stream,
    "a web stream that cannot be iterated over": () =>
      Object.defineProperty(webStream(encoded).stream, Symbol.asyncIterator, { value: undefined }),
    "a Response": () => new Response(webStream(encoded).stream),
    "a Request": () => new Request("http://x", { method: "POST", body: "Hello, world" }),
    "a response whose body is a Node stream": () => ({ body: Readable.from(encoded) }),
    "a Readable of bytes": () => Readable.from(encoded.map((chunk) => Buffer.from(chunk))),
    "a Readable with an encoding": () => Readable.from(encoded).setEncoding("utf8"),
    "an async generator": () => generate(texts),
    "an array": () => encoded,
    "a set": () => new Set(texts),
    "a generator": () => texts.values(),
    "an array of promises": () => texts.map((text) => Promise.resolve(text)) as unknown as string[],
    "an iterator whose next() is synchronous": () => {
      const all = texts.values();
      return { [Symbol.asyncIterator]: () => all as unknown as AsyncIterator<string> };
    },
  };

  test.for(Object.entries(sources))("%s", async ([, source]) => {
    expect((await collect(decodeText(source()))).join("")).toBe("Hello, world");
    const answer = accumulate(source());
    expect((await collect(answer)).at(-1)?.content).toBe("Hello, world");
    const measured = withMetrics(source());
    await collect(measured);
    expect(measured.metrics).toMatchObject({ bytes: 12, outcome: "completed" });
  });

  test("a Response without a body is empty", async () => {
    expect(await collect(decodeText(new Response(null, { status: 204 })))).toEqual([]);
  });

  test("a stream that has ended is not locked any more", async () => {
    const { stream, cancelled } = webStream(texts);
    await collect(accumulate(stream));
    expect(stream.locked).toBe(false);
    expect(cancelled).toEqual([]);
  });
});

describe("leaving early", () => {
  const readers = {
    accumulate: (source: Source<string>) => accumulate(source),
    decodeText: (source: Source<string>) => decodeText(source),
    withMetrics: (source: Source<string>) => withMetrics(source),
    "one in the other": (source: Source<string>) => accumulate(decodeText(withMetrics(source))),
  };

  describe.each(Object.entries(readers))("%s", (_, read) => {
    test("by break cancels a web stream and releases its lock", async () => {
      const { stream, cancelled } = webStream(texts);
      for await (const _chunk of read(stream)) break;
      expect(cancelled).toEqual([undefined]);
      expect(stream.locked).toBe(false);
    });

    test("by an error in the loop does, too, and the error comes out", async () => {
      const { stream, cancelled } = webStream(texts);
      const loop = async (): Promise<void> => {
        for await (const _chunk of read(stream)) throw new Error("body");
      };
      await expect(loop()).rejects.toThrow("body");
      expect(cancelled).toEqual([undefined]);
      expect(stream.locked).toBe(false);
    });

    test("runs a generator's finally, once, and asks for nothing more", async () => {
      const log: string[] = [];
      const reading = read(generate(texts, log));
      for await (const _chunk of reading) break;
      expect(log).toEqual(["left"]);
      expect(await reading.next()).toEqual({ done: true, value: undefined });
      expect(await reading.return()).toEqual({ done: true, value: undefined });
      expect(log).toEqual(["left"]);
    });

    test("ends a synchronous generator", async () => {
      const log: string[] = [];
      const source = (function* () {
        try {
          yield* texts;
        } finally {
          log.push("left");
        }
      })();
      for await (const _chunk of read(source)) break;
      expect(log).toEqual(["left"]);
    });

    test("destroys a Node stream, and its file is closed", async () => {
      const file = createReadStream(import.meta.filename, { encoding: "utf8", highWaterMark: 8 });
      const closed = new Promise<void>((resolve) => file.once("close", resolve));
      for await (const _chunk of read(file)) break;
      expect(file.destroyed).toBe(true);
      await closed;
      expect(file.closed).toBe(true);
    });

    test("before anything was read stops what the source has begun", async () => {
      const { stream, cancelled } = webStream(texts);
      await read(stream).return();
      expect(cancelled).toEqual([undefined]);
      expect(stream.locked).toBe(false);

      const readable = Readable.from(texts);
      await read(readable).return();
      expect(readable.destroyed).toBe(true);

      const controller = new AbortController();
      await read(Object.assign(generate(texts), { controller })).return();
      expect(controller.signal.aborted).toBe(true);
    });

    test("while a chunk is awaited ends the waiting", async () => {
      const cancelled: unknown[] = [];
      const silent = new ReadableStream<string>({
        cancel: (reason) => void cancelled.push(reason),
      });
      const readable = new Readable({ read: () => {} });
      for (const source of [silent, readable]) {
        const reading = read(source as Source<string>);
        const waiting = reading.next();
        await Promise.resolve();
        await reading.return();
        expect(await waiting).toEqual({ done: true, value: undefined });
      }
      expect(cancelled).toEqual([undefined]);
      expect(silent.locked).toBe(false);
      expect(readable.destroyed).toBe(true);
    });

    test("is what `await using` does", async () => {
      const { stream, cancelled } = webStream(texts);
      const reading = read(stream);
      await reading.next();
      await reading[asyncDispose]();
      expect(cancelled).toEqual([undefined]);
    });

    test("with a source that cannot be cancelled tells of that", async () => {
      const stream = new ReadableStream<string>({
        pull: (controller) => controller.enqueue("x"),
        cancel: () => Promise.reject(new Error("cancel")),
      });
      const reading = read(stream);
      await reading.next();
      await expect(reading.return()).rejects.toThrow("cancel");
      expect(stream.locked).toBe(false);
    });
  });

  test("calls of next at the same time are answered in order", async () => {
    const chunks = ["", "a", "", "", "b", "c", ""];
    for (const source of [generate(chunks), webStream(chunks).stream, chunks]) {
      const reading = decodeText(source);
      const answers = await Promise.all(Array.from({ length: 5 }, () => reading.next()));
      expect(answers.map(({ value }) => value)).toEqual(["a", "b", "c", undefined, undefined]);
    }
  });
});

describe("a source that fails", () => {
  test("fails with its own error, and is not locked any more", async () => {
    const error = new RangeError("source");
    const stream = new ReadableStream<string>({ pull: (it) => it.error(error) });
    expect(await rejection(collect(accumulate(stream)))).toBe(error);
    expect(stream.locked).toBe(false);
    const readable = new Readable({ read: () => readable.destroy(error) });
    expect(await rejection(collect(decodeText(readable)))).toBe(error);
  });

  test("keeps what had come", async () => {
    const source = (async function* () {
      await Promise.resolve();
      yield "so far";
      throw new Error("source");
    })();
    const answer = accumulate(source);
    await expect(collect(answer)).rejects.toThrow("source");
    expect(answer.content).toBe("so far");
    expect(await answer.next()).toEqual({ done: true, value: undefined });
  });

  test("a select that throws leaves the source, and both errors are told", async () => {
    const reasons: unknown[] = [];
    const stream = new ReadableStream<string>({
      pull: (controller) => controller.enqueue("x"),
      cancel(reason) {
        reasons.push(reason);
        throw new Error("cancel");
      },
    });
    const error = new Error("select");
    const select = (): never => {
      throw error;
    };
    const thrown = await rejection(collect(decodeText(stream, { select })));
    expect(flattenErrors(thrown).map(String)).toEqual(["Error: select", "Error: cancel"]);
    expect(reasons).toEqual([error]);
    expect(stream.locked).toBe(false);
  });
});

describe("refused is", () => {
  const bad =
    (value: unknown): (() => unknown) =>
    () =>
      decodeText(value as Source<string>);

  test.for<[string, unknown, string]>([
    ["a string", "text", '"text" is one text: put it into an array'],
    ["a buffer", Buffer.from("a"), "a Buffer is one chunk: put it into an array"],
    ["an ArrayBuffer", new ArrayBuffer(1), "an ArrayBuffer is one chunk: put it into an array"],
    ["a promise", Promise.resolve([]), "a Promise is not there yet: await it first"],
    ["nothing", undefined, "undefined is no source: give a ReadableStream"],
    ["an object", {}, "an Object is no source: give a ReadableStream"],
    ["a body that is none", { body: 1 }, "an Object has a body that is none of these, but 1"],
  ])("%s", ([, value, message]) => {
    expect(bad(value)).toThrow(TypeError);
    expect(bad(value)).toThrow(message);
  });

  test("what somebody else reads or has read, before anything is locked", async () => {
    const response = new Response("text");
    await response.text();
    expect(bad(response)).toThrow("a Response has been read already: clone() it before that");
    const { stream } = webStream(texts);
    stream.getReader();
    expect(bad(stream)).toThrow("a ReadableStream is locked: somebody else reads it");
    expect(bad({ body: stream })).toThrow("is locked");
  });

  test("a chunk that is neither text nor bytes, and the source is left", async () => {
    const { stream, cancelled } = webStream([{ text: "a" }]);
    const error = await rejection(collect(decodeText(stream as ReadableStream<never>)));
    expect(String(error)).toBe(
      "TypeError: an Object is neither text nor bytes: tell by the option select where it has its text",
    );
    expect(cancelled).toEqual([error]);
    const numbers = collect(accumulate([1], { select: (n) => n as unknown as string }));
    expect(String(await rejection(numbers))).toContain("1 is what select gave: give text, bytes");
  });

  test("a select that is no function", () => {
    const wrong = { select: "text" as unknown as () => string };
    const message = '"text" is not a function';
    expect(() => accumulate([], wrong)).toThrow(message);
    expect(() => decodeText([], wrong)).toThrow(message);
    expect(() => withMetrics([], wrong)).toThrow(message);
  });
});
