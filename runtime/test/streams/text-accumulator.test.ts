import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { TextAccumulator } from "../../src/streams/index.js";

/** Of three letters, so that what is searched for occurs often; long pieces fill blocks. */
const letters = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 6 });
const piece = fc.oneof(
  { weight: 4, arbitrary: letters },
  { weight: 1, arbitrary: fc.tuple(letters, fc.nat(1500)).map(([text, n]) => text.repeat(n)) },
);
const position = fc.oneof(fc.integer({ min: -12, max: 12 }), fc.integer());

type Command = (accumulator: TextAccumulator, text: string) => void;

const reads: fc.Arbitrary<Command> = fc.oneof(
  letters.map((suffix): Command => (accumulator, text) => {
    expect(accumulator.endsWith(suffix)).toBe(text.endsWith(suffix));
  }),
  fc.nat(10_000).map((length): Command => (accumulator, text) => {
    expect(accumulator.tail(length)).toBe(text.slice(Math.max(text.length - length, 0)));
  }),
  fc
    .tuple(position, fc.option(position, { nil: undefined }))
    .map(([start, end]): Command => (accumulator, text) => {
      expect(accumulator.slice(start, end)).toBe(text.slice(start, end));
    }),
  fc
    .tuple(piece, fc.option(fc.nat(20_000), { nil: undefined }))
    .map(([wanted, from]): Command => (accumulator, text) => {
      expect(accumulator.indexOf(wanted, from)).toBe(text.indexOf(wanted, from));
    }),
  // The same one again and again is what is remembered.
  fc.nat(20_000).map((from): Command => (accumulator, text) => {
    expect(accumulator.indexOf("ab\n", from)).toBe(text.indexOf("ab\n", from));
  }),
  fc.constant<Command>((accumulator, text) => {
    expect(accumulator.toString()).toBe(text);
  }),
);

describe("an accumulator", () => {
  test("reads as the string that += makes, in any order of appending and reading", () => {
    const step = fc.tuple(piece, fc.array(reads, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const accumulator = new TextAccumulator();
        let text = "";
        for (const [more, commands] of steps) {
          expect(accumulator.append(more)).toBe(accumulator);
          text += more;
          expect(accumulator.length).toBe(text.length);
          for (const command of commands) command(accumulator, text);
        }
        expect(String(accumulator)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test("finds what begins in one block and ends in another one", () => {
    const accumulator = new TextAccumulator().append("x".repeat(5000)).append("y".repeat(5000));
    expect(accumulator.indexOf("xy")).toBe(4999);
    expect(accumulator.indexOf(`x${"y".repeat(5000)}`)).toBe(4999);
    accumulator.append("z");
    expect(accumulator.indexOf("yz")).toBe(9999);
    expect(accumulator.indexOf(`x${"y".repeat(5000)}z`)).toBe(4999);
  });

  test("forgets the oldest of many searches, and still finds all", () => {
    const accumulator = new TextAccumulator().append("abcdefghijklmnopqrstuvwxyz");
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 26; index++) {
        expect(accumulator.indexOf(String.fromCharCode(97 + index))).toBe(index);
      }
    }
  });

  test("finds the empty text anywhere, as strings do", () => {
    const accumulator = new TextAccumulator().append("abc");
    expect([0, 2, 3, 9].map((from) => accumulator.indexOf("", from))).toEqual([0, 2, 3, 3]);
    expect(new TextAccumulator().indexOf("")).toBe(0);
  });

  test("refuses what is no text, and names the cure for bytes", () => {
    const accumulator = new TextAccumulator();
    const wrong = (value: unknown): string => value as string;
    expect(() => accumulator.append(wrong(Buffer.from("a")))).toThrow(
      new TypeError("a Buffer is no text: decode bytes with decodeText()"),
    );
    expect(() => accumulator.append(wrong(undefined))).toThrow(TypeError);
    expect(() => accumulator.endsWith(wrong(/a/))).toThrow("a RegExp is no text");
    expect(() => accumulator.indexOf(wrong(1))).toThrow(TypeError);
    expect(() => accumulator.tail(-1)).toThrow(RangeError);
    expect(() => accumulator.tail(Number.NaN)).toThrow(RangeError);
    expect(accumulator.length).toBe(0);
  });
});
