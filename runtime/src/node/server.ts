import type { Server } from "node:net";

import { describe } from "../describe.js";
import type { Failure } from "../index.js";
import { Connections } from "./connections.js";
import { nextTurn, requireGrace, within } from "./grace.js";
import { type Managed, manageInPlace } from "./manage.js";
import { OutcomeError } from "./outcome-error.js";
import { requireMethods } from "./require-methods.js";

/** How a server ended. */
export interface ServerOutcome {
  /** Whether the limit passed, and connections were cut off. */
  readonly forced: boolean;
  /** How many connections were cut off. */
  readonly connections: number;
}

/** How {@link server} ends a server. */
export interface ServerOptions {
  /** How long connections that are in use may take to end, in milliseconds; 5000 by default. */
  readonly graceMs?: number;
  /** Gets the outcome, whatever it is, and is awaited; nothing is thrown for it then. */
  readonly onEnd?: (outcome: ServerOutcome) => unknown;
}

/** What a closed server must not keep open any longer than this, after it was cut off. */
const afterForce = 10_000;

/**
 * Gives a server a release that comes to an end: it accepts nothing new, closes connections that are
 * idle, lets requests that are under way finish within the limit, and then cuts off what is left,
 * connections that were upgraded (WebSockets) and HTTP/2 sessions included. Node's own
 * `[Symbol.asyncDispose]` waits for as long as any client likes.
 *
 * Connections of a server of `node:net` or `node:tls` are in use until one of the ends closes them.
 * That some had to be cut off is an `OutcomeError` of the release, unless there is an `onEnd`.
 *
 * An 'error' event that nobody else listens to, as of an address in use, is an error of entering
 * where it is known by then, and of the release otherwise.
 *
 * @param server - Of `node:net`, `tls`, `http`, `https` or `http2`, before it has connections: those
 *   that it has already can be cut off only by HTTP servers. It stays the same object.
 * @param options - The limit, and who is told the outcome.
 * @returns `server`, for `await using`, `withAsyncContext` and stacks.
 * @throws TypeError where it is no server; RangeError where the limit is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { once } from "node:events";
 * import { createServer, get, type IncomingMessage } from "node:http";
 * import type { AddressInfo } from "node:net";
 * import { text } from "node:stream/consumers";
 * import { withAsyncContext } from "unwind";
 * import { server } from "unwind/node";
 *
 * const hello = createServer((_, response) => response.end("hello"));
 * await withAsyncContext(server(hello, { graceMs: 1000 }), async (it) => {
 *   await once(it.listen(0), "listening");
 *   const { port } = it.address() as AddressInfo;
 *   // The client keeps its connection; the server closes it, for it is idle.
 *   const [response] = (await once(get({ port }), "response")) as [IncomingMessage];
 *   assert.equal(await text(response), "hello");
 * });
 * assert.equal(hello.listening, false);
 * ```
 */
export function server<T extends Server>(server: T, options: ServerOptions = {}): Managed<T> {
  const { graceMs = 5000, onEnd } = options;
  requireGrace("server", graceMs);
  requireMethods("server", server, ["close", "getConnections", "on"], "a server of Node");
  const managed = manageInPlace("server", server, {
    async enter() {
      await nextTurn();
      if (failure === undefined) return;
      stop();
      throw failure.error;
    },
    async release() {
      const closed = Promise.all([closing(server), connections.ended()]);
      connections.endGracefully();
      let outcome: ServerOutcome = { forced: false, connections: 0 };
      try {
        if (!(await within(closed, graceMs))) {
          outcome = { forced: true, connections: connections.cutOff() };
          if (!(await within(closed, Math.max(graceMs, afterForce)))) {
            throw new Error(
              `${describe(server)} still has connections that it accepted before server() was called, and that only their clients can end`,
            );
          }
        }
      } finally {
        stop();
      }
      await onEnd?.(outcome);
      if (failure !== undefined) throw failure.error;
      if (outcome.forced && onEnd === undefined) {
        throw new OutcomeError(
          `${describe(server)} had ${outcome.connections} connections in use ${graceMs} ms after it was closed; they were cut off`,
          outcome,
        );
      }
    },
  });

  const connections = new Connections(server);
  let failure: Failure | undefined;
  const onError = (error: Error): void => {
    // Who listens deals with it, for example by trying the next port.
    if (server.listenerCount("error") === 1) failure ??= { error };
  };
  server.on("error", onError);

  const stop = (): void => {
    server.off("error", onError);
    connections.forget();
  };
  return managed;
}

/** Settles when the server has closed: at once where it does not listen. */
function closing(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
}
