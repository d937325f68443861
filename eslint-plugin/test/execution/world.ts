import * as unwind from "unwind";
import * as unwindNode from "unwind/node";
import * as unwindSql from "unwind/sql";

import { lastingClient, lentClient, queryRunner } from "./connections.js";
import type { Decisions } from "./decisions.js";
import { childProcess, server, writeStream } from "./emitters.js";
import type { Ledger } from "./ledger.js";

/** Something that was acquired in a run. */
export interface Held {
  /** The place that acquired it, as its call names it. */
  readonly label: string;
  readonly order: number;
  readonly idempotent: boolean;
  open: boolean;
  /** Whether something outlives the run that has it. */
  handedOver: boolean;
}

/** An error that a run was made to meet; the same decision gives the same text. */
export class Injected extends Error {}

/** The runtime itself, as it is. */
const runtime: Readonly<Record<string, object>> = {
  unwind,
  "unwind/node": unwindNode,
  "unwind/sql": unwindSql,
};

/** How long an asynchronous call takes: longer than any `await` that a rewrite adds. */
const turns = 20;

/**
 * The modules that a program imports, for one run: each acquires, uses and releases as the real one
 * does, writes down that it did, and fails where the run's decisions say so.
 */
export class World {
  readonly #decisions: Decisions;
  readonly #failingRelease: number | undefined;
  readonly #values = new Map<unknown, Held>();
  readonly #pending: Promise<unknown>[] = [];
  readonly #atExit: (() => void)[] = [];

  /** What has happened, one line each. */
  readonly trace: string[] = [];
  readonly held: Held[] = [];
  /** The places whose acquisition has failed. */
  readonly failed: string[] = [];

  /** Whether something was used or handed on after its release, or released twice. */
  broken = false;

  /** @param failingRelease of the resources, in the order of acquisition, one whose release fails */
  constructor(decisions: Decisions, failingRelease?: number) {
    this.#decisions = decisions;
    this.#failingRelease = failingRelease;
  }

  /** What `require` gives for a module, or undefined for one that no program imports. */
  module(name: string): object | undefined {
    return runtime[name] ?? this.#modules[name];
  }

