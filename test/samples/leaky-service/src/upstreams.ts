import { once } from "node:events";
import { connect, type Socket } from "node:net";

import type { Upstream } from "./config.js";

const timeoutMs = 2000;
const protocol = 2;

export interface Banner {
  readonly program: string;
  readonly major: number;
  readonly minor: number;
}

/** What an upstream says of itself to whoever connects, for example `meterd 2.1`. */
export async function readBanner(upstream: Upstream): Promise<Banner> {
  const socket = connect({ host: upstream.host, port: upstream.port, timeout: timeoutMs });
  const banner = parseBanner(await firstChunk(socket));
  socket.destroy();
  return banner;
}

/** The first upstream that speaks our version of the protocol, or undefined where none does. */
export async function firstCompatible(
  upstreams: readonly Upstream[],
): Promise<Upstream | undefined> {
  let socket: Socket | undefined;
  try {
    for (const upstream of upstreams) {
      socket = connect({ host: upstream.host, port: upstream.port, timeout: timeoutMs });
      if (await isCompatible(socket)) return upstream;
    }
    return undefined;
  } finally {
    socket?.destroy();
  }
}

/** Connects to the feed of an upstream. Whoever asks for it destroys the socket. */
export function openFeed(upstream: Upstream): Socket {
  const socket = connect({ host: upstream.host, port: upstream.port, keepAlive: true });
  return socket;
}

/** Asks all upstreams at once to send what they have; returns how many were asked. */
export async function requestUploads(upstreams: readonly Upstream[]): Promise<number> {
  const sockets: Socket[] = [];
  try {
    for (const upstream of upstreams) {
      const socket = connect(upstream.port, upstream.host);
      sockets.push(socket);
    }
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    for (const socket of sockets) socket.end("flush\n");
    await Promise.all(sockets.map((socket) => once(socket, "close")));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return upstreams.length;
}

async function isCompatible(socket: Socket): Promise<boolean> {
  try {
    return parseBanner(await firstChunk(socket)).major === protocol;
  } catch {
    return false;
  }
}

async function firstChunk(socket: Socket): Promise<string> {
  const chunks: unknown[] = await once(socket, "data");
  return String(chunks[0]);
}

function parseBanner(line: string): Banner {
  const match = /^(\w+) (\d+)\.(\d+)\s*$/.exec(line);
  if (!match) throw new SyntaxError(`"${line}" is no banner`);
  const [, program = "", major, minor] = match;
  return { program, major: Number(major), minor: Number(minor) };
}
