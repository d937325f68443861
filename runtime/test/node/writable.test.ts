import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from "node:net";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { createGzip, gunzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  asyncDispose,
  AsyncExitStack,
  enterAsync,
  type EnteredAsyncContext,
  flattenErrors,
  withAsyncContext,
} from "../../src/index.js";
import { server, tempDir, writable } from "../../src/node/index.js";
import { rejection } from "./rejection.js";

let directory: EnteredAsyncContext<string>;
let file: string;

beforeEach(async () => {
  directory = await enterAsync(tempDir());
  file = join(directory.value, "file");
});

afterEach(() => directory[asyncDispose]());

/** A stream whose parts can be made to fail. */
function sink(parts: ConstructorParameters<typeof Writable>[0] = {}): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done(), ...parts });
}

describe("a file", () => {
  test("is whole and closed after a body that completed", async () => {
    const stream = writable(createWriteStream(file));
    const data = randomBytes(1_000_000);
    await withAsyncContext(stream, (output) => {
      expect(output).toBe(stream);
      output.write(data);
    });
    expect(stream.closed).toBe(true);
    expect((await readFile(file)).equals(data)).toBe(true);
  });

  test("is whole and closed under await using, whose own disposer would lose it all", async () => {
    const data = randomBytes(1_000_000);
    {
      await using output = writable(createWriteStream(file));
      output.write(data);
    }
    expect((await readFile(file)).equals(data)).toBe(true);
  });

  test("is destroyed with the failure of the body, which comes out as it was thrown", async () => {
    const stream = writable(createWriteStream(file));
    const failure = new Error("body");
    const seen = once(stream, "error").catch((error: unknown) => [error]);
    const error = await rejection(
      withAsyncContext(stream, (output) => {
        output.write("part");
        throw failure;
      }),
    );
    expect(error).toBe(failure);
    expect((await seen)[0]).toBe(failure);
    expect(stream.writableFinished).toBe(false);
    expect(stream.closed).toBe(true);
  });

  test("is destroyed also by a failure that is no Error", async () => {
    const stream = writable(createWriteStream(file));
    const error = await rejection(
      withAsyncContext(stream, () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- anything can be thrown
        throw undefined;
      }),
    );
    expect(error).toBe(undefined);
    expect(stream.closed).toBe(true);
  });

  test("that cannot be opened is an error of the release, not of the process", async () => {
    const stream = writable(createWriteStream(join(directory.value, "no", "such", "directory")));
    expect(await rejection(withAsyncContext(stream, () => {}))).toMatchObject({
      code: "ENOENT",
    });
  });

  test.runIf(existsSync("/dev/full"))("on a full disk is an error of the release", async () => {
    const write = async () => {
      await using output = writable(createWriteStream("/dev/full"));
      output.write("x".repeat(100_000));
    };
    expect(await rejection(write())).toMatchObject({ code: "ENOSPC" });
  });

  test.runIf(existsSync("/dev/full"))(
    "on a full disk is an error also where it was emitted, and heard, before",
    async () => {
      const stream = writable(createWriteStream("/dev/full"));
      const error = await rejection(
        withAsyncContext(stream, async (output) => {
          const heard = new Promise((resolve) => output.on("error", resolve));
          output.write("x");
          await heard;
        }),
      );
      expect(error).toMatchObject({ code: "ENOSPC" });
    },
  );

  test("has a failure of its own beside the body's", async () => {
    const own = new Error("disk");
    const failure = new Error("body");
    const stream = sink({ write: (_chunk, _encoding, done) => done(own) });
    const error = await rejection(
      withAsyncContext(writable(stream), async (output) => {
        output.write("x");
        await new Promise(setImmediate);
        throw failure;
      }),
    );
    expect(flattenErrors(error)).toEqual([failure, own]);
  });

  test("has no second error where the body failed by the stream's", async () => {
    const own = new Error("disk");
    for (const fail of [own, new Error("wrapped", { cause: own })]) {
      const stream = sink({ write: (_chunk, _encoding, done) => done(own) });
      const error = await rejection(
        withAsyncContext(writable(stream), async (output) => {
          output.write("x");
          await once(output, "drain").catch(() => {});
          throw fail;
        }),
      );
      expect(error).toBe(fail);
    }
  });

  test("that was ended by the body is waited for", async () => {
    await withAsyncContext(writable(createWriteStream(file)), (output) => {
      output.end("all");
    });
    expect(await readFile(file, "utf8")).toBe("all");
  });

  test("that was finished and closed by the body is no error", async () => {
    await withAsyncContext(writable(createWriteStream(file)), async (output) => {
      output.end("all");
      await once(output, "close");
    });
    expect(await readFile(file, "utf8")).toBe("all");
  });

  test("that was destroyed by the body is reported", async () => {
    for (const wait of [true, false]) {
      const error = await rejection(
        withAsyncContext(writable(createWriteStream(file)), async (output) => {
          output.write("part");
          output.destroy();
          if (wait) await once(output, "close");
        }),
      );
      expect(error).toMatchObject({
        code: "ERR_STREAM_PREMATURE_CLOSE",
        message: "a WriteStream was destroyed before all was written",
      });
    }
  });

  test("that failed before writable() knew of it is reported", async () => {
    const own = new Error("early");
    const stream = sink();
    const seen = rejection(once(stream, "close"));
    stream.destroy(own);
    expect(await seen).toBe(own);
    expect(await rejection(withAsyncContext(writable(stream), () => {}))).toBe(own);
  });

  test("whose closing fails after all was written is reported", async () => {
    const own = new Error("close");
    const stream = sink({ destroy: (_error, done) => done(own) });
    expect(await rejection(withAsyncContext(writable(stream), () => {}))).toBe(own);
  });

  test("whose last flush fails is reported", async () => {
    const own = new Error("flush");
    const stream = sink({ final: (done) => done(own) });
    expect(await rejection(withAsyncContext(writable(stream), () => {}))).toBe(own);
  });

  test("that does not close itself is finished, and left open", async () => {
    const stream = sink({ autoDestroy: false });
    await withAsyncContext(writable(stream), (output) => void output.write("x"));
    expect(stream.writableFinished).toBe(true);
    expect(stream.destroyed).toBe(false);
  });

  test("that does not say when it closes is no reason to wait", async () => {
    const stream = sink({ emitClose: false });
    await withAsyncContext(writable(stream), (output) => void output.write("x"));
    expect(stream.writableFinished).toBe(true);
  });
});

