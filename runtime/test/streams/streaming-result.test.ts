import fc from "fast-check";
import { expect, test } from "vitest";

import { StreamingResult } from "../../src/streams/index.js";

test("a result has its chunks, and their text at any time", () => {
  const result = new StreamingResult();
  expect([result.content, result.chunks, result.finalized]).toEqual(["", [], false]);
  result.addChunk("a");
  result.addChunk("");
  expect(result.content).toBe("a");
  result.addChunk("b");
  result.addChunk("c");
  expect(result.content).toBe("abc");
  expect(result.content).toBe("abc");
  expect(result.chunks).toEqual(["a", "", "b", "c"]);
});

test("a finalized result gives its text, and takes nothing more", () => {
  const result = new StreamingResult();
  result.addChunk("a");
  expect(result.finalize()).toBe("a");
  expect(result.finalize()).toBe("a");
  expect(result.finalized).toBe(true);
  expect(() => result.addChunk("b")).toThrow(
    "The result is finalized: nothing can be added to it any more",
  );
  expect(result.content).toBe("a");
});

test("a chunk that is no text is refused, with the cure", () => {
  const result = new StreamingResult();
  expect(() => result.addChunk(Buffer.from("é") as unknown as string)).toThrow(
    new TypeError("a Buffer is no text: decode bytes with decodeText()"),
  );
  expect(result.chunks).toEqual([]);
});

test("any order of adding and reading gives what an array and join give", () => {
  const step = fc.record({
    add: fc.nat(1500),
    reads: fc.array(fc.constantFrom("content", "chunks"), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      const result = new StreamingResult();
      const expected: string[] = [];
      for (const { add, reads } of steps) {
        for (let count = 0; count < add; count++) {
          const chunk = String(expected.length % 10);
          result.addChunk(chunk);
          expected.push(chunk);
        }
        for (const read of reads) {
          if (read === "content") expect(result.content).toBe(expected.join(""));
          else expect(result.chunks).toEqual(expected);
        }
      }
      expect(result.finalize()).toBe(expected.join(""));
      expect(result.chunks).toEqual(expected);
      expect(result.chunks).toBe(result.chunks);
    }),
    { numRuns: 100 },
  );
});
