import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import http2 from "node:http2";
import https from "node:https";
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type Server,
  type Socket,
} from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import tls from "node:tls";

import { beforeAll, describe, expect, test } from "vitest";

import {
  AsyncExitStack,
  asyncDispose,
  flattenErrors,
  withAsyncContext,
  withContext,
} from "../../src/index.js";
import {
  OutcomeError,
  server,
  type ServerOptions,
  type ServerOutcome,
  tempDir,
} from "../../src/node/index.js";
import { rejection } from "./rejection.js";

const host = "127.0.0.1";

async function listen(it: Server): Promise<number> {
  await once(it.listen(0, host), "listening");
  return (it.address() as AddressInfo).port;
}

/** Clients, which end with the stack, and the promises of their ends. */
class Clients extends AsyncExitStack {
  readonly ends: Promise<unknown>[] = [];

  add(socket: Socket): void {
    this.ends.push(Promise.race([once(socket, "end"), once(socket, "close")]).catch(() => {}));
    this.defer(() => void socket.destroy());
    socket.on("error", () => {}).resume();
  }
}

/** Runs a body with a listening server; gives the outcome, and what was thrown. */
async function run(
  it: Server,
  options: ServerOptions,
  body: (port: number, stack: Clients) => unknown,
) {
  const outcomes: ServerOutcome[] = [];
  await using stack = new Clients();
  const error = await rejection(
    withAsyncContext(
      server(it, { onEnd: (outcome) => outcomes.push(outcome), ...options }),
      async () => body(await listen(it), stack),
    ),
    undefined,
  );
  // Before the stack does so, the server has to have ended them.
  await Promise.all(stack.ends);
  return { outcome: outcomes[0], error };
}

/** A raw client. */
async function client(port: number, stack: Clients, send = ""): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  stack.add(socket);
  await once(socket, "connect");
  if (send !== "") socket.write(send);
  return socket;
}

const gentle: ServerOutcome = { forced: false, connections: 0 };