test(
  "100 MB that fail at a random point are whole, or the failure is reported",
  { timeout: 240_000 },
  async () => {
    const seed = 20_240_611;
    const random = mulberry32(seed);
    const chunk = Buffer.alloc(1 << 20);
    for (let index = 0; index < chunk.length; index++) chunk[index] = index % 251;
    const size = 100;
    const outcomes: string[] = [];
    for (let round = 0; round < 12; round++) {
      // Half of the rounds have no failure at all, or one behind the end.
      const at = Math.floor(random() * size * 2);
      const kind = ["body", "destroy", "stream"][round % 3] as string;
      const target = join(directory.value, `big-${round}`);
      const stream = writable(createWriteStream(target));
      const error = await rejection(
        withAsyncContext(stream, async (output) => {
          for (let index = 0; index < size; index++) {
            if (index === at) {
              if (kind === "body") throw new Error(kind);
              stream.destroy(kind === "stream" ? new Error(kind) : undefined);
            }
            if (!output.write(chunk) && !output.destroyed) {
              await once(output, "drain").catch(() => {});
            }
          }
        }),
        undefined,
      );
      const { size: bytes } = await stat(target).catch(() => ({ size: 0 }));
      const whole = bytes === size * chunk.length;
      if (at < size)
        expect(error, `seed ${seed}, round ${round}: ${kind} at ${at}`).toBeInstanceOf(Error);
      else
        expect({ error, whole }, `seed ${seed}, round ${round}`).toEqual({
          error: undefined,
          whole: true,
        });
      outcomes.push(error === undefined ? "whole" : "reported");
      if (whole) {
        const hash = createHash("sha256");
        for await (const part of createReadStream(target)) hash.update(part as Buffer);
        const expected = createHash("sha256");
        for (let index = 0; index < size; index++) expected.update(chunk);
        expect(hash.digest("hex")).toBe(expected.digest("hex"));
      }
      await rm(target, { force: true });
    }
    // Both must have been seen, or the test has shown nothing.
    expect(new Set(outcomes)).toEqual(new Set(["whole", "reported"]));
  },
);

