import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, existsSync, writeFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import http from "node:http";
import http2 from "node:http2";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip, gunzipSync } from "node:zlib";

/*
 * What unwind/node promises, in plain JavaScript that each version of Node can run: streams, servers
 * and async contexts differ from one to the next.
 */

const ready = `process.stdout.write("ready"); setInterval(() => {}, 1000)`;
const deaf = `process.on("SIGTERM", () => {}); ${ready}`;
const node = (script) => spawn(process.execPath, ["-e", script]);

/**
 * @param {typeof import("unwind")} unwind
 * @param {typeof import("unwind/node")} unwindNode
 * @returns {Record<string, () => Promise<void>>} checks by name; one that throws has failed
 */
export function nodeChecks(unwind, unwindNode) {
  const { AsyncExitStack, flattenErrors, withAsyncContext, withContext } = unwind;
  const { child, patchEnv, redirectStdout, server, tempDir, tempFile, writable } = unwindNode;

  async function listening(it) {
    await once(it.listen(0, "127.0.0.1"), "listening");
    return it.address().port;
  }

  /** A client that has sent something; it ends with the stack. */
  async function client(stack, port, text) {
    const socket = stack.adopt(connect(port, "127.0.0.1"), (it) => void it.destroy());
    await once(
      socket.on("error", () => {}),
      "connect",
    );
    socket.write(text);
    return socket;
  }

  return {
    async "writable: a file is whole after success, and destroyed after a failure"() {
      await withAsyncContext(tempDir(), async (directory) => {
        const data = randomBytes(3_000_000);
        const path = join(directory, "whole");
        await withAsyncContext(writable(createWriteStream(path)), (output) => {
          output.write(data);
        });
        assert.ok((await readFile(path)).equals(data));

        const failure = new Error("body");
        const stream = createWriteStream(join(directory, "part"));
        await assert.rejects(
          withAsyncContext(writable(stream), () => {
            throw failure;
          }),
          (error) => error === failure,
        );
        assert.ok(stream.closed && !stream.writableFinished);
      });
    },

    async "writable: failures of the stream are reported"() {
      const missing = writable(createWriteStream("/no/such/file"));
      await assert.rejects(
        withAsyncContext(missing, () => {}),
        { code: "ENOENT" },
      );
      if (existsSync("/dev/full")) {
        await assert.rejects(
          withAsyncContext(writable(createWriteStream("/dev/full")), (output) => {
            output.write("x");
          }),
          { code: "ENOSPC" },
        );
      }
    },

    async "writable: gzip before its file"() {
      await withAsyncContext(tempDir(), async (directory) => {
        const data = randomBytes(500_000);
        const path = join(directory, "file.gz");
        await withAsyncContext(
          [writable(createWriteStream(path)), writable(createGzip())],
          ([file, gzip]) => {
            gzip.pipe(file);
            gzip.write(data);
          },
        );
        assert.ok(gunzipSync(await readFile(path)).equals(data));
      });
    },

    async "writable: a socket and an HTTP response"() {
      const received = [];
      const net = createServer((socket) => socket.on("data", (chunk) => received.push(chunk)));
      await withAsyncContext(server(net, { graceMs: 5000 }), async (it) => {
        const socket = writable(connect(await listening(it), "127.0.0.1"));
        await withAsyncContext(socket, async (output) => {
          await once(output, "connect");
          output.write(Buffer.alloc(1_000_000));
        });
        assert.ok(socket.closed);
      });
      assert.equal(Buffer.concat(received).length, 1_000_000);

      const answering = http.createServer((_request, response) =>
        withAsyncContext(writable(response), (output) => {
          output.write("hello");
        }),
      );
      await withAsyncContext(server(answering), async (it) => {
        const response = await fetch(`http://127.0.0.1:${await listening(it)}`);
        assert.equal(await response.text(), "hello");
      });
    },

    async "server: idle, in-flight and upgraded connections end within the limit"() {
      const outcomes = [];
      const onEnd = (outcome) => outcomes.push(outcome);
      let hangs;
      const hanging = new Promise((resolve) => (hangs = resolve));
      const it = http.createServer((request, response) => {
        if (request.url === "/") response.end("hello");
        else hangs();
      });
      it.on("upgrade", (_request, socket) => {
        socket.on("error", () => {}).write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      });
      await withAsyncContext(new AsyncExitStack(), async (stack) => {
        const ends = [];
        await withAsyncContext(server(it, { graceMs: 100, onEnd }), async () => {
          const port = await listening(it);
          for (const request of [
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
          ]) {
            const socket = await client(stack, port, request);
            ends.push(once(socket, "close").catch(() => {}));
            await once(socket, "data");
          }
          const socket = await client(stack, port, "GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
          ends.push(once(socket.resume(), "close").catch(() => {}));
          await hanging;
        });
        await Promise.all(ends);
      });
      assert.deepEqual(outcomes, [{ forced: true, connections: 2 }]);
    },

    async "server: an HTTP/2 session is closed, a stream that hangs is cut off"() {
      for (const forced of [false, true]) {
        const outcomes = [];
        const onEnd = (outcome) => outcomes.push(outcome);
        const it = http2.createServer();
        it.on("stream", (stream) => {
          stream.on("error", () => {});
          if (!forced) stream.end("hello");
        });
        const graceMs = forced ? 100 : 10_000;
        await withAsyncContext(new AsyncExitStack(), async (stack) => {
          let closed;
          await withAsyncContext(server(it, { graceMs, onEnd }), async () => {
            const url = `http://127.0.0.1:${await listening(it)}`;
            const session = stack.adopt(http2.connect(url), (one) => one.destroy());
            closed = once(
              session.on("error", () => {}),
              "close",
            ).catch(() => {});
            const request = session.request({ ":path": "/" }).on("error", () => {});
            if (forced) await once(it, "stream");
            else for await (const _ of request);
          });
          await closed;
        });
        assert.deepEqual(outcomes, [{ forced, connections: forced ? 1 : 0 }]);
      }
    },

    async "server: an address in use is an error of entering"() {
      await withAsyncContext(server(createServer()), async (first) => {
        const second = createServer().listen(await listening(first), "127.0.0.1");
        await assert.rejects(
          withAsyncContext(server(second), () => {}),
          { code: "EADDRINUSE" },
        );
      });
    },

    async "child: asked to end, killed after the limit, and reported"() {
      const outcomes = [];
      const onEnd = (outcome) => outcomes.push(outcome);
      for (const script of [ready, deaf]) {
        await withAsyncContext(child(node(script), { graceMs: 200, onEnd }), (it) =>
          once(it.stdout, "data"),
        );
      }
      assert.deepEqual(outcomes, [
        { code: null, signal: "SIGTERM", forced: false },
        { code: null, signal: "SIGKILL", forced: true },
      ]);
      await assert.rejects(
        withAsyncContext(child(node("process.exit(3)")), (it) => once(it, "exit")),
        { name: "OutcomeError", outcome: { code: 3, signal: null, forced: false } },
      );
      await assert.rejects(
        withAsyncContext(child(spawn("/no/such/program")), () => {}),
        { code: "ENOENT" },
      );
    },

    async "tempDir and tempFile: gone afterwards, and no error lost"() {
      let made;
      await withAsyncContext([tempDir(), tempFile()], async ([directory, file]) => {
        made = [directory, file.path];
        await mkdir(join(directory, "a", "b"), { recursive: true });
        writeFileSync(join(directory, "a", "b", "file"), "text");
        await file.handle.close();
      });
      withContext([tempDir(), tempFile()], ([directory, file]) => {
        made.push(directory, file.path);
      });
      assert.deepEqual(made.map(existsSync), [false, false, false, false]);

      const error = await withAsyncContext(tempFile(), async ({ path }) => {
        await sleep(1);
        made.push(path);
        throw new Error("body");
      }).catch((caught) => caught);
      assert.deepEqual(flattenErrors(error).map(String), ["Error: body"]);
      assert.equal(existsSync(made.at(-1)), false);
    },

    async "patchEnv: everything is put back"() {
      const before = { ...process.env };
      withContext(patchEnv({ HOME: undefined, UNWIND: "1" }), (env) => {
        env.PATH = "";
        env.ADDED = "1";
      });
      assert.deepEqual({ ...process.env }, before);
    },

    async "redirectStdout: for its own asynchronous context"() {
      const printed = [];
      const { write } = process.stdout;
      process.stdout.write = (chunk) => printed.push(String(chunk)) > 0;
      try {
        const work = async (name) => {
          for (let round = 0; round < 3; round++) {
            await sleep(1);
            process.stdout.write(`${name}${round}`);
          }
        };
        const collect = (name) =>
          withAsyncContext(redirectStdout(), async (output) => {
            await work(name);
            return output.text;
          });
        const texts = await Promise.all([collect("a"), work("x"), collect("b")]);
        console.log("after");
        assert.deepEqual(texts, ["a0a1a2", undefined, "b0b1b2"]);
        assert.equal(printed.join(""), "x0x1x2after\n");
      } finally {
        process.stdout.write = write;
      }
    },
  };
}
