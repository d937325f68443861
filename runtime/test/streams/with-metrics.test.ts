import { setImmediate as turn } from "node:timers/promises";

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { flattenErrors } from "../../src/index.js";
import { type EndedStreamMetrics, withMetrics } from "../../src/streams/index.js";
import { collect, rejection } from "./collect.js";

/** Milliseconds: what the clock shows. Nothing here takes time unless a test says so. */
let time = 0;

beforeEach(() => {
  time = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => time);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Gives each chunk after so many milliseconds. */
async function* timed<T>(chunks: readonly (readonly [number, T])[], after = 0): AsyncGenerator<T> {
  for (const [milliseconds, chunk] of chunks) {
    await turn();
    time += milliseconds;
    yield chunk;
  }
  time += after;
}

describe("a stream that was read to its end", () => {
  test("is measured, from the start on", async () => {
    const ended: EndedStreamMetrics[] = [];
    time = 1500;
    const measured = withMetrics(
      timed(
        [
          [20, ""],
          [10, "Grüße"],
          [50, "!"],
          [5, "x"],
        ],
        7,
      ),
      {
        startedAt: 1000,
        onEnd: (metrics) => ended.push(metrics),
      },
    );
    expect(await collect(measured)).toEqual(["", "Grüße", "!", "x"]);
    expect(ended).toEqual([
      {
        timeToFirstByte: 520,
        timeToFirstOutput: 530,
        totalTime: 592,
        chunks: 4,
        bytes: 9,
        meanGap: 65 / 3,
        longestGap: 50,
        outcome: "completed",
        failure: undefined,
      },
    ]);
    time += 1000;
    expect(measured.metrics).toBe(ended[0]);
  });

  test("began with the call, where nothing else is said", async () => {
    const measured = withMetrics(timed([[20, "a"]]));
    time += 5;
    await collect(measured);
    expect(measured.metrics).toMatchObject({ timeToFirstByte: 25, totalTime: 25 });
  });

  test("has no times of what did not come", async () => {
    const measured = withMetrics([]);
    await collect(measured);
    expect(measured.metrics).toEqual({
      timeToFirstByte: undefined,
      timeToFirstOutput: undefined,
      totalTime: 0,
      chunks: 0,
      bytes: 0,
      meanGap: undefined,
      longestGap: undefined,
      outcome: "completed",
      failure: undefined,
    });
  });

  test("a consumer's own time before it asks is no time of the stream's first byte", async () => {
    const measured = withMetrics(
      timed([
        [10, "a"],
        [10, "b"],
      ]),
    );
    for await (const _ of measured) time += 100;
    expect(measured.metrics).toMatchObject({ timeToFirstByte: 10, chunks: 2, totalTime: 220 });
  });

  test("a long pause after many chunks at once is the longest gap", async () => {
    const source = (async function* () {
      for (let round = 0; round < 3; round++) {
        for (let count = 0; count < 100; count++) yield "x";
        await turn();
        time += 40;
      }
      yield "last";
    })();
    const measured = withMetrics(source);
    await collect(measured);
    expect(measured.metrics).toMatchObject({ longestGap: 40, chunks: 301, meanGap: 120 / 300 });
  });

  test("passes on the very chunks, also events, of which select counts the text", async () => {
    const events = [{ role: "assistant" }, { text: "añ" }, { text: Uint8Array.of(1, 2, 3, 4) }];
    const select = (event: (typeof events)[number]) => event.text;
    const measured = withMetrics(
      timed([
        [5, events[0]],
        [6, events[1]],
        [7, events[2]],
      ] as const),
      {
        select: (event) => event && select(event),
      },
    );
    const read = await collect(measured);
    expect(read.map((event, index) => event === events[index])).toEqual([true, true, true]);
    expect(measured.metrics).toMatchObject({
      timeToFirstByte: 5,
      timeToFirstOutput: 11,
      bytes: 7,
      chunks: 3,
    });
  });
});

describe("the bytes", () => {
  const counted = async (chunks: readonly (string | Uint8Array)[]): Promise<number> => {
    const measured = withMetrics(chunks);
    await collect(measured);
    return measured.metrics.bytes;
  };

  test("of a surrogate pair are four, also where it is split", async () => {
    expect(await counted(["👋"])).toBe(4);
    expect(await counted(["\uD83D", "\uDC4B"])).toBe(4);
    expect(await counted(["a\uD83D", "", "\uDC4Bb"])).toBe(6);
  });

  test("of a lone half are three, as U+FFFD has", async () => {
    expect(await counted(["\uD83D", Uint8Array.of(1), "\uDC4B"])).toBe(7);
    expect(await counted(["\uDC4B\uD83D"])).toBe(6);
  });

  test("of any text, split anywhere, are those of its UTF-8", async () => {
    const anything = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anything, fc.string({ unit: "binary" }))),
        async (chunks) => {
          expect(await counted(chunks)).toBe(Buffer.byteLength(chunks.join("")));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("the outcome", () => {
  const log: EndedStreamMetrics[] = [];
  const onEnd = (metrics: EndedStreamMetrics): void => void log.push(metrics);
  beforeEach(() => {
    log.length = 0;
  });

  test("is unknown as long as it runs", async () => {
    const measured = withMetrics(
      timed([
        [10, "a"],
        [10, "b"],
      ]),
      { onEnd },
    );
    expect(measured.metrics).toMatchObject({ outcome: undefined, chunks: 0, totalTime: 0 });
    await measured.next();
    time += 3;
    expect(measured.metrics).toMatchObject({ outcome: undefined, chunks: 1, totalTime: 13 });
    expect(log).toEqual([]);
    await measured.return();
  });

  test("is cancelled after an early exit, and told once", async () => {
    const measured = withMetrics(
      timed([
        [10, "a"],
        [30, "b"],
        [1, "c"],
      ]),
      { onEnd },
    );
    for await (const chunk of measured) {
      time += 2;
      if (chunk === "b") break;
    }
    await measured.return();
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({
      outcome: "cancelled",
      chunks: 2,
      longestGap: 32,
      totalTime: 44,
    });
    expect(log[0]?.failure).toBeUndefined();
  });

  test("is cancelled where nothing was ever read", async () => {
    await withMetrics(timed([[10, "a"]]), { onEnd }).return();
    expect(log).toMatchObject([{ outcome: "cancelled", chunks: 0, timeToFirstByte: undefined }]);
  });

  test("is failed after an error of the source, with that error", async () => {
    const error = new Error("source");
    const source = (async function* () {
      yield* timed([[10, "a"]]);
      time += 5;
      throw error;
    })();
    expect(await rejection(collect(withMetrics(source, { onEnd })))).toBe(error);
    expect(log).toMatchObject([
      { outcome: "failed", failure: { error }, chunks: 1, totalTime: 15 },
    ]);
  });

  test("is failed where a chunk cannot be counted", async () => {
    const numbers = [1] as unknown as string[];
    const error = await rejection(collect(withMetrics(numbers, { onEnd })));
    expect(String(error)).toContain("1 is neither text nor bytes");
    expect(log).toMatchObject([{ outcome: "failed", failure: { error } }]);
  });

  test("is cancelled where the source was aborted", async () => {
    const abort = new AbortController();
    const stream = new ReadableStream<string>({
      start(controller) {
        controller.enqueue("a");
        abort.signal.addEventListener("abort", () => controller.error(abort.signal.reason));
      },
    });
    const reading = withMetrics(stream, { onEnd });
    await reading.next();
    const waiting = reading.next();
    abort.abort();
    expect(await rejection(waiting)).toBe(abort.signal.reason);
    expect(log).toMatchObject([
      { outcome: "cancelled", failure: { error: abort.signal.reason as unknown } },
    ]);
  });

  test("is cancelled where the source ends in silence after its controller aborted it", async () => {
    const controller = new AbortController();
    const source = Object.assign(timed([[1, "a"]]), { controller });
    const measured = withMetrics(source, { onEnd });
    await measured.next();
    controller.abort();
    await collect(measured);
    expect(log).toMatchObject([{ outcome: "cancelled", failure: undefined }]);
  });
});

describe("an onEnd that throws", () => {
  const onEnd = (): never => {
    throw new Error("onEnd");
  };

  test("is an error of the end, or of leaving, and the source is left all the same", async () => {
    await expect(collect(withMetrics(["a"], { onEnd }))).rejects.toThrow("onEnd");
    let cancelled = false;
    const stream = new ReadableStream<string>({
      pull: (controller) => controller.enqueue("x"),
      cancel: () => void (cancelled = true),
    });
    const measured = withMetrics(stream, { onEnd });
    await measured.next();
    await expect(measured.return()).rejects.toThrow("onEnd");
    expect(cancelled).toBe(true);
    expect(measured.metrics.outcome).toBe("cancelled");
  });

  test("does not hide the source's error", async () => {
    const source = new ReadableStream<string>({ pull: (it) => it.error(new Error("source")) });
    const error = await rejection(collect(withMetrics(source, { onEnd })));
    expect(flattenErrors(error).map(String)).toEqual(["Error: source", "Error: onEnd"]);
  });
});

test("a start that is no time is refused", () => {
  expect(() => withMetrics([], { startedAt: Number.NaN })).toThrow(
    "NaN is no time: startedAt is what performance.now() gave",
  );
});
