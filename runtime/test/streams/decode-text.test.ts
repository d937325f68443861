import { Readable } from "node:stream";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { accumulate, decodeText, type TextChunk } from "../../src/streams/index.js";
import { collect, rejection } from "./collect.js";

/** Latin, Han, an emoji of two surrogate pairs, Cyrillic, and a combining mark: 36 bytes. */
const mixed = "Grüße, 世界: 👋🏽 мир e\u0301";
const bytes = new TextEncoder().encode(mixed);

async function decoded(chunks: Iterable<TextChunk> & object, options = {}): Promise<string> {
  return (await collect(decodeText(chunks, options))).join("");
}

/** Cuts at the given positions. */
function split<T extends { slice(from: number, to?: number): T }>(
  whole: T,
  cuts: readonly number[],
): T[] {
  const sorted = [...cuts].sort((a, b) => a - b);
  return [...sorted, undefined].map((to, index) => whole.slice(sorted[index - 1] ?? 0, to));
}

/** Text without halves of surrogate pairs: such halves have no bytes. */
const wellFormed = fc.string({ unit: "binary" });

describe("bytes", () => {
  const points = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);

  test("a mixed-script text has 35 points to split it", () => {
    expect(points).toHaveLength(35);
  });

  test.for(points)("split before byte %i are the same text", async (point) => {
    const chunks = [bytes.slice(0, point), bytes.slice(point)];
    expect(await decoded(chunks)).toBe(mixed);
    expect(await decoded(chunks.map(({ buffer }) => buffer))).toBe(mixed);
    const answer = accumulate(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));
    const contents = (await collect(answer)).map(({ content }) => content);
    expect(contents.at(-1)).toBe(mixed);
    for (const content of contents) expect(mixed.startsWith(content), content).toBe(true);
  });

  test("random texts, split at random places, are the same", async () => {
    await fc.assert(
      fc.asyncProperty(wellFormed, fc.array(fc.nat()), async (text, numbers) => {
        const encoded = new TextEncoder().encode(text);
        const chunks = split(
          encoded,
          numbers.map((number) => number % (encoded.length + 1)),
        );
        // The mark at the beginning is none of the text.
        const expected = text.replace(/^\uFEFF/, "");
        expect(await decoded(chunks)).toBe(expected);
        const answer = accumulate(chunks);
        for await (const _ of answer);
        expect(answer.content).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("random bytes, split at random places, are what one decoder makes of them at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.array(fc.nat()), async (any, numbers) => {
        const chunks = split(
          any,
          numbers.map((number) => number % (any.length + 1)),
        );
        expect(await decoded(chunks)).toBe(new TextDecoder().decode(any));
      }),
      { numRuns: 500 },
    );
  });

  test("which are incomplete at the end become U+FFFD, once", async () => {
    expect(await collect(decodeText([bytes.slice(0, 3)]))).toEqual(["Gr", "\uFFFD"]);
  });

  test("a byte order mark is left out, also where it is split", async () => {
    const marked = new TextEncoder().encode("\uFEFFtext");
    expect(await decoded(split(marked, [1, 2]))).toBe("text");
  });

  test("of other encodings are decoded, too", async () => {
    const utf16 = Buffer.from(mixed, "utf16le");
    const each = [...utf16].map((byte) => Uint8Array.of(byte));
    expect(await decoded(each, { encoding: "utf-16le" })).toBe(mixed);
    expect(() => decodeText([], { encoding: "utf-99" })).toThrow(RangeError);
  });

  test("that are no text are an error where that is asked for, and the source is left", async () => {
    let left = false;
    const source = (function* () {
      try {
        yield Uint8Array.of(0x61);
        yield Uint8Array.of(0xff);
        yield Uint8Array.of(0x62);
      } finally {
        left = true;
      }
    })();
    const texts: string[] = [];
    const read = async (): Promise<void> => {
      for await (const text of decodeText(source, { fatal: true })) texts.push(text);
    };
    expect(await rejection(read())).toBeInstanceOf(TypeError);
    expect(texts).toEqual(["a"]);
    expect(left).toBe(true);
    const incomplete = collect(decodeText([bytes.slice(0, 3)], { fatal: true }));
    expect(await rejection(incomplete)).toBeInstanceOf(TypeError);
  });
});

describe("text", () => {
  test("passes through, with surrogate pairs kept together", async () => {
    const chunks = split(mixed, [11, 12, 13]);
    expect(chunks.some((chunk) => /[\uD800-\uDBFF]$/.test(chunk))).toBe(true);
    const texts = await collect(decodeText(chunks));
    expect(texts.join("")).toBe(mixed);
    for (const text of texts) expect(Buffer.from(text).toString()).toBe(text);
  });

  test("split at random places is given in parts that are well-formed each", async () => {
    await fc.assert(
      fc.asyncProperty(wellFormed, fc.array(fc.nat()), async (text, numbers) => {
        const cuts = numbers.map((number) => number % (text.length + 1));
        const texts = await collect(decodeText(split(text, cuts)));
        expect(texts.join("")).toBe(text);
        for (const one of texts) expect(Buffer.from(one).toString()).toBe(one);
      }),
      { numRuns: 500 },
    );
  });

  test("between bytes ends what they have left open, and a lone half stays one", async () => {
    const euro = Uint8Array.of(0xe2, 0x82);
    expect(await decoded([euro, "x", euro, Uint8Array.of(0xac)])).toBe("\uFFFDx€");
    expect(await decoded(["a\uD83D", Uint8Array.of(0x62), "c\uD83D"])).toBe("a\uD83Dbc\uD83D");
  });

  test("that is empty is not given", async () => {
    expect(await collect(decodeText(["", "a", "", new Uint8Array(), "b", ""]))).toEqual(["a", "b"]);
  });
});

test("a million events without text are passed over, with no promise left for each", async () => {
  const events = (function* () {
    for (let count = 0; count < 1_000_000; count++) yield { text: undefined };
    yield { text: "text" };
  })();
  expect(await collect(decodeText(events, { select: ({ text }) => text }))).toEqual(["text"]);
});