describe("http", () => {
  test("an idle connection that is kept alive is closed at once", async () => {
    const it = createServer((_request, response) => response.end("hello"));
    const { outcome, error } = await run(it, { graceMs: 20_000 }, async (port, stack) => {
      const socket = await client(port, stack, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await once(socket, "data");
    });
    expect({ outcome, error }).toEqual({ outcome: gentle, error: undefined });
    expect(it.listening).toBe(false);
  });

  test("a request that is under way is finished, and its connection not kept", async () => {
    let finish: (() => void) | undefined;
    const it = createServer((_request, response) => {
      finish = () => response.end("late");
    });
    let response: Promise<IncomingMessage> | undefined;
    const agent = new Agent({ keepAlive: true });
    const { outcome } = await run(it, { graceMs: 20_000 }, async (port) => {
      response = once(get({ port, host, agent }), "response").then(
        ([one]) => one as IncomingMessage,
      );
      while (finish === undefined) await new Promise(setImmediate);
      setTimeout(finish, 100);
    });
    const received = await (response as Promise<IncomingMessage>);
    expect(outcome).toEqual(gentle);
    expect(await text(received)).toBe("late");
    expect(received.headers.connection).toBe("close");
    agent.destroy();
  });

  test("also where its head was sent before", async () => {
    let finish: (() => void) | undefined;
    const it = createServer((_request, response) => {
      response.write("begun ");
      finish = () => response.end("done");
    });
    let response: Promise<IncomingMessage> | undefined;
    const agent = new Agent({ keepAlive: true });
    const { outcome } = await run(it, { graceMs: 20_000 }, async (port) => {
      response = once(get({ port, host, agent }), "response").then(
        ([one]) => one as IncomingMessage,
      );
      await response;
      setTimeout(finish as () => void, 100);
    });
    expect(outcome).toEqual(gentle);
    expect(await text(await (response as Promise<IncomingMessage>))).toBe("begun done");
    agent.destroy();
  });

  test("open keep-alive, in-flight and upgraded connections are all ended by the limit", async () => {
    let hangs: (() => void) | undefined;
    const hanging = new Promise<void>((resolve) => (hangs = resolve));
    const it = createServer((request, response: ServerResponse) => {
      if (request.url === "/") response.end("hello");
      // Any other is never answered.
      else hangs?.();
    });
    it.on("upgrade", (_request, socket: Socket) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n",
      );
      socket.on("error", () => {}).pipe(socket);
    });
    const { outcome, error } = await run(it, { graceMs: 200 }, async (port, stack) => {
      const idle = await client(port, stack, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await once(idle, "data");
      await client(port, stack, "GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
      await hanging;
      const upgraded = await client(
        port,
        stack,
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
      );
      await once(upgraded, "data");
      await client(port, stack, "GET /half HTTP/1.1\r\nHo");
    });
    expect(error).toBe(undefined);
    expect(outcome?.forced).toBe(true);
    expect(outcome?.connections).toBeGreaterThanOrEqual(2);
    expect(outcome?.connections).toBeLessThanOrEqual(3);
    expect(it.listening).toBe(false);
  });

  test("that force was needed is thrown where nobody asks for the outcome", async () => {
    const failure = new Error("body");
    const use = (fail: boolean) =>
      withAsyncContext(new Clients(), async (stack) => {
        await withAsyncContext(server(createServer(), { graceMs: 50 }), async (it) => {
          await client(await listen(it), stack, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
          await once(it, "request");
          if (fail) throw failure;
        });
      });
    const error = await rejection(use(false));
    expect(error).toBeInstanceOf(OutcomeError);
    expect(error).toMatchObject({
      message: "a Server had 1 connections in use 50 ms after it was closed; they were cut off",
      outcome: { forced: true, connections: 1 },
    });
    const [first, second] = flattenErrors(await rejection(use(true)));
    expect(first).toBe(failure);
    expect(second).toBeInstanceOf(OutcomeError);
  });

  test("await using does the same", async () => {
    await using stack = new Clients();
    const use = async () => {
      await using it = server(createServer(), { graceMs: 50 });
      await client(await listen(it), stack, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await once(it, "request");
    };
    expect(await rejection(use())).toBeInstanceOf(OutcomeError);
  });
});

describe("net", () => {
  test("connections that end by themselves are waited for", async () => {
    const it = createNetServer((socket) => setTimeout(() => socket.end("bye"), 100));
    const { outcome } = await run(it, { graceMs: 20_000 }, async (port, stack) => {
      const socket = await client(port, stack);
      socket.on("end", () => socket.end());
    });
    expect(outcome).toEqual(gentle);
  });

  test("others are cut off after the limit", async () => {
    const it = createNetServer((socket) => socket.on("error", () => {}).resume());
    const { outcome } = await run(it, { graceMs: 50 }, async (port, stack) => {
      await client(port, stack);
      await client(port, stack);
      while ((await connectionsOf(it)) < 2) await new Promise(setImmediate);
    });
    expect(outcome).toEqual({ forced: true, connections: 2 });
  });

  test("with a limit of 0 at once", async () => {
    const it = createNetServer((socket) => socket.on("error", () => {}).resume());
    const { outcome } = await run(it, { graceMs: 0 }, async (port, stack) => {
      await client(port, stack);
      while ((await connectionsOf(it)) < 1) await new Promise(setImmediate);
    });
    expect(outcome).toEqual({ forced: true, connections: 1 });
  });

  test("a server that was closed by the body is waited for", async () => {
    const it = createNetServer((socket) => setTimeout(() => socket.end(), 50));
    const { outcome, error } = await run(it, {}, async (port, stack) => {
      const socket = await client(port, stack);
      socket.on("end", () => socket.end());
      while ((await connectionsOf(it)) < 1) await new Promise(setImmediate);
      it.close();
    });
    expect({ outcome, error }).toEqual({ outcome: gentle, error: undefined });
    expect(await connectionsOf(it)).toBe(0);
  });

  test("a server that never listened is no error", async () => {
    await withAsyncContext(server(createNetServer()), () => {});
  });

  test("can listen again later", async () => {
    const it = createNetServer();
    await run(it, {}, () => {});
    await run(it, {}, () => {});
    expect(it.listenerCount("connection") + it.listenerCount("error")).toBe(0);
  });
});

describe("an address in use", () => {
  test("is an error of entering", async () => {
    await using first = server(createNetServer());
    const port = await listen(first);
    let ran = false;
    const entering = withAsyncContext(
      server(createNetServer().listen(port, host)),
      () => void (ran = true),
    );
    expect(await rejection(entering)).toMatchObject({ code: "EADDRINUSE" });
    expect(ran).toBe(false);
  });

  test("is an error of the release where the body has not noticed", async () => {
    await using first = server(createNetServer());
    const port = await listen(first);
    const error = await rejection(
      withAsyncContext(server(createNetServer()), async (it) => {
        it.listen(port, host);
        await new Promise(setImmediate);
      }),
    );
    expect(error).toMatchObject({ code: "EADDRINUSE" });
  });

  test("is none where the body deals with it", async () => {
    await using first = server(createNetServer());
    const port = await listen(first);
    await withAsyncContext(server(createNetServer()), async (it) => {
      const failed = new Promise((resolve) => it.once("error", resolve));
      it.listen(port, host);
      expect(await failed).toMatchObject({ code: "EADDRINUSE" });
      await listen(it);
    });
  });
});

describe("with TLS", () => {
  let credentials: { key: Buffer; cert: Buffer };

  beforeAll(() => {
    credentials = withContext(tempDir(), (directory) => {
      const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
      const subject = ["-subj", "/CN=localhost", "-days", "2"];
      execFileSync(
        "openssl",
        ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, ...subject],
        { stdio: "ignore" },
      );
      return { key: readFileSync(key), cert: readFileSync(cert) };
    });
  });

  const secure = (port: number, stack: Clients) => {
    const socket = tls.connect({ port, host, rejectUnauthorized: false });
    stack.add(socket);
    return socket;
  };

  test("tls: a connection that stays is cut off", async () => {
    const it = tls.createServer(credentials, (one) => one.on("error", () => {}).resume());
    const { outcome } = await run(it, { graceMs: 50 }, async (port, stack) => {
      secure(port, stack);
      await once(it, "secureConnection");
    });
    expect(outcome).toEqual({ forced: true, connections: 1 });
  });

  test("https: an idle connection is closed, a request that hangs is cut off", async () => {
    for (const path of ["/", "/never"]) {
      const it = https.createServer(credentials, (request, response) => {
        if (request.url === "/") response.end("hello");
      });
      const { outcome } = await run(
        it,
        { graceMs: path === "/" ? 20_000 : 50 },
        async (port, stack) => {
          const one = secure(port, stack);
          one.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
          await (path === "/" ? once(one, "data") : once(it, "request"));
        },
      );
      expect(outcome).toEqual(path === "/" ? gentle : { forced: true, connections: 1 });
    }
  });

  test("http2: a session without streams is closed, a stream that hangs is cut off", async () => {
    for (const path of ["/", "/never"]) {
      const it = http2.createSecureServer(credentials);
      it.on("stream", (stream, headers) => {
        stream.on("error", () => {});
        if (headers[":path"] === "/") stream.end("hello");
      });
      const { outcome } = await run(
        it,
        { graceMs: path === "/" ? 20_000 : 100 },
        async (port, stack) => {
          const session = http2.connect(`https://${host}:${port}`, { rejectUnauthorized: false });
          stack.defer(() => session.destroy());
          session.on("error", () => {});
          stack.ends.push(once(session, "close").catch(() => {}));
          const stream = session.request({ ":path": path }).on("error", () => {});
          if (path === "/") expect(await text(stream)).toBe("hello");
          else await once(it, "stream");
        },
      );
      expect(outcome).toEqual(path === "/" ? gentle : { forced: true, connections: 1 });
    }
  });
});

test("the methods are in place, and gone after the release", async () => {
  const it = createNetServer();
  const managed = server(it);
  expect(managed).toBe(it);
  expect(Object.keys(it)).not.toContain("enterAsync");
  await managed[asyncDispose]();
  expect("enterAsync" in it || "exitAsync" in it).toBe(false);
  expect(Object.getOwnPropertySymbols(it)).not.toContain(asyncDispose);
});

test("wrong input is a clear error", () => {
  expect(() => server({} as never)).toThrow("server() takes a server of Node, not ");
  expect(() => server(createNetServer(), { graceMs: "1" as never })).toThrow(
    'graceMs of server() has to be a number of milliseconds, 0 or more (Infinity: no limit), not "1"',
  );
});

function connectionsOf(it: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    it.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}