  /** What a program finds without importing it. */
  readonly globals = {
    Math: { random: () => (this.#decisions.decide() ? 0.1 : 0.9) },
    process: { once: (_event: "exit", listener: () => void) => this.#atExit.push(listener) },
    // Engines that lack these have them from the runtime, which passes the same tests.
    DisposableStack: unwind.ExitStack,
    AsyncDisposableStack: unwind.AsyncExitStack,
  };

  /** The process ends. */
  end(): void {
    for (const listener of this.#atExit) listener();
  }

  /** Writes down that a value outlives the run, with what it holds. */
  handOver(value: unknown): void {
    const held = this.#values.get(value);
    const isOwner = typeof value === "object" && value !== null && !held;
    if (held) {
      this.trace.push(`hand over ${nameOf(held)}`);
      if (!held.open) this.broken = true;
      held.handedOver = true;
    }
    if (isOwner) for (const each of Object.values(value)) this.handOver(each);
  }

  /** What a run gave back, as text. */
  describe(value: unknown): string {
    const held = this.#values.get(value);
    if (held) return nameOf(held);
    if (Array.isArray(value)) return value.map((each) => this.describe(each)).join();
    return String(value);
  }

  readonly #ledger: Ledger = {
    acquired: (label, value, idempotent) => this.#acquired(label, value, idempotent),
    release: (value, how) => this.#releaseOf(value, how),
    note: (what, value) => void this.#note(what, value),
    laterUse: (what, value) => this.#laterUse(what, value),
    later: (act) => this.#later(act),
  };

  readonly #modules: Readonly<Record<string, object>> = {
    "node:fs/promises": {
      open: (label: string) => this.#later(() => this.#handle(label)),
      mkdtemp: (label: string) => this.#later(() => this.#plain(label, (order) => `/${order}`)),
      rm: (path: string) => this.#later(() => this.#releaseOf(path)),
      access: (path: string) => this.#laterUse("access", path),
    },
    "node:fs": {
      openSync: (label: string) => this.#plain(label, (order) => order + 3, false),
      closeSync: (fd: number) => this.#releaseOf(fd),
      fstatSync: (fd: number) => this.#use("fstat", fd),
      mkdtempSync: (label: string) => this.#plain(label, (order) => `/${order}`),
      rmSync: (path: string) => this.#releaseOf(path),
      readdirSync: (path: string) => this.#use("readdir", path),
      opendirSync: (label: string) => this.#directory(label),
      createWriteStream: (label: string) => writeStream(label, this.#ledger),
    },
    "node:sqlite": { DatabaseSync: constructorOf((label) => this.#database(label)) },
    "node:net": { connect: (label: string) => this.#socket(label) },
    "node:http": { createServer: (label: string) => server(label, this.#ledger) },
    "node:child_process": { spawn: (label: string) => childProcess(label, this.#ledger) },
    pg: {
      Client: constructorOf((label) => lastingClient(label, this.#ledger)),
      Pool: constructorOf((ofPool) => ({
        totalCount: 0,
        connect: (label?: string) =>
          this.#later(() =>
            label === undefined ? lentClient(ofPool, this.#ledger) : this.#client(label),
          ),
      })),
    },
    typeorm: {
      DataSource: constructorOf((label) => ({
        createQueryRunner: () => queryRunner(label, this.#ledger),
      })),
    },
    "mysql2/promise": {
      createConnection: (label: string) => this.#later(() => this.#connection(label)),
    },
    "generic-pool": {
      createPool: () => ({
        acquire: (label: string) => this.#later(() => this.#pooled(label)),
        release: (worker: object) => this.#later(() => this.#releaseOf(worker)),
      }),
    },
    "async-mutex": {
      Mutex: constructorOf(() => ({
        acquire: (label: string) => this.#later(() => this.#lock(label)),
      })),
    },
    sequelize: {
      Sequelize: constructorOf(() => ({
        transaction: (label: string) => this.#later(() => this.#transaction(label)),
      })),
    },
    surroundings: {
      parse: (text: string) => {
        this.#attempt(`parse ${text}`);
        return text;
      },
      publish: (text: string) =>
        this.#later(() => {
          this.#attempt(`publish ${text}`);
        }),
      note: (text: string) => void this.trace.push(`note ${text}`),
      make: () => undefined,
      unmake: () => undefined,
      items: this.#items(),
      registry: new Proxy(
        {},
        {
          set: (_target, _key, value) => {
            this.handOver(value);
            return true;
          },
        },
      ),
    },
  };

  *#items(): Generator<string> {
    for (let count = 0; count < 3 && this.#decisions.decide(); count++) yield "x";
  }

  #handle(label: string): object {
    const release = () => this.#later(() => this.#releaseOf(handle));
    const handle = {
      stat: () => this.#laterUse("stat", handle),
      sync: () => this.#laterUse("sync", handle),
      close: release,
      [Symbol.asyncDispose]: release,
    };
    return this.#acquired(label, handle, true);
  }

  #directory(label: string): object {
    const release = () => this.#releaseOf(entries);
    const entries = {
      readSync: () => this.#use("read", entries),
      closeSync: release,
      [Symbol.dispose]: release,
    };
    return this.#acquired(label, entries, false);
  }

  #database(label: string): object {
    const database = {
      exec: () => this.#use("exec", database),
      close: () => this.#releaseOf(database),
      [Symbol.dispose]: () => {
        // As the real one, which looks first whether it is open.
        if (this.#values.get(database)?.open) this.#releaseOf(database);
      },
    };
    return this.#acquired(label, database, false);
  }

  #socket(label: string): object {
    const socket = {
      write: (text: string) => this.#note(`write ${text}`, socket),
      end: () => this.#releaseOf(socket, "end"),
      destroy: () => this.#releaseOf(socket, "destroy"),
    };
    return this.#acquired(label, socket, true);
  }

  #client(label: string): object {
    const client = {
      query: () => this.#laterUse("query", client),
      release: () => this.#releaseOf(client),
    };
    return this.#acquired(label, client, false);
  }

  #connection(label: string): object {
    const connection = {
      query: () => this.#laterUse("query", connection),
      end: () => this.#later(() => this.#releaseOf(connection)),
    };
    return this.#acquired(label, connection, false);
  }

  #pooled(label: string): object {
    const worker = { perform: () => this.#laterUse("perform", worker) };
    return this.#acquired(label, worker, false);
  }

  #lock(label: string): () => void {
    const unlock = () => this.#releaseOf(unlock);
    return this.#acquired(label, unlock, true);
  }

  #transaction(label: string): object {
    const transaction = {
      query: () => this.#laterUse("insert", transaction),
      commit: () => this.#later(() => this.#releaseOf(transaction, "commit")),
      rollback: () => this.#later(() => this.#releaseOf(transaction, "rollback")),
    };
    return this.#acquired(label, transaction, false);
  }

  #plain<T>(label: string, value: (order: number) => T, idempotent = true): T {
    return this.#acquired(label, value(this.held.length), idempotent);
  }

  #acquired<T>(label: string, value: T, idempotent: boolean): T {
    try {
      this.#attempt(`acquire ${label}`);
    } catch (error) {
      this.failed.push(label);
      throw error;
    }
    const order = this.held.length;
    const held = { label, order, idempotent, open: true, handedOver: false };
    this.held.push(held);
    this.#values.set(value, held);
    return value;
  }

  #note(what: string, value: unknown): Held | undefined {
    const held = this.#values.get(value);
    if (held && !held.open) this.broken = true;
    this.trace.push(`${what} ${held ? nameOf(held) : "?"}${held?.open ? "" : " closed"}`);
    return held;
  }

  #use(what: string, value: unknown): void {
    const held = this.#note(what, value);
    if (!held?.open) throw new Error(`${what}: already closed`);
    this.#attempt(what);
  }

