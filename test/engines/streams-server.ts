import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { root } from "../../scripts/lib/paths.mjs";
import { mixed } from "./streams-checks.mjs";

/** How long a client may need to close a connection, in milliseconds. */
const closingLimit = 10_000;

/** A server of streams that end in all ways, for the checks of unwind/streams. */
export interface StreamsServer {
  readonly url: string;
  /** How many streams were asked for. */
  readonly served: number;
  /** Streams that nobody has ended yet. */
  readonly open: number;
  close(): Promise<void>;
}

/**
 * Starts it: `/bytes` is a text byte by byte, `/forever` does not end, `/cut` is cut off, each with its
 * number as `x-id`; `/closed?id=` waits until that one is closed. Anything else is a file of the
 * repository, for browsers.
 */
export async function serveStreams(): Promise<StreamsServer> {
  const open = new Map<number, Promise<unknown>>();
  let served = 0;

  /** Begins a stream, whose end is waited for by its number. */
  function begin(response: ServerResponse): void {
    const id = ++served;
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    open.set(id, closed);
    void closed.then(() => open.delete(id));
    response.writeHead(200, { "content-type": "text/plain", "x-id": String(id) });
  }

  async function answer(url: URL, response: ServerResponse): Promise<void> {
    switch (url.pathname) {
      case "/bytes":
        begin(response);
        for (const byte of Buffer.from(mixed)) {
          response.write(Uint8Array.of(byte));
          await sleep(1);
        }
        response.end();
        return;
      case "/forever":
        begin(response);
        response.write("Hello");
        return;
      case "/cut":
        begin(response);
        response.write("Hello");
        await sleep(100);
        response.destroy();
        return;
      case "/closed": {
        const closed = open.get(Number(url.searchParams.get("id")));
        const limit = new AbortController();
        const isClosed = await Promise.race([
          (closed ?? Promise.resolve()).then(() => true),
          sleep(closingLimit, false, { signal: limit.signal }).catch(() => false),
        ]);
        limit.abort();
        response.end(isClosed ? "closed" : "open");
        return;
      }
      case "/":
        response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
        return;
      default:
        response.writeHead(200, { "content-type": "text/javascript" });
        response.end(await readFile(join(root, url.pathname)));
    }
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    answer(url, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get served() {
      return served;
    },
    get open() {
      return open.size;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
