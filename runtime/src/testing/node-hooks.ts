import { type AsyncHook, createHook, executionAsyncId } from "node:async_hooks";

import { isHandleType, madeFor, NodeHandle } from "./node-handle.js";
import { captureTrace, type Trace } from "./places.js";
import { currentScope, type Scope } from "./scope.js";

/** What is under way and may yet acquire a resource, by async_hooks' names. */
const requests = new Set([
  "FSREQPROMISE",
  "FSREQCALLBACK",
  "TCPCONNECTWRAP",
  "PIPECONNECTWRAP",
  "GETADDRINFOREQWRAP",
]);

/** Whose acquisition it is, and who asked for it. */
interface Asked {
  readonly scope: Scope;
  readonly trace: Trace | undefined;
}

/*
 * By async id. What has no stack of its own (a server that listens after a tick, a FileHandle that the
 * thread pool opened) was asked for by something that has one.
 */
const asked = new Map<number, Asked>();
const handles = new Map<number, NodeHandle>();

/**
 * A FileHandle that was just made. Node makes it in no context at all, and enters the context of the
 * request, which knows its scope and its stack, right after that.
 */
let made: { id: number; resource: object } | undefined;

let latestChild: NodeHandle | undefined;

function init(id: number, type: string, trigger: number, resource: object): void {
  if (type === "FILEHANDLE") {
    made = { id, resource };
    return;
  }
  const running = executionAsyncId();
  const origin = asked.get(running);
  // A socket that a server accepts comes without context; the server triggers it.
  const server = handles.get(trigger);
  const scope = currentScope() ?? scopeOf(server, trigger);
  if (scope === undefined || scope.options.node === false) return;
  if (type === "PROMISE") {
    // Too many for a stack each; they lead to whoever began.
    if (origin !== undefined) asked.set(id, origin);
    return;
  }
  const trace = scope.options.stacks === false ? undefined : captureTrace(origin?.trace);
  asked.set(id, { scope, trace });
  if (requests.has(type)) scope.pending.add(id);
  if (isHandleType(type)) acquire(id, type, resource, scope, trace, server);
}

function acquire(
  id: number,
  type: string,
  resource: object,
  scope: Scope,
  trace: Trace | undefined,
  trigger?: NodeHandle,
): void {
  const user = madeFor(type);
  if (user === "node") return;
  const isAccepted = trigger?.type.endsWith("SERVERWRAP") === true;
  const parent = isAccepted ? trigger : user === "child" ? latestChild : undefined;
  const handle = new NodeHandle(type, resource, parent, isAccepted ? trigger.trace : trace);
  if (type === "PROCESSWRAP") latestChild = handle;
  handles.set(id, handle);
  scope.handles.add(handle);
}

function scopeOf(server: NodeHandle | undefined, trigger: number): Scope | undefined {
  const scope = server && asked.get(trigger)?.scope;
  return scope?.closed === false ? scope : undefined;
}

function before(id: number): void {
  if (made === undefined) return;
  const { id: file, resource } = made;
  made = undefined;
  const request = asked.get(id);
  if (request === undefined || request.scope.closed) return;
  acquire(file, "FILEHANDLE", resource, request.scope, request.trace);
  asked.set(file, request);
}

function destroy(id: number): void {
  const one = asked.get(id);
  if (one === undefined) return;
  asked.delete(id);
  one.scope.pending.delete(id);
  const handle = handles.get(id);
  if (handle === undefined) return;
  handles.delete(id);
  handle.destroyed = true;
  one.scope.handles.delete(handle);
}

let hook: AsyncHook | undefined;
let users = 0;

/**
 * Has Node tell of its resources, until the answer is called. It costs something for each promise, so
 * it is off while nobody asks.
 */
export function watchNode(): () => void {
  hook ??= createHook({ init, before, destroy });
  if (users++ === 0) hook.enable();
  let watching = true;
  return () => {
    if (!watching) return;
    watching = false;
    if (--users > 0) return;
    hook?.disable();
    asked.clear();
    handles.clear();
    made = undefined;
    latestChild = undefined;
  };
}