  #laterUse(what: string, value: unknown): Promise<void> {
    return this.#following(this.#startedUse(what, value));
  }

  async #startedUse(what: string, value: unknown): Promise<void> {
    let failure: unknown;
    try {
      this.#use(what, value);
    } catch (error) {
      failure = error;
    }
    await later();
    this.#note(`${what} over`, value);
    if (failure !== undefined) throw failure as Error;
  }

  #releaseOf(value: unknown, how = "release"): void {
    const held = this.#values.get(value);
    if (!held) throw new Error(`${how}: ${String(value)} was never acquired`);
    if (!held.open) {
      if (held.idempotent) return;
      this.broken = true;
      this.trace.push(`${how} ${nameOf(held)} again`);
      throw new Error(`${how}: already closed`);
    }
    held.open = false;
    this.trace.push(`${how} ${nameOf(held)}`);
    if (held.order === this.#failingRelease) throw new Injected(`release ${nameOf(held)}`);
  }

  /** Something that may fail. */
  #attempt(what: string): void {
    this.trace.push(what);
    if (this.#decisions.decide()) {
      throw new Injected(`${what}, decision ${this.#decisions.taken.length}`);
    }
  }

  #later<T>(act: () => T): Promise<T> {
    return this.#following(later().then(act));
  }

  /** A promise that nobody may wait for, where a `finally` throws while it is being returned. */
  #following<T>(promise: Promise<T>): Promise<T> {
    this.#pending.push(promise);
    promise.catch(() => undefined);
    return promise;
  }

  /** Resolves when nothing that the run has started is under way any more. */
  async settled(): Promise<void> {
    for (let count = -1; count !== this.#pending.length;) {
      count = this.#pending.length;
      await Promise.allSettled(this.#pending);
    }
  }
}

function constructorOf<T extends object>(make: (label: string) => T): new (label: string) => T {
  // An object that a constructor returns is what `new` gives.
  return function (label: string) {
    return make(label);
  } as unknown as new (label: string) => T;
}

async function later(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

export function nameOf({ label, order }: Held): string {
  return `${label}#${order}`;
}
