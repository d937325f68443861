import { describe, expect, test } from "vitest";

import { type Counted, load } from "./counted-text.js";

/** How often each character may be copied or looked at, all reads together, whatever the length. */
const limit = 20;

/** Characters copied for each character appended, where there are so many chunks. */
function cost(run: (counted: Counted, chunks: number) => void, chunks: number): number {
  const counted = load();
  run(counted, chunks);
  return counted.copied() / (chunks * chunk.length);
}

const chunk = "token ";
const few = 1000;
const many = 16_000;

/** The reads that flatten a string, and how an accumulator is asked for the same. */
describe.each<[string, (counted: Counted, chunks: number) => void]>([
  [
    "appending, and the whole text in the end",
    ({ streams }, chunks) => {
      const text = new streams.TextAccumulator();
      for (let count = 0; count < chunks; count++) text.append(chunk);
      expect(text.toString()).toHaveLength(chunks * chunk.length);
    },
  ],
  [
    "the whole text after each chunk",
    ({ streams }, chunks) => {
      const text = new streams.TextAccumulator();
      for (let count = 1; count <= chunks; count++) {
        text.append(chunk);
        expect(text.toString().length).toBe(count * chunk.length);
      }
    },
  ],
  [
    "endsWith and tail after each chunk",
    ({ streams }, chunks) => {
      const text = new streams.TextAccumulator();
      for (let count = 0; count < chunks; count++) {
        text.append(chunk);
        if (!text.endsWith("n ") || text.tail(4) !== "ken ") throw new Error("wrong");
      }
    },
  ],
  [
    "a search for what never comes, after each chunk",
    ({ streams }, chunks) => {
      const text = new streams.TextAccumulator();
      for (let count = 0; count < chunks; count++) {
        text.append(chunk);
        if (text.indexOf("\n\n") !== -1) throw new Error("wrong");
      }
    },
  ],
  [
    "a search for what stands at the beginning, after each chunk",
    ({ streams }, chunks) => {
      const text = new streams.TextAccumulator();
      for (let count = 0; count < chunks; count++) {
        text.append(chunk);
        if (text.indexOf("en") !== 3) throw new Error("wrong");
      }
    },
  ],
  [
    "each line cut out as it is complete",
    ({ streams }, chunks) => {
      const text = new streams.TextAccumulator();
      let start = 0;
      let lines = 0;
      for (let count = 0; count < chunks; count++) {
        text.append(count % 10 === 9 ? "token\n" : chunk);
        for (let end; (end = text.indexOf("\n", start)) !== -1; start = end + 1, lines++) {
          if (!text.slice(start, end).startsWith("token")) throw new Error("wrong");
        }
      }
      expect(lines).toBe(chunks / 10);
    },
  ],
  [
    "the whole text and its end after each chunk",
    ({ streams }, chunks) => {
      const text = new streams.TextAccumulator();
      for (let count = 0; count < chunks; count++) {
        text.append(chunk);
        if (text.toString().length !== text.length || !text.endsWith("n "))
          throw new Error("wrong");
      }
    },
  ],
  [
    "a StreamingResult whose content is read after each chunk",
    ({ streams }, chunks) => {
      const result = new streams.StreamingResult();
      for (let count = 1; count <= chunks; count++) {
        result.addChunk(chunk);
        if (result.content.length !== count * chunk.length) throw new Error("wrong");
      }
      result.finalize();
    },
  ],
])("%s", (_, run) => {
  test("copies each character a bounded number of times", () => {
    expect(cost(run, few)).toBeLessThanOrEqual(limit);
    expect(cost(run, many)).toBeLessThanOrEqual(limit);
  });
});

test("accumulate copies each character a bounded number of times, content read or not", async () => {
  for (const reads of [false, true]) {
    const counted = load();
    const answer = counted.streams.accumulate(Array<string>(many).fill(chunk));
    for await (const one of answer) if (reads && one.content === "") throw new Error("wrong");
    expect(answer.content).toHaveLength(many * chunk.length);
    expect(counted.copied() / (many * chunk.length)).toBeLessThanOrEqual(limit);
  }
});

/** What is counted of the usual loops: this is what the count has to tell from the above. */
describe("the count finds what is quadratic", () => {
  test.for([
    ["+= with a read that flattens", "text += chunk; text.endsWith('\\n');"],
    ["+= with a look at the last character", "text += chunk; text.at(-1);"],
    ["+= with a regular expression", "text += chunk; text.match(/x$/);"],
    ["concat with a read", "text = text.concat(chunk); text.indexOf('\\n');"],
    ["push and join on every chunk", "parts.push(chunk); text = parts.join('');"],
  ])("in %s", ([, body]) => {
    const counted = load();
    const loop = counted.compile(
      `let text = ""; const parts = []; for (let i = 0; i < chunks; i++) { ${body} }`,
    );
    const costs = [few, 4 * few].map((chunks) => {
      const before = counted.copied();
      loop(chunk, chunks);
      return (counted.copied() - before) / (chunks * chunk.length);
    });
    expect(costs[0]).toBeGreaterThan(10 * limit);
    expect((costs[1] as number) / (costs[0] as number)).toBeGreaterThan(3.5);
  });

  test.for([
    ["+= alone", "text += chunk;"],
    ["+= with the length", "text += chunk; if (text.length === 0) throw 1;"],
    ["push", "parts.push(chunk);"],
  ])("and nothing in %s", ([, body]) => {
    const counted = load();
    const loop = counted.compile(
      `let text = ""; const parts = []; for (let i = 0; i < chunks; i++) { ${body} } return text.trim() + parts.join("");`,
    );
    loop(chunk, many);
    expect(counted.copied() / (many * chunk.length)).toBeLessThanOrEqual(limit);
  });
});
