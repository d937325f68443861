// How text is put together of chunks, and looked at meanwhile: what is measured by streams.mjs.
import {
  accumulate,
  decodeText,
  StreamingResult,
  TextAccumulator,
  withMetrics,
} from "unwind/streams";

const chunk = "token ";
const bytes = new TextEncoder().encode(chunk);

/** So that nothing is left out because nobody looks at it. */
export let sink = 0;

/** What is linear is measured with so many chunks. */
export const many = [10_000, 100_000, 1_000_000];
/** What is quadratic, with fewer: a million would take hours. */
export const few = [5000, 10_000, 20_000];

async function* chunks(count, one = chunk) {
  for (let index = 0; index < count; index++) yield one;
}

/** An accumulator that is looked at after each chunk. */
const looking = (look) => (count) => {
  const text = new TextAccumulator();
  for (let index = 0; index < count; index++) {
    text.append(chunk);
    sink += look(text);
  }
  sink += text.toString().length;
};

/** A string that is looked at after each chunk: what looks at its characters makes it flat first. */
const flattening = (look) => (count) => {
  let text = "";
  for (let index = 0; index < count; index++) {
    text += chunk;
    sink += look(text);
  }
};

const parses = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return 0;
  }
};

/** `limit` is what the growth exponent may not pass: 1 is linear, 2 is quadratic. */
const linear = (run) => ({ run, sizes: many, limit: 1.1 });
const compared = (run) => ({ run, sizes: many });
const quadratic = (run) => ({ run, sizes: few });

/** @type {Record<string, Record<string, { run: (count: number) => unknown, sizes: number[], limit?: number }>>} */
export const growth = {
  "unwind/streams": {
    "accumulate, content in the end": linear(async (count) => {
      const answer = accumulate(chunks(count));
      for await (const one of answer) sink += one.chunk.length;
      sink += answer.content.length;
    }),
    "accumulate, content on every chunk": linear(async (count) => {
      for await (const { content } of accumulate(chunks(count))) sink += content.length;
    }),
    "decodeText of bytes": linear(async (count) => {
      for await (const text of decodeText(chunks(count, bytes))) sink += text.length;
    }),
    withMetrics: linear(async (count) => {
      for await (const one of withMetrics(chunks(count))) sink += one.length;
    }),
    StreamingResult: linear((count) => {
      const result = new StreamingResult();
      for (let index = 0; index < count; index++) result.addChunk(chunk);
      sink += result.finalize().length;
    }),
    "TextAccumulator: toString in the end": linear(looking(() => 0)),
    "… toString on every chunk": linear(looking((text) => text.toString().length)),
    "… endsWith on every chunk": linear(looking((text) => (text.endsWith("n ") ? 1 : 0))),
    "… tail on every chunk": linear(looking((text) => text.tail(16).length)),
    "… indexOf on every chunk, not found": linear(looking((text) => text.indexOf("\n\n"))),
    "… indexOf and slice of every line": linear((count) => {
      const text = new TextAccumulator();
      for (let index = 0, start = 0; index < count; index++) {
        text.append(index % 10 === 9 ? "token\n" : chunk);
        for (let end; (end = text.indexOf("\n", start)) !== -1; start = end + 1) {
          sink += text.slice(start, end).length;
        }
      }
    }),
  },
  "strings and arrays": {
    "+=, flat in the end": compared((count) => {
      let text = "";
      for (let index = 0; index < count; index++) text += chunk;
      sink += text.indexOf("\n");
    }),
    "push, join once": compared((count) => {
      const parts = [];
      for (let index = 0; index < count; index++) parts.push(chunk);
      sink += parts.join("").length;
    }),
    "push, join on every chunk": quadratic((count) => {
      const parts = [];
      for (let index = 0; index < count; index++) {
        parts.push(chunk);
        sink += parts.join("").length;
      }
    }),
    "+= and .length": compared(flattening((text) => text.length)),
    "+= and charCodeAt": quadratic(flattening((text) => text.charCodeAt(text.length - 1))),
    "+= and [i]": quadratic(flattening((text) => (text[text.length - 1] === "x" ? 1 : 0))),
    "+= and indexOf": quadratic(flattening((text) => text.indexOf("\n"))),
    "+= and includes": quadratic(flattening((text) => (text.includes("\n") ? 1 : 0))),
    "+= and startsWith": quadratic(flattening((text) => (text.startsWith("x") ? 1 : 0))),
    "+= and endsWith": quadratic(flattening((text) => (text.endsWith("n ") ? 1 : 0))),
    "+= and slice": quadratic(flattening((text) => text.slice(-16).length)),
    "+= and trim": quadratic(flattening((text) => text.trim().length)),
    "+= and split": quadratic(flattening((text) => text.split("\n").length)),
    "+= and a regular expression": quadratic(flattening((text) => (/^x/.test(text) ? 1 : 0))),
    "+= and JSON.parse": quadratic(flattening(parses)),
    "+= and Buffer.byteLength": quadratic(flattening((text) => Buffer.byteLength(text))),
    "Buffer.concat on every chunk": quadratic((count) => {
      let all = Buffer.alloc(0);
      for (let index = 0; index < count; index++) all = Buffer.concat([all, bytes]);
      sink += all.length;
    }),
  },
};

/** What is kept of a text, put together of so many pieces that each are so long. */
export const kept = {
  sizes: [1, 6, 16, 64],
  count: 500_000,
  rows: {
    "+=, before anything reads it": (pieces) => {
      let text = "";
      for (const piece of pieces()) text += piece;
      return text;
    },
    "+=, after it was read": (pieces) => {
      let text = "";
      for (const piece of pieces()) text += piece;
      sink += text.indexOf("\n");
      return text;
    },
    "push, before the join": (pieces) => {
      const parts = [];
      for (const piece of pieces()) parts.push(piece);
      return parts;
    },
    "push, join once": (pieces) => {
      const parts = [];
      for (const piece of pieces()) parts.push(piece);
      return parts.join("");
    },
    TextAccumulator: (pieces) => {
      const text = new TextAccumulator();
      for (const piece of pieces()) text.append(piece);
      return text;
    },
  },
};

/** Sources that are read by themselves, and measured: `limit` is what that may add, in nanoseconds a chunk. */
export const metered = {
  "an async generator": { make: chunks, limit: 60 },
  "a web stream": {
    make(count) {
      let left = count;
      return new ReadableStream({
        pull(controller) {
          if (left-- > 0) controller.enqueue(chunk);
          else controller.close();
        },
      });
    },
  },
};

export const measure = withMetrics;
