import { equal, fail, same } from "./checks.mjs";

/*
 * What unwind/streams promises, in checks that any engine can run, against a real server: see
 * streams-server.ts. Whether a connection is still open, the server is asked.
 */

/** Latin, Han, an emoji of two surrogate pairs, Cyrillic, and a combining mark: 36 bytes. */
export const mixed = "Grüße, 世界: 👋🏽 мир e\u0301";

/**
 * @param {typeof import("unwind/streams")} streams
 * @param {string} url of the server
 * @returns {Record<string, () => Promise<void>>} checks by name; one that throws has failed
 */
export function streamsChecks(
  { accumulate, decodeText, StreamingResult, TextAccumulator, withMetrics },
  url,
) {
  const { wait, get } = client(url);
  const readers = {
    accumulate: (source) => accumulate(source),
    decodeText: (source) => decodeText(source),
    withMetrics: (source) => withMetrics(source),
    "all three": (source) => accumulate(decodeText(withMetrics(source))),
  };

  /** Runs with each of the readers a way to leave an answer that does not end. */
  const leaving = (leave) => async () => {
    for (const read of Object.values(readers)) {
      const { id, response } = await get("forever");
      await leave(read(response));
      same(response.body.locked, false);
      await wait(id);
    }
  };

  return {
    async "all split points of a mixed-script text decode right"() {
      const bytes = new TextEncoder().encode(mixed);
      same(bytes.length, 36);
      for (let point = 1; point < bytes.length; point++) {
        let text = "";
        for await (const piece of decodeText([bytes.slice(0, point), bytes.slice(point)]))
          text += piece;
        same(text, mixed);
      }
    },

    async "a response that comes byte by byte is its text"() {
      const { id, response } = await get("bytes");
      const measured = withMetrics(response);
      const answer = accumulate(measured);
      for await (const { content, chunk } of answer) {
        if (!mixed.startsWith(content) || !content.endsWith(chunk)) fail(content);
      }
      same(answer.content, mixed);
      const { metrics } = measured;
      equal([metrics.bytes, metrics.outcome], [36, "completed"]);
      if (!(metrics.timeToFirstByte <= metrics.timeToFirstOutput)) fail("times");
      if (!(metrics.timeToFirstOutput <= metrics.totalTime)) fail("times");
      same(response.body.locked, false);
      await wait(id);
    },

    "break ends the request": leaving(async (reading) => {
      for await (const _ of reading) break;
    }),

    "an error in the loop ends the request, and comes out": leaving(async (reading) => {
      const error = new Error("body");
      const loop = async () => {
        for await (const _ of reading) throw error;
      };
      same(await rejected(loop()), error);
    }),

    "leaving before anything was read ends the request": leaving((reading) => reading.return()),

    "leaving while a chunk is awaited ends the request, and the waiting": leaving(
      async (reading) => {
        await reading.next();
        const waiting = reading.next();
        await reading.return();
        equal(await waiting, { done: true });
      },
    ),

    async "a fetch that is aborted fails with that, and counts as cancelled"() {
      for (const read of Object.values(readers)) {
        const abort = new AbortController();
        const { id, response } = await get("forever", { signal: abort.signal });
        let ended;
        const measured = withMetrics(response, { onEnd: (metrics) => (ended = metrics) });
        const reading = read(measured);
        await reading.next();
        const waiting = rejected(reading.next());
        abort.abort();
        same((await waiting).name, "AbortError");
        equal([ended.outcome, ended.bytes], ["cancelled", 5]);
        same(response.body.locked, false);
        await wait(id);
      }
    },

    async "a connection that is cut off is a failure, and what had come is kept"() {
      const { id, response } = await get("cut");
      const measured = withMetrics(response);
      const answer = accumulate(measured);
      const error = await rejected(
        (async () => {
          for await (const _ of answer);
        })(),
      );
      same(error instanceof Error, true);
      equal([measured.metrics.outcome, measured.metrics.bytes], ["failed", 5]);
      same(measured.metrics.failure.error, error);
      same(answer.content, "Hello");
      same(response.body.locked, false);
      await wait(id);
    },

    async "an error of select ends the request"() {
      const { id, response } = await get("forever");
      const error = new Error("select");
      const select = () => {
        throw error;
      };
      same(await rejected(decodeText(response, { select }).next()), error);
      same(response.body.locked, false);
      await wait(id);
    },

    async "what is no source, or somebody else's, is refused"() {
      const { response } = await get("bytes");
      const reader = response.body.getReader();
      try {
        for (const wrong of ["text", new Uint8Array(1), Promise.resolve(), {}, null, response]) {
          same(thrown(() => decodeText(wrong)).name, "TypeError");
        }
      } finally {
        await reader.cancel();
      }
    },

    async "surrogate pairs that are split count four bytes, and stay together"() {
      const measured = withMetrics(["a\uD83D", "", "\uDC4B"]);
      const texts = [];
      for await (const text of decodeText(measured)) texts.push(text);
      equal(texts, ["a", "👋"]);
      same(measured.metrics.bytes, 5);
    },

    async "an accumulator and a result"() {
      const text = new TextAccumulator();
      const result = new StreamingResult();
      for (let count = 0; count < 2000; count++) {
        text.append("token ");
        result.addChunk("token ");
        if (!text.endsWith("n ") || text.indexOf("n t", 6) !== (count < 2 ? -1 : 10)) fail(count);
      }
      equal([text.length, text.tail(3), text.slice(0, 5)], [12_000, "en ", "token"]);
      same(text.toString(), "token ".repeat(2000));
      same(result.finalize(), text.toString());
      same(thrown(() => result.addChunk("x")).message.includes("finalized"), true);
    },
  };
}

/** Talks to the server. */
export function client(url) {
  return {
    /** The answer of a kind, and the number that it has at the server. */
    async get(kind, options) {
      const response = await fetch(`${url}/${kind}`, options);
      return { id: response.headers.get("x-id"), response };
    },
    /** Waits until the server has nothing open for an answer. */
    async wait(id) {
      const response = await fetch(`${url}/closed?id=${id}`);
      if ((await response.text()) !== "closed") fail(`answer ${id} stays open at the server`);
    },
  };
}

function thrown(fn) {
  try {
    fn();
  } catch (error) {
    return error;
  }
  return fail("nothing was thrown");
}

function rejected(promise) {
  return promise.then(
    () => fail("it was not rejected"),
    (error) => error,
  );
}