describe("a transform", () => {
  test("has all its output in the file behind it before that is ended", async () => {
    const data = randomBytes(500_000);
    const target = writable(createWriteStream(file));
    const gzip = createGzip();
    await withAsyncContext([target, writable(gzip)], ([output, zipped]) => {
      zipped.pipe(output);
      zipped.write(data);
    });
    expect(gunzipSync(await readFile(file)).equals(data)).toBe(true);
  });

  test("whose output nobody reads is an error, not an endless wait", async () => {
    const gzip = createGzip();
    const error = await rejection(
      withAsyncContext(writable(gzip, { graceMs: 50 }), (output) => {
        output.write(randomBytes(1_000_000));
      }),
    );
    expect(error).toMatchObject({
      message: expect.stringContaining("Nobody reads the output of a Gzip") as string,
    });
    expect(gzip.destroyed).toBe(true);
  });

  test("whose reader gave up is an error", async () => {
    const gzip = createGzip();
    const broken = sink({ write: (_chunk, _encoding, done) => done(new Error("disk")) });
    const error = await rejection(
      withAsyncContext([writable(broken), writable(gzip, { graceMs: 50 })], ([output, zipped]) => {
        zipped.pipe(output);
        zipped.write(randomBytes(1_000_000));
      }),
    );
    expect(flattenErrors(error).map(String).sort()).toEqual([
      "Error: Nobody reads the output of a Gzip, so not all can be written: pipe it on, or read it",
      "Error: disk",
    ]);
  });

  test("that fits into its buffer can be read afterwards", async () => {
    const pass = new PassThrough();
    await withAsyncContext(writable(pass), (output) => void output.write("later"));
    expect(await text(pass)).toBe("later");
  });

  test("that a slow reader reads is waited for, also beyond the limit", async () => {
    const gzip = createGzip();
    const data = randomBytes(300_000);
    const parts: Buffer[] = [];
    const slow = new Writable({
      highWaterMark: 1,
      write(part: Buffer, _encoding, done) {
        parts.push(part);
        setTimeout(done, 10);
      },
    });
    await withAsyncContext([writable(slow), writable(gzip, { graceMs: 1 })], ([output, zipped]) => {
      zipped.pipe(output);
      zipped.write(data);
    });
    expect(gunzipSync(Buffer.concat(parts)).equals(data)).toBe(true);
  });
});

describe("a socket", () => {
  /** A server that does `serve` with each connection, and a socket to it. */
  async function connected(serve: (socket: Socket) => void, allowHalfOpen = false) {
    const listening = server(createNetServer({ allowHalfOpen }, serve), {
      graceMs: 100,
      onEnd: () => {},
    });
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    const { port } = listening.address() as AddressInfo;
    return { listening, socket: connect(port, "127.0.0.1") };
  }

  test("delivers all to its peer, and is closed", async () => {
    const data = randomBytes(2_000_000);
    let received: Promise<Buffer> | undefined;
    const { listening, socket } = await connected((peer) => {
      received = buffer(peer);
    });
    await using _ = listening;
    await withAsyncContext(writable(socket), (output) => void output.write(data));
    expect(socket.closed).toBe(true);
    expect((await received)?.equals(data)).toBe(true);
  });

  test("whose peer never ends its half is destroyed after the limit, and that is reported", async () => {
    const { listening, socket } = await connected((peer) => {
      peer.on("error", () => {}).resume();
    }, true);
    await using _ = listening;
    const error = await rejection(
      withAsyncContext(writable(socket, { graceMs: 50 }), (output) => void output.write("x")),
    );
    expect(error).toMatchObject({
      message: expect.stringContaining("did not end within 50 ms") as string,
    });
    expect(socket.closed).toBe(true);
  });

  test("is destroyed without a wait, or an error, where the limit is 0", async () => {
    const { listening, socket } = await connected((peer) => {
      peer.on("error", () => {}).resume();
    }, true);
    await using _ = listening;
    await withAsyncContext(writable(socket, { graceMs: 0 }), (output) => void output.write("x"));
    expect(socket.closed).toBe(true);
  });

  test("that its peer resets is reported", async () => {
    const { listening, socket } = await connected((peer) => {
      peer.once("data", () => peer.resetAndDestroy());
    });
    await using _ = listening;
    const error = await rejection(
      withAsyncContext(writable(socket), async (output) => {
        for (let round = 0; round < 100 && !output.destroyed; round++) {
          output.write(randomBytes(100_000));
          await new Promise(setImmediate);
        }
      }),
    );
    expect(["ECONNRESET", "EPIPE"]).toContain(codeOf(error));
  });
});

