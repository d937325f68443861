/** What the rest of this module asks of a pool. */
export interface Pool {
  /** Waits for a connection. */
  lease(): Promise<Lease>;
}

/** One connection, out of its pool. */
export interface Lease {
  readonly connection: object;
  /** What is known by now to have broken the connection. */
  readonly lost: { readonly error: unknown } | undefined;
  /** Gives the connection back. */
  release(): unknown;
  /** Closes it at once, where the pool knows better than the driver how. */
  cut?(): void;
  /** Takes it out of the pool for good. */
  destroy(reason: unknown): unknown;
}

interface Emitter {
  on?(event: string, listener: (error?: unknown) => void): unknown;
  removeListener?(event: string, listener: (error?: unknown) => void): unknown;
}

/** How a connection leaves its pool again. */
interface WaysBack {
  release(): unknown;
  destroy(reason: unknown): unknown;
}

/** The lease of a connection that tells by events when it is lost, as most drivers' do. */
export function watchedLease(connection: object, { release, destroy }: WaysBack): Lease {
  const watch = new Watch(connection);
  const leave = async (how: () => unknown): Promise<void> => {
    try {
      await how();
    } finally {
      watch.stop();
    }
  };
  return {
    connection,
    get lost() {
      return watch.lost;
    },
    release: () => leave(release),
    destroy: (reason) => leave(() => destroy(reason)),
  };
}

/**
 * Listens for the connection's end. A driver emits what nobody waits for, as the death of an idle
 * connection; an `error` that nobody listens for ends the process.
 */
class Watch {
  lost: { readonly error: unknown } | undefined;
  readonly #connection: Emitter;

  constructor(connection: object) {
    this.#connection = connection;
    this.#connection.on?.("error", this.#onError);
    this.#connection.on?.("end", this.#onEnd);
  }

  /** Once the pool itself listens again. */
  stop(): void {
    this.#connection.removeListener?.("error", this.#onError);
    this.#connection.removeListener?.("end", this.#onEnd);
  }

  readonly #onError = (error?: unknown): void => {
    this.lost ??= { error };
  };

  readonly #onEnd = (): void => {
    this.lost ??= { error: new Error("The connection was closed") };
  };
}
