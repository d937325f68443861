import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

import { describe } from "../describe.js";
import { runsBody } from "../entry.js";
import type { ContextManager } from "../index.js";
import { hidden } from "../objects.js";
import { type Output, outputTo, type RedirectTarget } from "./output.js";

type Write = NodeJS.WriteStream["write"];

/** One redirection, from its entering to its exit. */
interface Scope {
  readonly output: Output;
  /** What held before. */
  readonly outer: Scope | undefined;
  closed: boolean;
}

/**
 * A stream of the process whose writing can be redirected for an asynchronous context. Its `write` is
 * replaced only while there is a redirection somewhere.
 */
export class RedirectedStream {
  readonly #stream: () => NodeJS.WriteStream;
  readonly #scopes = new AsyncLocalStorage<Scope | undefined>();
  #open = 0;
  #restore: (() => boolean) | undefined;

  /** @param stream - A function, because Node makes its streams when they are first asked for. */
  constructor(stream: () => NodeJS.WriteStream) {
    this.#stream = stream;
  }

  redirect<T extends RedirectTarget>(target: T): ContextManager<T, void> {
    requireTarget(target);
    const entered: Scope[] = [];
    return {
      enter: () => {
        entered.push(this.#enter(target));
        return target;
      },
      exit: () => {
        const scope = entered.pop();
        if (scope) this.#exit(scope);
      },
      // Not by the interface: only an async body has to be called by the manager itself.
      ...{
        [runsBody]: (body: () => unknown) => {
          const scope = entered.at(-1);
          return scope === undefined ? body() : this.#runIn(scope, entered, body);
        },
      },
    };
  }

  #enter(target: RedirectTarget): Scope {
    const stream = this.#stream();
    const output = outputTo(target);
    this.#install(stream);
    this.#open++;
    const scope = { output, outer: this.#current(), closed: false };
    this.#scopes.enterWith(scope);
    return scope;
  }

  #exit(scope: Scope): void {
    scope.closed = true;
    if (this.#scopes.getStore() === scope) this.#scopes.enterWith(scope.outer);
    this.#open--;
    if (this.#open === 0 && this.#restore?.() === true) this.#restore = undefined;
    // What is left of a character that was cut off is written like anything else.
    this.#scopes.run(scope.outer, () => {
      scope.output.end();
    });
  }

  /**
   * Entering has set the scope for the caller, too, as nothing else can. It is taken back from there,
   * and the body gets one of its own.
   */
  #runIn(scope: Scope, entered: Scope[], body: () => unknown): unknown {
    const own = { ...scope };
    entered[entered.lastIndexOf(scope)] = own;
    scope.closed = true;
    if (this.#scopes.getStore() === scope) this.#scopes.enterWith(scope.outer);
    return this.#scopes.run(own, body);
  }

  /** The innermost redirection that is still open; async work may outlive its own. */
  #current(): Scope | undefined {
    let scope = this.#scopes.getStore();
    while (scope?.closed) scope = scope.outer;
    return scope;
  }

  #install(stream: NodeJS.WriteStream): void {
    if (this.#restore !== undefined) return;
    const before = Object.getOwnPropertyDescriptor(stream, "write");
    const original = stream.write as (...args: unknown[]) => boolean;
    const write = (...args: unknown[]): boolean => {
      const scope = this.#current();
      if (scope === undefined) return original.apply(stream, args);
      // Outside of the redirection, so that the target may write to this very stream.
      const more = this.#scopes.run(scope.outer, () => scope.output.write(args));
      // Who wrote waits for the stream that it knows, and goes on in its own context.
      if (!more) scope.output.awaitDrain(AsyncResource.bind(() => stream.emit("drain")));
      return more;
    };
    Object.defineProperty(stream, "write", hidden(write as Write));
    this.#restore = () => {
      // Somebody else has put a function over ours: it has to stay, and passes everything on.
      if (Object.getOwnPropertyDescriptor(stream, "write")?.value !== write) return false;
      if (before) Object.defineProperty(stream, "write", before);
      else Reflect.deleteProperty(stream, "write");
      return true;
    };
  }
}

function requireTarget(target: unknown): void {
  const { write } = (target ?? {}) as { write?: unknown };
  if (typeof write !== "function") {
    throw new TypeError(
      `Output can be redirected to a Writable, or to an object with a write(text) method such as a TextCollector, not to ${describe(target)}`,
    );
  }
}
