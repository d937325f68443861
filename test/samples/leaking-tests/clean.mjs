/* Bodies of tests that release all that they acquire, in as many ways as there are. */
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createReadStream, createWriteStream, watch } from "node:fs";
import { mkdtemp, open, opendir, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { connect, createServer } from "node:net";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MessageChannel, Worker } from "node:worker_threads";
import { gzipSync, gunzip } from "node:zlib";

import {
  AsyncExitStack,
  asyncContextManager,
  closing,
  contextManager,
  defer,
  enter,
  enterAsync,
  ExitStack,
  nullContext,
  suppress,
  timed,
  withAsyncContext,
  withContext,
  wrapWith,
} from "unwind";
import { markAcquired, markReleased, untracked } from "unwind/testing";

const dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
const asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
const here = fileURLToPath(import.meta.url);

class Session {
  close() {}
}
const manager = { enter: () => new Session(), exit: () => {} };
const asyncManager = { enterAsync: async () => new Session(), exitAsync: async () => {} };
const generated = contextManager(function* () {
  const session = new Session();
  try {
    yield session;
  } finally {
    session.close();
  }
});
const asyncGenerated = asyncContextManager(async function* () {
  try {
    yield await turn(new Session());
  } finally {
    await turn();
  }
});

/** Listens on a free port; gives that. */
async function listen(server) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server.address().port;
}
const close = (server) => new Promise((resolve) => server.close(resolve));
const failing = async (body) => {
  try {
    await body();
  } catch {
    return;
  }
  throw new Error("it should have failed");
};
const fail = () => {
  throw new Error("expected");
};