describe("an HTTP response", () => {
  async function answer(respond: (response: ServerResponse) => Promise<void>) {
    let outcome: Promise<unknown> | undefined;
    await using listening = server(
      createServer((_request, response) => {
        outcome = rejection(respond(response), undefined);
      }),
      { graceMs: 1000 },
    );
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    const request = get({ host: "127.0.0.1", port: (listening.address() as AddressInfo).port });
    const body = await new Promise<string>((resolve) => {
      request.on("error", (error) => resolve(`error ${codeOf(error)}`));
      request.on("response", (response: IncomingMessage) => {
        text(response).then(resolve, (error: unknown) => resolve(`error ${codeOf(error)}`));
      });
    });
    return { body, error: await outcome };
  }

  test("is ended by its release", async () => {
    const { body, error } = await answer((response) =>
      withAsyncContext(writable(response), (output) => void output.write("hello")),
    );
    expect({ body, error }).toEqual({ body: "hello", error: undefined });
  });

  test("of a body that failed is cut off, so that the client does not take it for whole", async () => {
    const failure = new Error("body");
    const { body, error } = await answer((response) =>
      withAsyncContext(writable(response), async (output) => {
        output.write("hel");
        await new Promise(setImmediate);
        throw failure;
      }),
    );
    expect({ body, error }).toEqual({ body: "error ECONNRESET", error: failure });
  });

  test("whose client goes away is reported", async () => {
    const seen: unknown[] = [];
    let finished: Promise<void> | undefined;
    await using listening = server(
      createServer((_request, response) => {
        finished = (async () => {
          seen.push(
            await rejection(
              withAsyncContext(writable(response), async (output) => {
                output.write("hel");
                await once(output, "close");
              }),
            ),
          );
        })();
      }),
      { graceMs: 1000 },
    );
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    const request = get({ host: "127.0.0.1", port: (listening.address() as AddressInfo).port });
    await once(request, "response");
    request.destroy();
    while (finished === undefined) await new Promise(setImmediate);
    await finished;
    expect(seen).toMatchObject([{ code: "ERR_STREAM_PREMATURE_CLOSE" }]);
  });
});

describe("the methods", () => {
  test("are not enumerable, and are gone after the release", async () => {
    // Which leaves a trace of its own.
    const stream = sink().on("pipe", () => {});
    const before = Reflect.ownKeys(stream);
    const output = writable(stream);
    expect(Object.keys(output)).toEqual(Object.keys(stream));
    await output[asyncDispose]();
    expect(Reflect.ownKeys(stream)).toEqual(before);
    expect(stream.listenerCount("error")).toBe(0);
  });

  test("release once; who comes second waits, and is not told the error again", async () => {
    const own = new Error("flush");
    const output = writable(sink({ final: (done) => setTimeout(done, 20, own) }));
    const dispose = output[asyncDispose].bind(output);
    const first = rejection(dispose());
    await dispose();
    expect(await first).toBe(own);
  });

  test("tell the outcome also to a stack's use, where the stack knows it", async () => {
    const failure = new Error("body");
    const [finished, destroyed, unknown] = [sink(), sink(), sink()];
    await withAsyncContext(new AsyncExitStack(), (stack) => void stack.use(writable(finished)));
    await rejection(
      withAsyncContext(new AsyncExitStack(), (stack) => {
        stack.use(writable(destroyed));
        throw failure;
      }),
    );
    {
      await using stack = new AsyncExitStack();
      await stack.enterContext(writable(unknown));
    }
    expect([finished, destroyed, unknown].map((one) => one.writableFinished)).toEqual([
      true,
      false,
      true,
    ]);
    expect(destroyed.errored).toBe(failure);
  });
});

test("wrong input is a clear error", () => {
  expect(() => writable({} as never)).toThrow("writable() takes a stream that is written to, not ");
  expect(() => writable(undefined as never)).toThrow(TypeError);
  expect(() => writable(Object.freeze(sink()))).toThrow("writable() cannot extend a Writable");
  expect(() => writable(sink(), { graceMs: -1 })).toThrow(RangeError);
  expect(() => writable(sink(), { graceMs: Number.NaN })).toThrow("not NaN");
});

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

/** A small generator of random numbers that can be repeated. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
