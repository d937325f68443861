import { nextOrder } from "./held.js";
import { captureTrace, type Trace } from "./places.js";

/** What Node's native objects have that stand behind sockets, timers and the rest. */
interface Native {
  hasRef?: () => boolean | undefined;
  /** Of a `FileHandle`: below 0 once it is closed. */
  fd?: number;
  /** Of a timer. */
  _destroyed?: boolean;
  _repeat?: unknown;
}

/** The kinds of Node's resources that have to be released, by async_hooks' names for them. */
const descriptions: Readonly<Record<string, string>> = {
  FILEHANDLE: "a FileHandle",
  TCPWRAP: "a socket",
  TCPSERVERWRAP: "a server",
  PIPEWRAP: "a pipe",
  PIPESERVERWRAP: "a server",
  UDPWRAP: "a UDP socket",
  PROCESSWRAP: "a child process",
  WORKER: "a worker",
  MESSAGEPORT: "a MessagePort",
  FSEVENTWRAP: "a file watcher",
  STATWATCHER: "a file watcher",
  Timeout: "a timer",
};

/** Whether resources of an async_hooks type have to be released. */
export function isHandleType(type: string): boolean {
  return Object.hasOwn(descriptions, type);
}

/** One of Node's resources. */
export class NodeHandle {
  readonly type: string;
  readonly resource: object;
  /** The server that accepted a socket, the child whose pipe it is: what releases this, too. */
  readonly parent: NodeHandle | undefined;
  readonly trace: Trace | undefined;
  readonly order: number = nextOrder();
  destroyed = false;

  constructor(
    type: string,
    resource: object,
    parent: NodeHandle | undefined,
    trace: Trace | undefined,
  ) {
    this.type = type;
    this.resource = resource;
    this.parent = parent;
    this.trace = trace;
  }

  get description(): string {
    const description = descriptions[this.type] ?? this.type;
    if (this.type !== "Timeout") return description;
    const repeats = typeof (this.resource as Native)._repeat === "number";
    return `${description} (${repeats ? "setInterval" : "setTimeout"})`;
  }

  isOpen(): boolean {
    if (this.destroyed) return false;
    const { fd, _destroyed } = this.resource as Native;
    // Closed ones of both kinds may be destroyed only when they are collected as garbage.
    if (this.type === "FILEHANDLE") return fd !== undefined && fd >= 0;
    return this.type !== "Timeout" || _destroyed !== true;
  }

  /** Whether it keeps the process alive. */
  isRef(): boolean {
    const native = this.resource as Native;
    return native.hasRef?.() !== false;
  }

  /** Whether it goes when another one goes that is open, too. */
  isPartOf(open: readonly NodeHandle[]): boolean {
    return this.parent !== undefined && open.includes(this.parent);
  }
}

/** The native object's property that leads to the socket, or the server, that a user sees. */
const ownerSymbol = "owner_symbol";

/**
 * Whether a handle is closed, or cannot be known to be open, before the event loop has turned: only
 * then Node says that it destroyed it.
 */
export function isKnownClosed({ type, resource }: NodeHandle): boolean {
  if (type === "Timeout" || type === "FILEHANDLE") return false;
  const symbol = Object.getOwnPropertySymbols(resource).find(
    ({ description }) => description === ownerSymbol,
  );
  const owner: unknown = symbol && Reflect.get(resource, symbol);
  const handle: unknown =
    typeof owner === "object" && owner !== null ? Reflect.get(owner, "_handle") : undefined;
  return handle !== resource;
}

/** How many objects are looked at to find what a resource holds, and how deep. */
const reach = { objects: 1000, depth: 3 };

/**
 * All that is kept by the subjects of acquisitions: behind a `Socket` that a stack holds there is a
 * native one, which is not to be listed again.
 */
export function keptBy(subjects: readonly unknown[]): Set<unknown> {
  const kept = new Set<unknown>();
  let level: unknown[] = [...subjects];
  for (let depth = 0; depth <= reach.depth && level.length > 0; depth++) {
    const below: unknown[] = [];
    for (const one of level) {
      if (typeof one !== "object" || one === null || kept.has(one)) continue;
      if (kept.size > reach.objects) return kept;
      kept.add(one);
      for (const key of Reflect.ownKeys(one)) {
        // Values only: getters are not ours to run.
        below.push(Reflect.getOwnPropertyDescriptor(one, key)?.value);
      }
    }
    level = below;
  }
  return kept;
}

/** For whom Node makes a resource now: the user, a child process, or itself. */
export function madeFor(type: string): "user" | "child" | "node" {
  if (type !== "PIPEWRAP" && type !== "MESSAGEPORT") return "user";
  const { stack = "" } = captureTrace();
  // Whoever prints first opens the streams of the process, and a worker has ports of its own.
  if (/\bgetStd(?:in|out|err)\b|node:internal\/worker/.test(stack)) return "node";
  return stack.includes("node:internal/child_process") ? "child" : "user";
}