export const clean = {
  // What is acquired through unwind.
  "nothing at all"() {},
  withContext() {
    withContext(manager, () => 1);
  },
  "withContext of three"() {
    withContext([manager, generated(), closing(new Session())], () => 1);
  },
  "withContext whose body fails"() {
    return failing(() => withContext(manager, fail));
  },
  "withContext whose manager fails to enter"() {
    return failing(() => withContext([manager, { enter: fail, exit() {} }], () => 1));
  },
  "withContext whose exit fails"() {
    return failing(() => withContext([manager, { enter() {}, exit: fail }], () => 1));
  },
  "suppressed failure"() {
    withContext(suppress(Error), fail);
  },
  withAsyncContext() {
    return withAsyncContext(asyncManager, () => turn());
  },
  "withAsyncContext of three"() {
    return withAsyncContext([manager, asyncManager, asyncGenerated()], () => turn());
  },
  "withAsyncContext whose body rejects"() {
    return failing(() => withAsyncContext(asyncGenerated(), async () => fail()));
  },
  "an empty stack that is forgotten"() {
    new ExitStack();
  },
  "ExitStack with all kinds of entries"() {
    withContext(new ExitStack(), (stack) => {
      stack.use(closing(new Session()));
      stack.adopt(new Session(), (one) => one.close());
      stack.defer(() => {});
      stack.push(() => {});
      stack.enterContext(manager);
      stack.use(null);
    });
  },
  "ExitStack by dispose"() {
    const stack = new ExitStack();
    stack.defer(() => {});
    stack.dispose();
  },
  "ExitStack whose entries fail"() {
    return failing(() =>
      withContext(new ExitStack(), (stack) => {
        stack.defer(fail);
        stack.defer(fail);
      }),
    );
  },
  "ExitStack that is moved"() {
    const stack = new ExitStack();
    stack.defer(() => {});
    const moved = stack.move();
    stack.dispose();
    moved.dispose();
  },
  "stack in a stack"() {
    withContext(new ExitStack(), (outer) => {
      const inner = outer.use(new ExitStack());
      inner.defer(() => {});
    });
  },
  async "AsyncExitStack with all kinds of entries"() {
    await withAsyncContext(new AsyncExitStack(), async (stack) => {
      stack.use(closing(new Session(), () => turn()));
      stack.adopt(new Session(), async (one) => one.close());
      stack.defer(() => turn());
      stack.push(async () => {});
      await stack.enterContext(asyncManager);
      await stack.enterContext(generated());
    });
  },
  async "AsyncExitStack entered twice at the same time"() {
    await withAsyncContext(new AsyncExitStack(), (stack) =>
      Promise.all([stack.enterContext(asyncGenerated()), stack.enterContext(asyncGenerated())]),
    );
  },
  async "AsyncExitStack that is moved"() {
    const stack = new AsyncExitStack();
    stack.adopt(await open(devNull), (file) => file.close());
    await stack.move().disposeAsync();
  },
  "enter and leave"() {
    const entered = enter(manager);
    entered.complete();
    entered[dispose]();
  },
  async "enterAsync and leave"() {
    const entered = await enterAsync(asyncManager);
    await entered[asyncDispose]();
  },
  "enter in a stack"() {
    withContext(new ExitStack(), (stack) => stack.use(enter(manager)));
  },
  "closing and disposing"() {
    closing(new Session())[dispose]();
  },
  "closing the same object again"() {
    const session = new Session();
    closing(session)[dispose]();
    closing(session)[dispose]();
  },
  "defer and dispose"() {
    defer(() => {})[dispose]();
  },
  "nullContext and timed"() {
    withContext([nullContext(1), timed("work", () => {})], () => 1);
  },
  async "wrapped functions of all kinds"() {
    const sync = wrapWith(() => manager)(() => 1);
    const late = wrapWith(() => asyncManager)(async () => turn());
    const generator = wrapWith(() => manager)(function* () {
      yield 1;
    });
    sync();
    await late();
    for (const _ of generator()) break;
  },
  "a mark and its release"() {
    markReleased(markAcquired(new Session()));
  },
  "what is meant to stay"() {
    untracked(() => {
      new ExitStack().defer(() => {});
      setTimeout(() => {}, 1);
    });
  },

  // What Node acquires.
  async FileHandle() {
    const file = await open(devNull);
    await file.close();
  },
  async "FileHandle that a stream closes"() {
    const file = await open(here);
    for await (const _ of file.createReadStream()) break;
  },
  async "a hundred FileHandles at the same time"() {
    const opened = await Promise.all(Array.from({ length: 100 }, () => open(devNull)));
    await Promise.all(opened.map((file) => file.close()));
  },
  async "readFile and writeFile"() {
    await writeFile(devNull, await readFile(here));
  },
  async "file streams"() {
    await pipeline(createReadStream(here), createWriteStream(devNull));
  },
  async "temporary directory"() {
    await withAsyncContext(new AsyncExitStack(), async (stack) => {
      const folder = stack.adopt(await mkdtemp(join(tmpdir(), "clean-")), (path) =>
        rm(path, { recursive: true }),
      );
      await writeFile(join(folder, "file"), "text");
      for await (const _ of await opendir(folder));
    });
  },
  async "file watcher"() {
    const watcher = watch(tmpdir());
    await turn();
    watcher.close();
  },
  "timers that are cleared at once"() {
    clearTimeout(setTimeout(() => {}, 10_000));
    clearInterval(setInterval(() => {}, 10_000));
    clearImmediate(setImmediate(() => {}));
  },
  async "timers that run out"() {
    await sleep(5);
    await Promise.all([sleep(1), sleep(2), turn()]);
  },
  async "a timer that does not keep the process"() {
    setInterval(() => {}, 10_000).unref();
    await turn();
    AbortSignal.timeout(10_000);
  },
  async "a timer that still runs out while things settle"() {
    setTimeout(() => {}, 5);
    await turn();
  },
  async "TCP server and client"() {
    const server = createServer((socket) => socket.end("hello"));
    const client = connect(await listen(server), "127.0.0.1");
    for await (const _ of client);
    await close(server);
  },
  async "TCP connection that is torn down"() {
    const server = createServer((socket) => socket.on("error", () => {}));
    const client = connect(await listen(server), "127.0.0.1");
    await once(client, "connect");
    client.destroy();
    await close(server);
  },
  async "connection that is refused"() {
    const server = createServer();
    const port = await listen(server);
    await close(server);
    await once(connect(port, "127.0.0.1"), "error");
  },
  async "HTTP server and fetch"() {
    const server = http.createServer((_request, response) => response.end("hello"));
    const url = `http://127.0.0.1:${await listen(server)}/`;
    await (await fetch(url)).text();
    await (await fetch(url)).text();
    server.closeAllConnections();
    await close(server);
  },
  async "HTTP agent that keeps connections"() {
    const server = http.createServer((_request, response) => response.end("hello"));
    const agent = new http.Agent({ keepAlive: true });
    const request = http.get({ port: await listen(server), host: "127.0.0.1", agent });
    const [response] = await once(request, "response");
    for await (const _ of response);
    agent.destroy();
    await close(server);
  },
  async "UDP socket"() {
    const socket = createSocket("udp4");
    await once(socket.bind(0, "127.0.0.1"), "listening");
    await new Promise((resolve) => socket.close(resolve));
  },
  async "child process that ends"() {
    await promisify(execFile)(process.execPath, ["-e", "0"]);
  },
  async "child process that is stopped"() {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    child.kill();
    await once(child, "exit");
  },
  async "child process that cannot be started"() {
    await once(spawn(join(tmpdir(), "no-such-program")), "error");
  },
  async "child process with a channel"() {
    const program = "process.once('message', () => process.exit())";
    const stdio = ["ignore", "ignore", "ignore", "ipc"];
    const child = spawn(process.execPath, ["-e", program], { stdio });
    child.send("end");
    await once(child, "exit");
  },
  async "worker that ends"() {
    await once(new Worker("0", { eval: true }), "exit");
  },
  async "worker that is terminated"() {
    const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
    await worker.terminate();
  },
  async "message ports"() {
    const { port1, port2 } = new MessageChannel();
    port2.postMessage("hello");
    await once(port1, "message");
    port1.close();
  },
  async printing() {
    console.error("");
  },
  async "compression and web streams"() {
    await promisify(gunzip)(gzipSync("text"));
    const stream = Readable.toWeb(Readable.from(["a", "b"]));
    for await (const _ of stream);
  },
};
