import type { Server as HttpServer, ServerResponse } from "node:http";
import type { ServerHttp2Session } from "node:http2";
import type { Server, Socket } from "node:net";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what Node's emitters take
type Listener = (...args: any[]) => void;

/** How often a closing server is asked for connections that have become idle, in milliseconds. */
const sweepEvery = 20;

/** The connections of a server, from now on. */
export class Connections {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Of TLS: they stand on a socket of their own, but end by themselves only after it. */
  readonly #secured = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #responses = new Set<ServerResponse>();
  readonly #listeners: readonly (readonly [string, Listener])[];
  #isEnding = false;
  #sweep: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.#listeners = [
      ["connection", this.#track(this.#sockets)],
      ["secureConnection", this.#track(this.#secured)],
      ["session", this.#trackSession],
      // For HTTP/2, a listener for requests would put Node's compatibility layer over the streams.
      ...(isHttp1(server) ? [["request", this.#trackResponse] as const] : []),
    ];
    for (const [name, listener] of this.#listeners) server.on(name, listener);
  }

  /** Settles when there is none left. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      this.#tellEmpty();
    });
  }

  /** Ends what is idle, and everything else as soon as it is. */
  endGracefully(): void {
    this.#isEnding = true;
    for (const session of this.#sessions) session.close();
    for (const response of this.#responses) forbidKeepAlive(response);
    const { closeIdleConnections } = this.#server as Partial<HttpServer>;
    if (closeIdleConnections === undefined) return;
    const sweep = (): void => closeIdleConnections.call(this.#server);
    sweep();
    // Node does not tell when a connection becomes idle.
    this.#sweep = setInterval(sweep, sweepEvery);
  }

  /** @returns How many connections were cut off. */
  cutOff(): number {
    const count = this.#sockets.size;
    for (const session of this.#sessions) session.destroy();
    (this.#server as Partial<HttpServer>).closeAllConnections?.();
    for (const socket of [...this.#secured, ...this.#sockets]) socket.destroy();
    return count;
  }

  /** Knows nothing of the server any more. */
  forget(): void {
    clearInterval(this.#sweep);
    for (const [name, listener] of this.#listeners) this.#server.off(name, listener);
  }

  #track(set: Set<Socket>): (socket: Socket) => void {
    return (socket) => {
      set.add(socket);
      socket.once("close", () => {
        set.delete(socket);
        this.#tellEmpty();
      });
    };
  }

  readonly #trackSession = (session: ServerHttp2Session): void => {
    this.#sessions.add(session);
    session.once("close", () => this.#sessions.delete(session));
    if (this.#isEnding) session.close();
  };

  readonly #trackResponse = (_request: unknown, response: ServerResponse): void => {
    this.#responses.add(response);
    response.once("close", () => this.#responses.delete(response));
    if (this.#isEnding) forbidKeepAlive(response);
  };

  #tellEmpty(): void {
    if (this.#sockets.size + this.#secured.size === 0) this.#onEmpty?.();
  }
}

/** So that the client does not send its next request on a connection that is about to end. */
function forbidKeepAlive(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("connection", "close");
}

function isHttp1(server: Server): boolean {
  return "closeIdleConnections" in server && !("updateSettings" in server);
}
